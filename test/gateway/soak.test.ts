import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../support/fairlead.ts';

const isReadable = existsSync('/proc/self/fd');

describe(isReadable ? 'a short soak' : 'a short soak (SKIPPED: there is no /proc here)', () => {
  it.skipIf(!isReadable)(
    'calls, samples, and holds the record against the calls',
    () => {
      const args = [join(root, 'tools/soak.ts'), '--minutes', '0.1', '--every', '2', '--rate', '10'];
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      expect(status, stderr).toBe(0);
      const lines = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(lines[0]).toMatchObject({ soak: 'started', perSecond: 10 });
      const samples = lines.slice(1, -1);
      expect(samples.map(({ at }) => at)).toEqual([2, 4, 6]);
      for (const { rssMiB, fds, handles, loopMaxMs, ledgerMiB } of samples) {
        for (const value of [rssMiB, fds, handles, ledgerMiB]) expect(value).toBeGreaterThan(0);
        expect(loopMaxMs).toBeGreaterThanOrEqual(0);
      }
      for (const count of Object.values(samples.at(-1).calls)) expect(count).toBeGreaterThan(0);
      const over = lines.at(-1);
      expect(over).toMatchObject({ soak: 'ended', ok: true, exit: 0, verified: true, lost: 0, unclosed: 0 });
      expect(over).toMatchObject({ unexpected: {}, judged: false, met: null });
      expect(over.acknowledged).toBeGreaterThan(20);
    },
    120_000,
  );
});
