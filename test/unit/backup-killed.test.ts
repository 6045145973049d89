// A restore that is killed in its middle: nothing half done may look like a data folder.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifyLedger } from '../../packages/server/src/features/ledger/cli.ts';
import { decisionDraft } from '../../packages/server/src/features/ledger/testing/entries.ts';
import {
  type LedgerFolder,
  ledgerFolder,
} from '../../packages/server/src/features/ledger/testing/folders.ts';
import { backup, restore } from '../../packages/server/src/features/upkeep/cli.ts';

let folder: LedgerFolder;
let file: string;

beforeAll(async () => {
  folder = ledgerFolder();
  const ledger = await folder.open();
  await ledger.append(Array.from({ length: 501 }, () => decisionDraft(ledger.instance)));
  await ledger.close();
  file = join(folder.path, 'backup.tar');
  await backup({ dataDir: folder.dataDir, out: file, gzip: false });
});
afterAll(() => folder.remove());

/** Bytes of the files in a folder that others write, and may take away, meanwhile. */
function bytesIn(folder: string): number {
  try {
    return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  } catch {
    return 0;
  }
}

it('a restore that is killed leaves either no data folder or a whole one, and can be run again', async () => {
  const whole = statSync(file).size;
  let inTheMiddle = 0;
  // A kill may come too late, whatever it waited for; then there is another one.
  for (let round = 0; round < 5 || (inTheMiddle === 0 && round < 25); round += 1) {
    const dataDir = join(folder.path, `place-${round}`, 'data');
    mkdirSync(join(dataDir, '..'));
    cpSync(folder.keysDir, `${dataDir}.keys`, { recursive: true });
    const staging = `${dataDir}.restoring`;
    const args = ['restore', '--from', file, '--data', dataDir];
    const child = spawn(process.execPath, [join(import.meta.dirname, '../../bin/fairlead'), ...args], {
      stdio: 'ignore',
      // The launcher may run another Node; both are killed.
      detached: true,
    });
    const ended = once(child, 'exit');
    const unpacked = () => existsSync(staging) && bytesIn(staging) >= (whole * (round % 5)) / 5;
    while (!unpacked() && !existsSync(dataDir) && child.exitCode === null) await wait(1);
    if (child.exitCode === null) process.kill(-(child.pid as number), 'SIGKILL');
    await ended;
    if (existsSync(staging) && !existsSync(dataDir)) inTheMiddle += 1;
    if (!existsSync(dataDir)) await restore({ from: file, dataDir, startNewLog: false });
    expect(await verifyLedger({ dataDir })).toMatchObject({ ok: true, size: 501 });
    expect(readdirSync(join(dataDir, '..')).sort()).toEqual(['data', 'data.keys']);
  }
  expect(inTheMiddle).toBeGreaterThan(0);
}, 240_000);
