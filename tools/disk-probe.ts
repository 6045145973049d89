import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Milliseconds, each time, that the disk under `folder` takes to make 4 KB durable; ascending. */
export function probeDisk(folder: string, times: number): Float64Array {
  const file = join(folder, 'probe');
  const handle = openSync(file, 'w');
  const block = Buffer.alloc(4_096, 1);
  const taken = Float64Array.from({ length: times }, () => {
    const start = performance.now();
    writeSync(handle, block);
    fdatasyncSync(handle);
    return performance.now() - start;
  }).sort();
  closeSync(handle);
  rmSync(file);
  return taken;
}
