import { callServer, sessionHeaders } from './client.ts';
import { backgroundHeader } from './presence.ts';
import type { Head } from './types.ts';

/** One server-sent event. */
export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/**
 * Splits a server-sent event stream. Returns the whole events of `text` and what is left of it. Only what Fairlead
 * sends is read: `event` and `data` lines, comments, line feeds with or without a carriage return.
 */
export function splitEvents(text: string): {
  readonly events: readonly ServerEvent[];
  readonly rest: string;
} {
  const blocks = text.replaceAll('\r\n', '\n').split('\n\n');
  const rest = blocks.pop() ?? '';
  const events = blocks.flatMap((block) => {
    let name = 'message';
    const data: string[] = [];
    for (const line of block.split('\n')) {
      const [, field, value = ''] = /^(\w+)(?:: ?(.*))?$/.exec(line) ?? [];
      if (field === 'event') name = value;
      if (field === 'data') data.push(value);
    }
    return data.length === 0 ? [] : [{ name, data: data.join('\n') }];
  });
  return { events, rest };
}

/** The head that an event speaks of; null for another event or a malformed one. */
export function readHead({ name, data }: ServerEvent): Head | null {
  if (name !== 'head') return null;
  try {
    const { size, signedSize } = JSON.parse(data) as Partial<Head>;
    return Number.isSafeInteger(size) && Number.isSafeInteger(signedSize)
      ? { size: size as number, signedSize: signedSize as number }
      : null;
  } catch {
    return null;
  }
}

/** The server sends something every 15 s: two heartbeats may be late, a third that is missing is a dead connection. */
export const silentAtMostMs = 40_000;

/** A signal that aborts once `heard` wasn't called for so many milliseconds; `end` stops the waiting. */
export function silenceSignal(milliseconds: number): {
  readonly signal: AbortSignal;
  heard(): void;
  end(): void;
} {
  const silent = new AbortController();
  const wait = () => setTimeout(() => silent.abort(new Error('events: nothing came')), milliseconds);
  let timer = wait();
  return {
    signal: silent.signal,
    heard() {
      clearTimeout(timer);
      timer = wait();
    },
    end: () => clearTimeout(timer),
  };
}

/**
 * Follows `/api/events` until the connection or the signal ends. Read by fetch, since EventSource can't send the
 * session token. A connection can die without an end that the browser sees (a laptop that slept, a proxy that
 * forgot): one on which nothing comes is given up. @throws Error when it ends otherwise than by the server's wish
 */
export async function followHead(
  signal: AbortSignal,
  onOpen: () => void,
  onHead: (head: Head) => void,
): Promise<void> {
  const silence = silenceSignal(silentAtMostMs);
  try {
    const headers = { ...sessionHeaders(), [backgroundHeader]: '1' };
    const either = AbortSignal.any([signal, silence.signal]);
    const request = new Request('/api/events', { headers, signal: either, cache: 'no-store' });
    const response = await callServer(request);
    if (!response.ok || response.body === null) throw new Error(`events: status ${response.status}`);
    onOpen();
    await readHeads(response.body, silence.heard, onHead);
  } finally {
    silence.end();
  }
}

async function readHeads(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  onSomething: () => void,
  onHead: (head: Head) => void,
): Promise<void> {
  let rest = '';
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    onSomething();
    const split = splitEvents(rest + value);
    rest = split.rest;
    for (const event of split.events) {
      const head = readHead(event);
      if (head !== null) onHead(head);
    }
  }
}
