import { constants } from 'node:fs';
import { type FileHandle, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, syncFolder } from '../../platform/files/index.ts';
import { systemCode } from '../../platform/files/room.ts';
import { indexOfLine } from './lines.ts';
import type { Delivery, StreamBatch, StreamTarget } from './types.ts';

export interface FileTargetOptions {
  readonly folder: string;
  readonly name: string;
  /** A new file is begun before this one would grow beyond it; bytes. */
  readonly maxBytes: number;
  /** Full files that are kept. */
  readonly keep: number;
}

const { O_APPEND, O_CREAT, O_RDWR, O_NOFOLLOW = 0 } = constants;
/** An entry is at most 64 KiB; its line stays below this. */
const tailBytes = 1 << 20;

/**
 * Appends lines to `<folder>/<name>.jsonl`, synced before a batch counts as delivered. A full file is renamed to
 * `<name>.<index of the next entry>.jsonl`. What a crash or a full disk left of a line is cut off again.
 */
export function fileTarget(options: FileTargetOptions): StreamTarget {
  const file = join(options.folder, `${options.name}.jsonl`);
  let checked = false;
  return {
    async holds() {
      makeFolder(options.folder, 0o750);
      const last = await lastLine(file);
      checked = true;
      const index = last === null ? null : indexOfLine(last);
      return index === null ? null : index + 1;
    },
    async deliver(batch) {
      try {
        makeFolder(options.folder, 0o750);
        if (!checked) await lastLine(file);
        checked = true;
        await append(file, batch, options);
        return { kind: 'delivered', expects: null };
      } catch (error) {
        checked = false;
        return failed(error);
      }
    },
    close: async () => undefined,
  };
}

function failed(error: unknown): Delivery {
  return { kind: 'failed', reason: String(systemCode(error) ?? 'unknown'), retryAfterMs: null };
}

async function append(file: string, batch: StreamBatch, options: FileTargetOptions): Promise<void> {
  const text = Buffer.from(batch.lines.map((line) => `${line}\n`).join(''));
  const size = (await stat(file).catch(() => null))?.size ?? 0;
  if (size > 0 && size + text.length > options.maxBytes) await rotate(file, batch.first, options);
  const handle = await open(file, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW, 0o640);
  try {
    const before = (await handle.stat()).size;
    try {
      await writeAll(handle, text);
      await handle.datasync();
    } catch (error) {
      // Part of it may have been written: nobody should read half a line.
      await handle.truncate(before).catch(() => undefined);
      throw error;
    }
    if (before === 0) syncFolder(options.folder);
  } finally {
    await handle.close();
  }
}

async function writeAll(handle: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    at += (await handle.write(bytes, at, bytes.length - at)).bytesWritten;
  }
}

async function rotate(file: string, next: number, { folder, name, keep }: FileTargetOptions): Promise<void> {
  const number = String(next).padStart(15, '0');
  let target = join(folder, `${name}.${number}.jsonl`);
  for (let again = 1; (await stat(target).catch(() => null)) !== null; again += 1) {
    target = join(folder, `${name}.${number}-${again}.jsonl`);
  }
  await rename(file, target);
  syncFolder(folder);
  const full = (await readdir(folder)).filter(
    (other) => other.startsWith(`${name}.`) && /^\.\d{15}(?:-\d+)?\.jsonl$/.test(other.slice(name.length)),
  );
  const aged = await Promise.all(
    full.map(async (other) => ({ other, at: (await stat(join(folder, other))).mtimeMs })),
  );
  // Equal times happen; the names are then in the order of the log.
  aged.sort((a, b) => b.at - a.at || (a.other < b.other ? 1 : -1));
  for (const { other } of aged.slice(keep)) await unlink(join(folder, other));
}

/** The last whole line; an unfinished one after it is cut off. Null where there is none. */
async function lastLine(file: string): Promise<string | null> {
  const found = await stat(file).catch((error: { code?: string }) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (found === null || found.size === 0) return null;
  const handle = await open(file, constants.O_RDWR | O_NOFOLLOW);
  try {
    const from = Math.max(0, found.size - tailBytes);
    const tail = Buffer.alloc(found.size - from);
    await handle.read(tail, 0, tail.length, from);
    const end = tail.lastIndexOf(0x0a);
    if (end !== tail.length - 1) await handle.truncate(from + end + 1);
    if (end < 0) return null;
    return tail.subarray(tail.lastIndexOf(0x0a, end - 1) + 1, end).toString('utf8');
  } finally {
    await handle.close();
  }
}
