import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportLedger } from './cli.ts';
import { fillFolder } from './export-folder.ts';
import { decisionDraft } from './testing/entries.ts';
import { type LedgerFolder, ledgerFolder } from './testing/folders.ts';

let folder: LedgerFolder;
let count = 0;
beforeAll(async () => {
  folder = ledgerFolder();
  const ledger = await folder.open();
  await ledger.append(Array.from({ length: 300 }, () => decisionDraft(ledger.instance)));
  await ledger.close();
});
afterAll(() => folder.remove());

const place = () => join(folder.path, `place-${count++}`);

describe('an export', () => {
  it('fills a new folder, an empty one, and one where an earlier export was killed', async () => {
    const [fresh, empty, killed] = [join(place(), 'below', 'it'), place(), place()];
    mkdirSync(empty);
    mkdirSync(join(killed, '.fairlead-export', 'tile'), { recursive: true });
    writeFileSync(join(killed, '.fairlead-export', 'checkpoint'), 'half');
    for (const out of [fresh, empty, killed]) {
      const { size, files } = await exportLedger(folder.dataDir, out);
      expect(size).toBe(300);
      expect(readdirSync(out).sort()).toEqual(['checkpoint', 'policy', 'tile', 'verify.py', 'vkey']);
      const all = readdirSync(out, { recursive: true, withFileTypes: true });
      expect(all.filter((entry) => entry.isFile())).toHaveLength(files);
    }
    await expect(exportLedger(folder.dataDir, fresh)).rejects.toMatchObject({ code: 'ledger.export-exists' });
  });

  it('that meets a damaged ledger leaves neither files nor folders, and an empty folder empty', async () => {
    const damaged = place();
    mkdirSync(damaged);
    const bytes = readFileSync(join(folder.dataDir, 'ledger.db'));
    const page = 4096;
    const middle = Math.floor(bytes.length / page / 2) * page;
    bytes.fill(0xa5, middle, middle + 16 * page);
    writeFileSync(join(damaged, 'ledger.db'), bytes);
    const [fresh, empty] = [place(), place()];
    mkdirSync(empty);
    for (const out of [join(fresh, 'below'), empty])
      await expect(exportLedger(damaged, out)).rejects.toMatchObject({ code: 'ledger.corrupt' });
    expect(readdirSync(empty)).toEqual([]);
    expect(readdirSync(folder.path)).not.toContain(fresh.slice(folder.path.length + 1));
  });

  it('goes to no file, and says so', async () => {
    const file = place();
    writeFileSync(file, 'mine');
    for (const out of [file, join(file, 'below')])
      await expect(exportLedger(folder.dataDir, out)).rejects.toMatchObject({
        code: 'ledger.export-unwritable',
      });
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  it('ends on a full disk with a code, and leaves nothing there', async (context) => {
    const mount = place();
    mkdirSync(mount);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=100k', 'fairlead-test', mount]).status !== 0) {
      process.stderr.write('SKIPPED: mounting is not permitted here, so the full disk is not tried\n');
      return context.skip();
    }
    try {
      for (const out of [mount, join(mount, 'below')])
        await expect(exportLedger(folder.dataDir, out)).rejects.toMatchObject({
          code: 'ledger.export-unwritable',
          message: expect.stringContaining('ENOSPC'),
        });
      expect(readdirSync(mount)).toEqual([]);
    } finally {
      spawnSync('umount', [mount]);
    }
  });
});

describe('a folder that is filled', () => {
  it('shows nothing before all is there, and nothing over what somebody put there meanwhile', async () => {
    const out = place();
    const filling = fillFolder(out, async (put) => {
      put('a/1', 'one');
      expect(readdirSync(out)).toEqual(['.fairlead-export']);
      writeFileSync(join(out, 'a'), 'mine');
    });
    await expect(filling).rejects.toMatchObject({ code: 'ledger.export-exists' });
    expect(readdirSync(out)).toEqual(['a']);
    expect(readFileSync(join(out, 'a'), 'utf8')).toBe('mine');
  });
});
