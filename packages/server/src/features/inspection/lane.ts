import type { Worker } from 'node:worker_threads';
import { FairleadError } from '@fairlead/core/errors';
import { type BodyLayout, uninspectable } from '@fairlead/core/inspection';
import type { CallView } from '@fairlead/core/wire';
import { startThread } from '../../platform/threads/index.ts';
import type { InspectedCall } from './api.ts';
import type { InspectionTask } from './inspect-call.ts';
import { unpackLayout } from './packed-layout.ts';
import { clearView, createViewSlot, readView } from './view-slot.ts';
import { fromWire, type InspectionSetup, type TaskMessage, type WorkerMessage } from './worker-protocol.ts';

// From source the worker is a .ts file, bundled it lies beside as .js.
const workerUrl = new URL(
  `./inspection.worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`,
  import.meta.url,
);

/** Bounds of one lane. */
export interface LaneLimits {
  /** Milliseconds from the moment a task is handed to the thread. */
  readonly timeoutMs: number;
  /** Tasks waiting behind the one under way. */
  readonly maxWaiting: number;
}

/** A call as a thread has inspected it. */
export interface LaneResult extends InspectedCall {
  /** What is to be remembered of the body; null when it was not inspected. */
  readonly layout: BodyLayout | null;
}

/** What a lane's threads are started with; the slot is the lane's own. */
export type LaneSetup = Omit<InspectionSetup, 'slot'>;

interface Pending {
  readonly id: number;
  readonly task: InspectionTask;
  readonly resolve: (call: LaneResult) => void;
  readonly reject: (error: Error) => void;
  view: CallView | null;
}

/**
 * One worker thread and the tasks queued for it, one at a time, so that a task's time is its own. A thread that
 * ends or doesn't answer in time is replaced with the next task.
 */
export class Lane {
  readonly #setup: InspectionSetup;
  readonly #slot = createViewSlot();
  readonly #limits: LaneLimits;
  readonly #ruleset: string;
  readonly #url: URL;
  readonly #waiting: Pending[] = [];
  #worker: Worker | null = null;
  #current: Pending | null = null;
  #timer: NodeJS.Timeout | null = null;
  #ids = 0;
  #closed = false;

  constructor(setup: LaneSetup, limits: LaneLimits, ruleset: string, url: URL = workerUrl) {
    this.#setup = { ...setup, slot: this.#slot };
    this.#limits = limits;
    this.#ruleset = ruleset;
    this.#url = url;
  }

  /** Tasks waiting or under way. */
  get load(): number {
    return this.#waiting.length + (this.#current === null ? 0 : 1);
  }

  /** Starts the thread before the first task needs it. */
  warm(): void {
    this.#worker ??= this.#start();
  }

  /** @throws FairleadError `json.*`, `inspection.busy`, `inspection.failed` */
  run(task: InspectionTask): Promise<LaneResult> {
    if (this.#closed) return Promise.reject(new FairleadError('inspection.failed'));
    if (this.#waiting.length >= this.#limits.maxWaiting) {
      return Promise.reject(new FairleadError('inspection.busy'));
    }
    return new Promise((resolve, reject) => {
      this.#ids += 1;
      this.#waiting.push({ id: this.#ids, task, resolve, reject, view: null });
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const left = [...(this.#current === null ? [] : [this.#current]), ...this.#waiting.splice(0)];
    this.#current = null;
    this.#clearTimer();
    for (const pending of left) pending.reject(new FairleadError('inspection.failed'));
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }

  #next(): void {
    if (this.#current !== null) return;
    const pending = this.#waiting.shift();
    if (pending === undefined) return;
    this.#current = pending;
    this.warm();
    // A copy is handed over, since the caller forwards these very bytes afterwards. Cloning the view as it is would
    // copy all of the buffer that it may be a small part of.
    const body = new Uint8Array(pending.task.body);
    const message: TaskMessage = { id: pending.id, task: { ...pending.task, body } };
    clearView(this.#slot);
    this.#worker?.postMessage(message, [body.buffer]);
    this.#timer = setTimeout(() => this.#timeout(), this.#limits.timeoutMs);
  }

  #start(): Worker {
    const worker = startThread(this.#url, 'fairlead-inspection', this.#setup);
    worker.on('message', (message: WorkerMessage) => {
      if (this.#worker === worker) this.#receive(message);
    });
    worker.on('error', () => this.#lost(worker));
    worker.on('exit', () => this.#lost(worker));
    // A server that is otherwise done need not wait for idle threads.
    worker.unref();
    return worker;
  }

  #receive(message: WorkerMessage): void {
    const pending = this.#current;
    if (message.type === 'ready' || pending === null || message.id !== pending.id) return;
    if (message.type === 'read') pending.view = message.view;
    else if (message.type === 'failed') this.#settle(() => pending.reject(fromWire(message.error)));
    else {
      const { view, report } = message;
      const layout = message.layout === null ? null : unpackLayout(message.layout);
      this.#settle(() => pending.resolve({ view, report, layout }));
    }
  }

  #settle(answer: () => void): void {
    this.#clearTimer();
    this.#current = null;
    answer();
    this.#next();
  }

  /** The thread is stuck in one text: end it. What it had read so far decides whether policy or an error answers. */
  #timeout(): void {
    const pending = this.#current;
    if (pending === null) return;
    this.#drop();
    const view = pending.view ?? readView(this.#slot);
    this.#settle(() => {
      if (view === null) return pending.reject(new FairleadError('inspection.busy'));
      const report = uninspectable(this.#ruleset, view.skipped, 'body', 'inspection took too long');
      pending.resolve({ view, report, layout: null });
    });
  }

  #lost(worker: Worker): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    const pending = this.#current;
    if (pending !== null) this.#settle(() => pending.reject(new FairleadError('inspection.failed')));
  }

  #drop(): void {
    const worker = this.#worker;
    this.#worker = null;
    void worker?.terminate();
  }

  #clearTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
