/**
 * Gives the memory of a view back now instead of when it is collected; the view is empty then. Only memory that is all
 * the view's own: a small buffer lies in a pool with others. Nobody may read it any more, the system included.
 */
export function giveBack({ buffer, byteOffset, byteLength }: Uint8Array): void {
  const isOwn = buffer instanceof ArrayBuffer && byteOffset === 0 && buffer.byteLength === byteLength;
  if (isOwn) buffer.transfer(0);
}
