/**
 * The deflate stream and trailer of a gzip member (RFC 1952 §2.3), null when the header is malformed.
 * Parsed here because zlib silently reads several members as one.
 */
export function gzipPayload(body: Buffer): Buffer | null {
  if (body.length < 18 || body[0] !== 0x1f || body[1] !== 0x8b || body[2] !== 8) return null;
  const flags = body[3] as number;
  if ((flags & 0xe0) !== 0) return null;
  let at = 10;
  if (flags & 0x04) at += 2 + body.readUInt16LE(at);
  for (const flag of [0x08, 0x10]) {
    if (!(flags & flag)) continue;
    const end = body.indexOf(0, at);
    if (end === -1) return null;
    at = end + 1;
  }
  if (flags & 0x02) at += 2;
  return at < body.length ? body.subarray(at) : null;
}

/**
 * Length in bytes of the first zstd frame (RFC 8878 §3.1.1), or -1 when it is malformed or not a data frame.
 * Walked here because readers differ on frames behind the first.
 */
export function zstdFrameLength(body: Buffer): number {
  if (body.length < 6 || body.readUInt32LE(0) !== 0xfd2fb528) return -1;
  const descriptor = body[4] as number;
  const singleSegment = (descriptor & 0x20) !== 0;
  const sizeField = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] as number;
  const dictionaryField = [0, 1, 2, 4][descriptor & 3] as number;
  let at = 5 + (singleSegment ? 0 : 1) + dictionaryField + sizeField;
  for (;;) {
    if (at + 3 > body.length) return -1;
    const header = body.readUIntLE(at, 3);
    const type = (header >> 1) & 3;
    if (type === 3) return -1;
    // A run-length block holds one byte whatever its regenerated size.
    at += 3 + (type === 1 ? 1 : header >> 3);
    if (header & 1) break;
  }
  if (descriptor & 0x04) at += 4;
  return at <= body.length ? at : -1;
}
