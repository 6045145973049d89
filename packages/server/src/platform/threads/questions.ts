import type { MessagePort, ResourceLimits, Worker } from 'node:worker_threads';
import { isFairleadError } from '@fairlead/core/errors';
import { describeFull } from '../db/disk-full.ts';
import { startSqliteThread } from './index.ts';

/** To the thread. */
interface Question {
  readonly call: number;
  readonly method: string;
  readonly args: readonly unknown[];
}

/** From it. Messages of SQLite and the system name files and conditions, never content. */
type Answer =
  | { readonly type: 'done'; readonly call: number; readonly value: unknown }
  | ({ readonly type: 'failed'; readonly call: number } & Failure);

/** `code`: of an error of ours, else null. */
interface Failure {
  readonly code: string | null;
  readonly message: string;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export interface QuestionThread {
  ask<Value>(method: string, ...args: readonly unknown[]): Promise<Value>;
  /** Asks it to `close` and waits for its end; nothing is started for it. */
  close(): Promise<void>;
}

export interface QuestionThreadOptions {
  /** The worker beside the caller: `.ts` from source, `.js` where everything was bundled. */
  readonly url: URL;
  readonly name: string;
  readonly setup: unknown;
  /** Of its heap; those of the process unless told. */
  readonly limits?: ResourceLimits;
  /** What a question fails with; the message is for its cause, the code that of an error of ours, or null. */
  readonly failed: (message: string, code: string | null) => Error;
  readonly onTrouble: (message: string) => void;
  /** A command waits for its answers; a server that is asked to end doesn't. */
  readonly keepsProcess?: boolean;
  /** 50 unless told. */
  readonly waitingAtMost?: number;
}

/** Questions that wait at most; what comes on top is refused, so that nobody fills the memory with them. */
const mostWaiting = 50;

/**
 * A thread that opens SQLite and answers questions. It starts with the first one, and again when it has ended; its
 * failures fail questions and nothing else.
 */
export function createQuestionThread(options: QuestionThreadOptions): QuestionThread {
  const {
    url,
    name,
    setup,
    limits,
    failed,
    onTrouble,
    keepsProcess = false,
    waitingAtMost = mostWaiting,
  } = options;
  const waiting = new Map<number, Waiting>();
  let worker: Worker | null = null;
  let calls = 0;
  const end = (ended: Worker, message: string) => {
    if (worker !== ended) return;
    worker = null;
    for (const one of waiting.values()) one.reject(failed(message, null));
    waiting.clear();
  };
  const settle = (answer: Answer) => {
    const one = waiting.get(answer.call);
    waiting.delete(answer.call);
    if (answer.type === 'done') {
      one?.resolve(answer.value);
      return;
    }
    onTrouble(answer.message);
    one?.reject(failed(answer.message, answer.code));
  };
  const start = (): Worker => {
    const started = startSqliteThread(url, name, setup, limits);
    started.on('message', settle);
    started.on('error', (error) => {
      onTrouble(error.message);
      end(started, error.message);
    });
    started.on('exit', () => end(started, 'the thread ended'));
    if (!keepsProcess) started.unref();
    return started;
  };
  const ask = <Value>(method: string, ...args: readonly unknown[]): Promise<Value> =>
    new Promise((resolve, reject) => {
      if (waiting.size >= waitingAtMost) {
        reject(failed('too many questions wait', null));
        return;
      }
      worker ??= start();
      calls += 1;
      waiting.set(calls, { resolve: resolve as (value: unknown) => void, reject });
      worker.postMessage({ call: calls, method, args } satisfies Question);
    });
  return {
    ask,
    async close() {
      if (worker === null) return;
      const ended = new Promise<void>((resolve) => worker?.once('exit', () => resolve()));
      await ask('close').catch(() => undefined);
      await ended;
    },
  };
}

/**
 * Answers questions within the thread, one after the other unless told: two at once would only take twice the memory, where
 * an answer doesn't wait for somebody else.
 */
export function answerQuestions<Methods extends { close(): Promise<void> }>(
  port: MessagePort,
  methods: Methods,
  turns: 'one-by-one' | 'at-once' = 'one-by-one',
): void {
  const say = (answer: Answer) => port.postMessage(answer);
  const answer = async ({ call, method, args }: Question): Promise<void> => {
    try {
      const asked = methods[method as keyof Methods] as (...values: readonly unknown[]) => Promise<unknown>;
      say({ type: 'done', call, value: await asked(...args) });
    } catch (failure) {
      // Only this thread can tell.
      const error = describeFull(failure) ?? failure;
      say({
        type: 'failed',
        call,
        code: isFairleadError(error) ? error.code : null,
        message: error instanceof Error ? error.message : String(error),
      });
    }
    if (method === 'close') port.close();
  };
  let last: Promise<void> = Promise.resolve();
  port.on('message', (question: Question) => {
    if (turns === 'at-once') void answer(question);
    else last = last.then(() => answer(question));
  });
}
