import type { ServerResponse } from 'node:http';
import { FairleadError } from '@fairlead/core/errors';
import type { OutcomeEntry } from '@fairlead/core/ledger';
import { type Endpoint, usageReader } from '@fairlead/core/wire';
import type { Dispatcher } from 'undici';
import { createAnswerDigest } from './answer-digest.ts';
import { type AnswerWriter, createAnswerWriter } from './answer-writer.ts';
import { clientHeaders } from './headers.ts';

/** What became of a forwarded call: the outcome entry's own fields. */
export type ExchangeResult = Pick<
  OutcomeEntry,
  'outcome' | 'status' | 'usage' | 'firstByteMs' | 'response' | 'responseBytes'
> & {
  /** False when it is certain that nothing of the request went to the vendor. */
  readonly sent: boolean;
  /** Set when the client still waits for an answer that is ours to give. */
  readonly error: FairleadError | null;
};

const nothing = Buffer.alloc(0);

/** A call that was decided and never made. */
export const unmade: ExchangeResult = {
  outcome: 'cut',
  status: null,
  usage: null,
  firstByteMs: null,
  response: null,
  responseBytes: 0,
  sent: false,
  error: null,
};

interface ExchangeOptions {
  readonly endpoint: Endpoint;
  readonly stream: boolean;
  /** Answers that were asked for; absent means one. */
  readonly choices: number | undefined;
  readonly response: ServerResponse;
  /** Headers of ours on the response. */
  readonly own: Readonly<Record<string, string>>;
  /** Milliseconds, monotonic enough to measure latency. */
  readonly now: () => number;
  /** Takes a copy of each piece of the answer. */
  readonly keep?: (chunk: Buffer) => void;
  /** The vendor's answer has come in full. */
  readonly answered?: () => void;
}

/**
 * One call's way to the vendor and back: passes bytes on as they come, with backpressure both ways, aborts upstream
 * when the client goes, and counts, hashes and reads usage from a copy.
 */
export class VendorExchange implements Dispatcher.DispatchHandler {
  readonly done: Promise<ExchangeResult>;
  private readonly options: ExchangeOptions;
  private readonly started: number;
  private readonly digest = createAnswerDigest();
  private readonly usage: ReturnType<typeof usageReader>;
  private readonly writer: AnswerWriter;
  private controller: Dispatcher.DispatchController | null = null;
  private resolve!: (result: ExchangeResult) => void;
  private status: number | null = null;
  private refused: FairleadError | null = null;
  /** The vendor's answer is on its way to the client. */
  private passing = false;
  private stopped: 'client-aborted' | 'cut' | null = null;
  private cutBecause: FairleadError | null = null;
  private firstByteMs: number | null = null;
  private bytes = 0;

  constructor(options: ExchangeOptions) {
    this.options = options;
    this.started = options.now();
    this.usage = usageReader(options.endpoint, options.stream, options.choices);
    this.writer = createAnswerWriter(
      options.response,
      () => this.controller?.pause(),
      () => this.controller?.resume(),
    );
    this.done = new Promise((resolve) => {
      this.resolve = resolve;
    });
    options.response.once('close', this.onClientClose);
  }

  /** Ends the exchange from our side; a client that still waits for the answer is told why. */
  cut(why: FairleadError): void {
    this.cutBecause = why;
    this.stop('cut');
  }

  /** The client went before anything was sent. */
  abandon(): void {
    this.stopped = 'client-aborted';
    this.finish('client-aborted', null);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.stopped) controller.abort(new Error(this.stopped));
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return;
    this.status = status;
    this.firstByteMs = this.options.now() - this.started;
    if (status === 401 || status === 403) this.refused = new FairleadError('gateway.vendor-credential');
    else if (status >= 300 && status < 400) this.refused = new FairleadError('gateway.vendor-redirect');
    if (this.refused) {
      // Its body may show the vendor key's tail, or never end: nobody waits for it.
      controller.abort(this.refused);
      return;
    }
    const { response, own } = this.options;
    const head = clientHeaders(headers);
    for (const name in own) head.push(name, own[name] as string);
    response.writeHead(status, head as string[]);
    this.passing = true;
    process.nextTick(this.sendHead);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.passing) return;
    this.bytes += chunk.length;
    this.digest.add(chunk);
    this.usage.push(chunk);
    this.options.keep?.(chunk);
    this.writer.add(chunk);
  }

  onResponseEnd(): void {
    this.options.answered?.();
    if (this.passing) this.writer.finish();
    const ok = this.status !== null && this.status < 400;
    this.finish(ok && !this.refused ? 'completed' : 'vendor-error', this.refused);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    // A stream that breaks half-way must look broken to the client, never complete.
    if (this.passing) {
      this.writer.flush();
      this.options.response.destroy();
    }
    if (this.stopped) {
      const waits = this.stopped === 'cut' && !this.passing;
      this.finish(this.stopped, waits ? this.cutBecause : null);
      return;
    }
    const known = error instanceof FairleadError ? error : new FairleadError('gateway.vendor-unreachable');
    const outcome = this.status === null ? 'vendor-unreachable' : 'vendor-error';
    this.finish(outcome, this.passing ? null : (this.refused ?? known));
  }

  /** Sends the head, in the bytes the vendor chose (flushHeaders() would write it as UTF-8), unless a chunk took it. */
  private readonly sendHead = (): void => {
    const { response } = this.options;
    if (this.bytes === 0 && !response.writableEnded && !response.destroyed) response.write(nothing);
  };

  private readonly onClientClose = (): void => {
    if (!this.options.response.writableFinished) this.stop('client-aborted');
  };

  private stop(why: 'client-aborted' | 'cut'): void {
    if (this.stopped) return;
    this.stopped = why;
    this.controller?.abort(new Error(why));
    if (why === 'cut' && this.passing) this.options.response.destroy();
  }

  private finish(outcome: ExchangeResult['outcome'], error: FairleadError | null): void {
    this.options.response.off('close', this.onClientClose);
    this.writer.end();
    this.resolve({
      outcome,
      status: this.status,
      usage: this.passing ? this.usage.end().usage : null,
      firstByteMs: this.firstByteMs === null ? null : Math.round(this.firstByteMs),
      response: this.passing ? this.digest.end() : null,
      responseBytes: this.bytes,
      sent: this.controller !== null,
      error,
    });
  }
}
