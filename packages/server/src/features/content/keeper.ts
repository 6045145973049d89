import { createHash, randomBytes } from 'node:crypto';
import { FairleadError } from '@fairlead/core/errors';
import type { KeptContent } from '@fairlead/core/ledger';
import type { Clock } from '@fairlead/core/ports';
import { contentDays, type ProgramContent, type ProgramRetention } from '@fairlead/core/program';
import type { ContentCallFacts, ContentKeeper, ContentOfCall } from './api.ts';
import type { ContentStore } from './store.ts';
import type { Part } from './types.ts';

/** Bytes that may wait for the store at once. */
export const waitingAtMost = 64 * 1024 * 1024;

export interface KeeperOptions {
  readonly wanted: ProgramContent;
  readonly retention?: ProgramRetention | undefined;
  readonly clock: Pick<Clock, 'now'>;
  /** Null while the store cannot be used. */
  readonly store: () => Pick<ContentStore, 'keep'> | null;
  /** Something whose commitment stands in an entry could not be kept. */
  readonly onLost: (op: string, part: Part, reason: string) => void;
  readonly waitingAtMost?: number;
}

interface Queue {
  waitingBytes: number;
  notKept: number;
  /** What is being written. */
  readonly writing: Set<Promise<void>>;
}

export interface Keeper extends ContentKeeper {
  readonly queue: Readonly<Queue>;
  /** Resolves once nothing waits any more. */
  idle(): Promise<void>;
}

/** Decides what is kept, commits to it, and hands it on; never waits for the store. */
export function createKeeper(options: KeeperOptions): Keeper {
  const queue: Queue = { waitingBytes: 0, notKept: 0, writing: new Set() };
  return {
    queue,
    begin(facts, body) {
      const days = contentDays({ content: options.wanted, retention: options.retention }, facts);
      return days === null ? null : keepCall(options, queue, facts, days, body);
    },
    async idle() {
      while (queue.writing.size > 0) await Promise.all(queue.writing);
    },
  };
}

interface Held {
  readonly commitment: string;
  readonly salt: Uint8Array;
  readonly bytes: Uint8Array;
}

function keepCall(
  options: KeeperOptions,
  queue: Queue,
  facts: ContentCallFacts,
  days: number,
  body: Uint8Array,
): ContentOfCall {
  const { wanted, onLost } = options;
  const reason = obstacle(options, queue, body.length);
  if (reason !== null && wanted.whenNotKept === 'refuse') throw new FairleadError('content.unavailable');
  let request = reason === null ? hold(queue, body) : null;
  const answer = collector(options, queue);
  const write = (part: Part, { salt, bytes }: Held) => {
    const { op, session, actor, repository } = facts;
    const at = options.clock.now();
    const store = options.store();
    const kept =
      store === null
        ? Promise.reject(new FairleadError('content.unavailable'))
        : store.keep({ op, part, session, actor, repository, days, at, salt, bytes });
    const writing: Promise<void> = kept
      .catch((error: unknown) => {
        queue.notKept += 1;
        onLost(op, part, error instanceof FairleadError ? error.code : 'unknown');
      })
      .finally(() => {
        queue.waitingBytes -= bytes.length;
        queue.writing.delete(writing);
      });
    queue.writing.add(writing);
  };
  return {
    request: request === null ? notKept(queue, reason ?? 'unknown') : { commitment: request.commitment },
    recorded() {
      if (request !== null) write('request', request);
      request = null;
    },
    drop() {
      if (request !== null) queue.waitingBytes -= request.bytes.length;
      request = null;
      answer.drop();
    },
    chunk: answer.chunk,
    answered() {
      const { held, why } = answer.end();
      if (held === null) return notKept(queue, why);
      write('response', held);
      return { commitment: held.commitment };
    },
  };
}

/** Why this cannot be kept now, in a word that an entry may hold; null when it can. */
function obstacle(
  { wanted, store, waitingAtMost: most = waitingAtMost }: KeeperOptions,
  queue: Queue,
  bytes: number,
): string | null {
  if (store() === null) return 'store-unavailable';
  if (bytes > wanted.maxBytes) return 'too-large';
  return queue.waitingBytes + bytes > most ? 'queue-full' : null;
}

function notKept(queue: Queue, reason: string): KeptContent {
  queue.notKept += 1;
  return { notKept: reason };
}

function hold(queue: Queue, bytes: Uint8Array): Held {
  const salt = randomBytes(32);
  queue.waitingBytes += bytes.length;
  return { salt, bytes, commitment: createHash('sha256').update(salt).update(bytes).digest('hex') };
}

/** Pieces of an answer, until it is over or too much of it came. */
function collector(options: KeeperOptions, queue: Queue) {
  let chunks: Buffer[] = [];
  let length = 0;
  let why: string | null = null;
  const drop = () => {
    queue.waitingBytes -= length;
    chunks = [];
    length = 0;
  };
  return {
    drop,
    chunk(bytes: Uint8Array) {
      if (why !== null) return;
      // What waits already counts these pieces; the limit of one answer does not.
      why =
        length + bytes.length > options.wanted.maxBytes
          ? 'too-large'
          : obstacle(options, queue, bytes.length);
      if (why !== null) return drop();
      // The other side's buffers are used again.
      chunks.push(Buffer.from(bytes));
      length += bytes.length;
      queue.waitingBytes += bytes.length;
    },
    end(): { readonly held: Held | null; readonly why: string } {
      if (why !== null) return { held: null, why };
      const whole = Buffer.concat(chunks, length);
      drop();
      return { held: hold(queue, whole), why: '' };
    },
  };
}
