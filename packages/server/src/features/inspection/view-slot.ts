import type { CallView } from '@fairlead/core/wire';

/*
 * A place in shared memory where a worker leaves the view of the body in hand, for the case that it never gets to
 * answer. A message of its own would wake the main thread for every body.
 */

const HEADER = 4;
const ROOM = 64 * 1024;

export function createViewSlot(): SharedArrayBuffer {
  return new SharedArrayBuffer(HEADER + ROOM);
}

/** Forgets what was left there. */
export function clearView(slot: SharedArrayBuffer): void {
  Atomics.store(new Int32Array(slot, 0, 1), 0, 0);
}

/** Leaves a view there; false when it has no room. */
export function writeView(slot: SharedArrayBuffer, view: CallView): boolean {
  const bytes = Buffer.from(JSON.stringify(view));
  if (bytes.length > ROOM) return false;
  new Uint8Array(slot, HEADER).set(bytes);
  Atomics.store(new Int32Array(slot, 0, 1), 0, bytes.length);
  return true;
}

/** What was left there, or null. */
export function readView(slot: SharedArrayBuffer): CallView | null {
  const length = Atomics.load(new Int32Array(slot, 0, 1), 0);
  if (length === 0) return null;
  // A copy: text is not decoded from memory that another thread may write.
  return JSON.parse(Buffer.from(new Uint8Array(slot, HEADER, length)).toString()) as CallView;
}
