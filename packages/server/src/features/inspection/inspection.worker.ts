// The thread that reads and inspects large bodies. Thin on purpose: what it does stands in inspect-call.ts.
import { parentPort, workerData } from 'node:worker_threads';
import { createInspector } from '@fairlead/core/inspection';
import { nodeHash } from '../../platform/crypto/index.ts';
import { inspectCallReading, readCall, withoutTexts } from './inspect-call.ts';
import { packLayout } from './packed-layout.ts';
import { writeView } from './view-slot.ts';
import { type InspectionSetup, type TaskMessage, toWire, type WorkerMessage } from './worker-protocol.ts';

const { findingsKey, cacheUnits, budget, slot } = workerData as InspectionSetup;
const inspector = createInspector({
  hash: nodeHash,
  findingsKey,
  ...(cacheUnits === null ? {} : { cacheUnits }),
  ...(budget === null ? {} : { budget }),
});
const send = (message: WorkerMessage): void => parentPort?.postMessage(message);

parentPort?.on('message', ({ id, task }: TaskMessage) => {
  try {
    const reading = readCall(task);
    const view = withoutTexts(reading.view);
    if (!writeView(slot, view)) send({ type: 'read', id, view });
    const { report, layout } = inspectCallReading(inspector, nodeHash, reading, task.session);
    send({ type: 'inspected', id, view, report, layout: packLayout(layout) });
  } catch (error) {
    send({ type: 'failed', id, error: toWire(error) });
  }
});
send({ type: 'ready', ruleset: inspector.ruleset });
