// The thread that reads and inspects large bodies. Thin on purpose: what it does stands in inspect-call.ts.
import { parentPort, workerData } from 'node:worker_threads';
import { createInspector } from '@fairlead/core/inspection';
import { nodeHash } from '../../platform/crypto/index.ts';
import { inspectView, readCall, withoutTexts } from './inspect-call.ts';
import { type InspectionSetup, type TaskMessage, toWire, type WorkerMessage } from './worker-protocol.ts';

const { findingsKey, cacheUnits, budget } = workerData as InspectionSetup;
const inspector = createInspector({
  hash: nodeHash,
  findingsKey,
  ...(cacheUnits === null ? {} : { cacheUnits }),
  ...(budget === null ? {} : { budget }),
});
const send = (message: WorkerMessage): void => parentPort?.postMessage(message);

parentPort?.on('message', ({ id, task }: TaskMessage) => {
  try {
    const view = readCall(task);
    send({ type: 'read', id, view: withoutTexts(view) });
    send({ type: 'inspected', id, report: inspectView(inspector, view, task.session) });
  } catch (error) {
    send({ type: 'failed', id, error: toWire(error) });
  }
});
send({ type: 'ready', ruleset: inspector.ruleset });
