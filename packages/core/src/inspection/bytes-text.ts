/** Bytes as a string of as many characters: half as long as hexadecimal, and made in one call. For short arrays. */
export function latin1(bytes: Uint8Array): string {
  return String.fromCharCode.apply(null, bytes as unknown as number[]);
}
