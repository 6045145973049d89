import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listEntries, verifyLedger } from './cli.ts';
import { ledgerFolder } from './testing/folders.ts';

/** Lets a process append until it has confirmed `confirmations` entries, then kills it; returns all it confirmed. */
async function killedAfter(dataDir: string, confirmations: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'testing/appender.ts'), dataDir]);
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (said.length > confirmations * 37) child.kill('SIGKILL');
  });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  await new Promise((resolve) => child.once('close', resolve));
  expect(complaints).toBe('');
  return said.split('\n').slice(0, -1);
}

describe('a process that is killed at any moment', () => {
  it('has lost nothing that it confirmed, leaves a log that verifies, and is recovered from', async () => {
    const folder = ledgerFolder();
    const confirmed: string[] = [];
    for (const confirmations of [1, 150, 700]) {
      confirmed.push(...(await killedAfter(folder.dataDir, confirmations)));
      const kinds = new Map<string, string>();
      const open = new Set<string | null>();
      await listEntries(folder.dataDir, {}, ({ id, op, kind }) => {
        kinds.set(id, kind);
        if (kind === 'decision') open.add(op);
        else open.delete(op);
      });
      expect(confirmed.filter((id) => !kinds.has(id))).toEqual([]);
      expect(await verifyLedger({ dataDir: folder.dataDir })).toMatchObject({ ok: true, problems: [] });
      const ledger = await folder.open();
      expect(ledger.recovered).toBe(open.size);
      await ledger.close();
      const { ok, size, signedSize } = await verifyLedger({ dataDir: folder.dataDir });
      expect([ok, signedSize]).toEqual([true, size]);
    }
    expect(confirmed.length).toBeGreaterThan(800);
    await folder.remove();
  });
});
