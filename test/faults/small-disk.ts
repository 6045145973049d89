import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own, which can be filled to the last byte. */
export interface SmallDisk {
  readonly folder: string;
  /** Takes all the room that is left, also what was given free since the last time. */
  fill(): void;
  /** Gives all of it back. */
  empty(): void;
  remove(): void;
}

function mount(folder: string, mebibytes: number): boolean {
  const options = `size=${mebibytes}m`;
  return spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'fairlead-test', folder]).status === 0;
}

/** Whether this account may mount one; says so where it may not. */
export function canMountDisk(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-mount-'));
  const can = mount(folder, 1);
  if (can) spawnSync('umount', [folder]);
  else process.stderr.write('SKIPPED: mounting is not permitted here, so the full disk is not tried\n');
  rmSync(folder, { recursive: true, force: true });
  return can;
}

export function mountDisk(mebibytes: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-full-'));
  if (!mount(folder, mebibytes)) throw new Error('a small disk could not be mounted');
  return {
    folder,
    fill: () => fill(folder),
    empty: () => rmSync(join(folder, 'filler'), { force: true }),
    remove: () => {
      spawnSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function fill(folder: string): void {
  const { bavail, bsize } = statfsSync(folder);
  for (let bytes = bavail * bsize; bytes >= 4096; bytes = Math.floor(bytes / 2)) {
    try {
      writeFileSync(join(folder, 'filler'), Buffer.alloc(bytes), { flag: 'a' });
    } catch {
      // less than that is left: try with half of it
    }
  }
}
