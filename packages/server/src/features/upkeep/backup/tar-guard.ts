import { Transform } from 'node:stream';
import { invalid } from './manifest.ts';

const block = 512;

/**
 * Lets only the plainest tar through: files with a short name, nothing else. Links, folders, devices, long names and the
 * headers of later formats are refused before anything looks at them, so that nothing can make a reader keep what it
 * was told is long, or write outside its folder.
 */
export function plainTarGuard(): Transform {
  let header = Buffer.alloc(0);
  /** Bytes of the file under way that still come, with its padding. */
  let body = 0;
  let ended = false;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      let at = 0;
      try {
        while (at < chunk.length && !ended) {
          if (body > 0) {
            const step = Math.min(body, chunk.length - at);
            body -= step;
            at += step;
            continue;
          }
          const step = Math.min(block - header.length, chunk.length - at);
          header = Buffer.concat([header, chunk.subarray(at, at + step)]);
          at += step;
          if (header.length < block) break;
          const size = sizeOf(header);
          ended = size === null;
          body = Math.ceil((size ?? 0) / block) * block;
          header = Buffer.alloc(0);
        }
        done(null, chunk);
      } catch (error) {
        done(error as Error);
      }
    },
    flush(done) {
      done(ended ? null : invalid('it is cut off'));
    },
  });
}

/** Length of the file behind a header; null for the block of zeros at the end. */
function sizeOf(header: Buffer): number | null {
  if (header.every((byte) => byte === 0)) return null;
  if (header[156] !== 0x30) throw invalid('it holds something else than files');
  if (!/^[a-z][a-z0-9.-]{0,50}\0/.test(header.toString('latin1', 0, 100)) || header[345] !== 0) {
    throw invalid('a name in it leads out of the folder, or is none of ours');
  }
  const field = header.subarray(124, 136);
  const size =
    field[0] === 0x80 ? Number(field.readBigUInt64BE(4)) : Number.parseInt(field.toString('latin1'), 8);
  if (!Number.isSafeInteger(size) || size < 0) throw invalid('a length in it is none');
  return size;
}
