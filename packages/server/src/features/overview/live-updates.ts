import { PassThrough, type Readable } from 'node:stream';
import { FairleadError } from '@fairlead/core/errors';
import type { Ledger } from '../ledger/api.ts';

export interface LiveOptions {
  readonly ledger: Pick<Ledger, 'state'>;
  /** How often growth is looked for, milliseconds. */
  readonly pollMs: number;
  readonly heartbeatMs: number;
  /** How often each is asked whether it goes on. */
  readonly askMs: number;
  /** A stream is ended after this long, so that its caller is asked again who they are. */
  readonly longestMs: number;
  readonly most: number;
}

export const liveDefaults = {
  pollMs: 250,
  heartbeatMs: 15_000,
  askMs: 500,
  longestMs: 10 * 60_000,
  most: 200,
} as const;

/** Server-sent events about the ledger's growth. */
export interface LiveUpdates {
  /**
   * A stream of `event: head`, one at once and one whenever the ledger grows or is signed. `goesOn` is asked twice a
   * second, so that what is revoked ends within one. @throws FairleadError `server.streams-full`
   */
  open(goesOn: () => Promise<boolean>): Readable;
  /** Ends every stream. */
  close(): void;
}

interface Open {
  readonly stream: PassThrough;
  readonly goesOn: () => Promise<boolean>;
  readonly until: number;
  sent: string;
  asking: boolean;
}

export function createLiveUpdates({
  ledger,
  pollMs,
  heartbeatMs,
  askMs,
  longestMs,
  most,
}: LiveOptions): LiveUpdates {
  const streams = new Set<Open>();
  let timers: NodeJS.Timeout[] = [];
  const head = () => {
    const { size, signedSize } = ledger.state();
    return JSON.stringify({ size, signedSize });
  };
  const end = (one: Open) => {
    streams.delete(one);
    one.stream.end();
    if (streams.size > 0) return;
    for (const timer of timers) clearInterval(timer);
    timers = [];
  };
  const poll = () => {
    const now = head();
    for (const one of streams) {
      // A reader that is slow gets the newest head when it has caught up, not every one on the way.
      if (one.sent === now || one.stream.writableNeedDrain) continue;
      one.sent = now;
      one.stream.write(`event: head\ndata: ${now}\n\n`);
    }
  };
  const ask = async (one: Open) => {
    if (one.asking) return;
    one.asking = true;
    const goesOn = performance.now() < one.until && (await one.goesOn().catch(() => false));
    one.asking = false;
    if (!goesOn) end(one);
  };
  const beat = (one: Open) => {
    // Still not read since the last heartbeat: nobody is there.
    if (one.stream.writableNeedDrain) end(one);
    else one.stream.write(': heartbeat\n\n');
  };
  const forEach = (act: (one: Open) => unknown) => () => {
    for (const one of streams) void act(one);
  };
  return {
    open(goesOn) {
      if (streams.size >= most) throw new FairleadError('server.streams-full');
      const stream = new PassThrough();
      const one: Open = { stream, goesOn, until: performance.now() + longestMs, sent: '', asking: false };
      streams.add(one);
      stream.on('close', () => end(one));
      if (timers.length === 0) {
        timers = [
          setInterval(poll, pollMs).unref(),
          setInterval(forEach(ask), askMs).unref(),
          setInterval(forEach(beat), heartbeatMs).unref(),
        ];
      }
      poll();
      return stream;
    },
    close() {
      for (const one of streams) end(one);
    },
  };
}
