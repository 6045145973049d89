import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { giveBack } from '../../platform/buffers/index.ts';

/** Smaller ones are collected for nothing. */
const smallestGivenBack = 32 * 1024;

/** undici says so right before it writes a request: docs/api/DiagnosticsChannel.md of undici. */
const sendHeaders = 'undici:client:sendHeaders';

/**
 * Request bodies that were sent. They live outside the heap, and what lies there unused brings on full collections of it:
 * at 200 KB a body one every hundred requests, for a fifth of all the CPU.
 */
export interface SpentBodies {
  /**
   * Gives the memory of a body back at once, if certainly nobody reads it any more; the buffer is empty then. To be
   * called when its answer has ended, before its connection is used again.
   */
  giveBack(body: Buffer): void;
  close(): void;
}

export function createSpentBodies(): SpentBodies {
  const sentOn = new WeakMap<object, Socket>();
  const onSend = (message: unknown): void => {
    const { request, socket } = message as { request: { body: unknown }; socket: Socket };
    const { body } = request;
    if (body instanceof Uint8Array && body.length >= smallestGivenBack) sentOn.set(body, socket);
  };
  subscribe(sendHeaders, onSend);
  return {
    giveBack(body) {
      const socket = sentOn.get(body);
      // A vendor may answer before it has read everything: then the system still reads from this memory.
      if (socket === undefined || socket.destroyed || socket.writableLength > 0) return;
      giveBack(body);
    },
    close() {
      unsubscribe(sendHeaders, onSend);
    },
  };
}
