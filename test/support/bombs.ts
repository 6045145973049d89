import { constants, deflateRawSync } from 'node:zlib';

const mebibyte = 1_048_576;

/** Small bodies that grow to `bytes` when they're decoded; made without ever holding the large form. */
export function bombs(bytes: number): { readonly [coding: string]: Buffer } {
  const raw = rawDeflate(bytes);
  const length = Buffer.alloc(8);
  length.writeUInt32LE(bytes % 2 ** 32, 4);
  return {
    gzip: Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]), raw, length]),
    deflate: Buffer.concat([Buffer.from([0x78, 0x9c]), raw, Buffer.alloc(4)]),
    zstd: zstdRuns(bytes),
  };
}

/** A flushed deflate block ends at a byte boundary, so the same megabyte can be repeated as often as wanted. */
function rawDeflate(bytes: number): Buffer {
  const block = deflateRawSync(Buffer.alloc(mebibyte, 0x20), {
    level: 9,
    finishFlush: constants.Z_FULL_FLUSH,
  });
  const blocks = Array<Buffer>(Math.ceil(bytes / mebibyte)).fill(block);
  return Buffer.concat([...blocks, Buffer.from([0x03, 0x00])]);
}

/** Run-length blocks of 128 KiB: four bytes each (RFC 8878 §3.1.1.2). */
function zstdRuns(bytes: number): Buffer {
  const size = 131_072;
  const count = Math.ceil(bytes / size);
  const frame = Buffer.alloc(6 + count * 4);
  frame.writeUInt32LE(0xfd2fb528, 0);
  frame[4] = 0; // no content size, no checksum, a window descriptor follows
  frame[5] = 0x38; // window of 128 KiB
  for (let at = 0; at < count; at += 1) {
    const isLast = at === count - 1 ? 1 : 0;
    frame.writeUIntLE((size << 3) | (1 << 1) | isLast, 6 + at * 4, 3);
    frame[9 + at * 4] = 0x20;
  }
  return frame;
}
