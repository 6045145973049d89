import { mkdtempSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isDiskFull } from '../db/index.ts';
import { hasRoom, isSystemFull, missingRoom, quotaProbe, systemCode } from './room.ts';

/* As Node says it: it knows no name for a quota. */
const quota = Object.assign(new Error('Unknown system error -122'), {
  code: 'Unknown system error -122',
  errno: -122,
});
const full = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', errno: -28 });
const broken = Object.assign(new Error('EIO'), { code: 'EIO', errno: -5 });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-room-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes until so many bytes were written, then fails. */
function failing(error: Error, after: number): typeof writeSync {
  let written = 0;
  return ((handle: number, bytes: Uint8Array, offset: number, length: number, position: number) => {
    if (written + length > after) throw error;
    written += length;
    return writeSync(handle, bytes, offset, length, position);
  }) as typeof writeSync;
}

describe.skipIf(process.platform !== 'linux')('a quota', () => {
  it('is told from other errors, by its number', () => {
    expect([quota, full, broken, null, 'x'].map(isSystemFull)).toEqual([true, true, false, false, false]);
    expect([quota, full, broken].map(systemCode)).toEqual(['EDQUOT', 'ENOSPC', 'EIO']);
    expect([quota, full, broken].map((error) => isDiskFull(error))).toEqual([true, true, false]);
  });

  it('is spent only where the system says so of a write', () => {
    const file = join(folder, 'probe');
    const spent = (error: Error, after: number) => {
      const probe = quotaProbe(file, failing(error, after));
      const answer = probe.isSpent();
      probe.close();
      return [answer, probe.isSpent()];
    };
    expect(spent(quota, 0)).toEqual([true, false]);
    expect(spent(quota, 40_000)).toEqual([true, false]);
    expect(spent(quota, 1_000_000)).toEqual([false, false]);
    expect(spent(full, 0)).toEqual([false, false]);
    expect(spent(broken, 0)).toEqual([false, false]);
    expect(quotaProbe(file, (() => 0) as never).isSpent()).toBe(false);
    expect(quotaProbe(join(folder, 'absent', 'probe')).isSpent()).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('room for so many bytes', () => {
  it('is there unless the disk or a quota says no', () => {
    expect(hasRoom(folder, 100_000)).toBe(true);
    expect(hasRoom(folder, 100_000, failing(full, 40_000))).toBe(false);
    expect(hasRoom(folder, 30_000, failing(full, 40_000))).toBe(true);
    expect(hasRoom(folder, 100_000, failing(broken, 0))).toBe(true);
    expect(hasRoom(join(folder, 'absent'), 1)).toBe(true);
    expect(missingRoom(folder, 100_000)).toBe(0);
    expect(missingRoom(folder, 100_000, failing(full, 40_000))).toBe(100_000 - 9 * 4096);
    expect(missingRoom(folder, 100_000, failing(broken, 0))).toBe(0);
    expect(readdirSync(folder)).toEqual([]);
  });
});
