import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { registerLedger } from './ledger.ts';

const verdict = {
  ok: true,
  size: 5,
  signedSize: 4,
  root: 'ab'.repeat(32),
  problems: [] as { problem: string; message: string; index: number | null }[],
  more: 0,
  rollbackChecked: true,
};
const api = vi.hoisted(() => ({
  verifyLedger: vi.fn(),
  listEntries: vi.fn(),
  proveEntry: vi.fn(),
  verifyEvidence: vi.fn(),
  ledgerVerifierKey: vi.fn(),
  isWitnessKey: (text: string) => text.startsWith('witness'),
}));
vi.mock('@fairlead/server/cli-api', () => ({ ledger: api }));

const out: string[] = [];
const err: string[] = [];

async function run(...args: string[]): Promise<number> {
  out.length = 0;
  err.length = 0;
  process.exitCode = 0;
  const program = new Command('fairlead').exitOverride();
  program.configureOutput({ writeErr: (text) => err.push(text), writeOut: (text) => out.push(text) });
  registerLedger(program);
  await program.parseAsync(['ledger', ...args], { from: 'user' });
  return process.exitCode;
}

beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0);
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
});

describe('fairlead ledger verify', () => {
  it('exits 0 when everything verifies, and says what is not signed yet', async () => {
    api.verifyLedger.mockResolvedValue(verdict);
    expect(await run('verify', '--data', 'D')).toBe(0);
    expect(api.verifyLedger).toHaveBeenLastCalledWith({ dataDir: 'D', witnessVkeys: [] });
    expect(out.join('')).toMatch(/^The ledger verifies\.\n {2}entries {2}5, 1 newest not signed yet\n/);
    expect(err).toEqual([]);
  });

  it('writes one JSON line with exactly the promised fields', async () => {
    api.verifyLedger.mockResolvedValue({ ...verdict, rollbackChecked: false });
    expect(await run('verify', '--data', 'D', '--keys', 'K', '--vkey', 'V', '--format', 'json')).toBe(0);
    expect(api.verifyLedger).toHaveBeenLastCalledWith({
      dataDir: 'D',
      keysDir: 'K',
      vkey: 'V',
      witnessVkeys: [],
    });
    const { ok, size, signedSize, root, problems } = verdict;
    expect(out).toEqual([`${JSON.stringify({ ok, size, signedSize, root, problems })}\n`]);
    expect(err).toEqual(['rollback of the whole directory not checkable\n']);
  });

  it('takes keys of witnesses from files, and names one that holds none', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fairlead-vkeys-'));
    const [good, bad] = [join(folder, 'good'), join(folder, 'bad')];
    writeFileSync(good, 'witness+1+key');
    writeFileSync(bad, '');
    api.verifyLedger.mockResolvedValue(verdict);
    await run('verify', '--data', 'D', '--witness-vkey', good);
    expect(api.verifyLedger.mock.lastCall?.[0]).toMatchObject({ witnessVkeys: ['witness+1+key'] });
    await expect(
      run('verify', '--data', 'D', '--witness-vkey', good, '--witness-vkey', bad),
    ).rejects.toMatchObject({ code: 'ledger.key-invalid', place: { file: bad } });
    rmSync(folder, { recursive: true });
  });

  it('exits 1 and names what is wrong', async () => {
    const problems = [
      { problem: 'entry-changed', message: 'Entry 3 is not the one that was hashed.', index: 3 },
    ];
    api.verifyLedger.mockResolvedValue({ ...verdict, ok: false, problems, more: 7 });
    expect(await run('verify', '--data', 'D')).toBe(1);
    expect(out.join('')).toMatch(/does NOT verify[\s\S]*entry-changed {2}Entry 3 is[\s\S]*7 more/);
  });

  it('takes the key or its file, and one place', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fairlead-vkey-'));
    const file = join(folder, 'vkey');
    writeFileSync(file, 'log+1+key\n');
    await run('verify', '--data', 'D', '--vkey', file);
    expect(api.verifyLedger.mock.lastCall?.[0]).toMatchObject({ vkey: 'log+1+key' });
    await expect(run('verify', '--data', 'D', '--dir', folder)).rejects.toThrow(/give one of them/);
    rmSync(folder, { recursive: true });
  });

  it('needs a data folder and a readable checkpoint', async () => {
    await expect(run('verify')).rejects.toMatchObject({ code: 'ledger.not-found' });
    await expect(run('verify', '--data', 'D', '--format', 'xml')).rejects.toThrow(/text, json/);
    await expect(run('verify', '--data', 'D', '--checkpoint', '/nowhere/c')).rejects.toMatchObject({
      code: 'ledger.note-invalid',
    });
  });
});

describe('fairlead ledger list', () => {
  it('writes the stored JSON with its index', async () => {
    api.listEntries.mockImplementation(async (_dir, _query, each) => {
      await each({ index: 7, bytes: Buffer.from('{"v":1,"kind":"config"}') });
    });
    await run('list', '--data', 'D', '--format', 'json', '--limit', '3', '--kind', 'config');
    expect(api.listEntries.mock.lastCall?.slice(0, 2)).toEqual([
      { dataDir: 'D' },
      { limit: 3, kind: 'config' },
    ]);
    expect(out).toEqual(['{"v":1,"kind":"config","index":7}\n']);
    await expect(run('list', '--data', 'D', '--limit', '-1')).rejects.toThrow();
  });

  it.each(['nonsense', 'Decision', ''])('refuses the kind %j, which no entry has', async (kind) => {
    api.listEntries.mockClear();
    await expect(run('list', '--data', 'D', '--kind', kind)).rejects.toThrow(
      /decision, outcome, recovery, repeat, config, admin/,
    );
    expect(api.listEntries).not.toHaveBeenCalled();
  });

  it('heads the first entry, and nothing where there is none or nothing can be read', async () => {
    const json = JSON.stringify({ kind: 'config', ts: '2026-11-01T09:30:00Z', what: 'x', details: {} });
    api.listEntries.mockImplementation(async (_dir, _query, each) => {
      await each({ index: 0, bytes: Buffer.from(json) });
      await each({ index: 1, bytes: Buffer.from(json) });
    });
    await run('list', '--data', 'D');
    expect(
      out
        .join('')
        .split('\n')
        .map((line) => line.trim().split(' ')[0]),
    ).toEqual(['index', '0', '1', '']);
    api.listEntries.mockResolvedValue(undefined);
    await run('list', '--data', 'D');
    expect(out.join('')).toBe('There are no such entries.\n');
    await run('list', '--data', 'D', '--format', 'json');
    expect(out.join('')).toBe('');
    api.listEntries.mockRejectedValue(new Error('unreadable'));
    await expect(run('list', '--data', 'D')).rejects.toThrow('unreadable');
    expect(out).toEqual([]);
  });
});

describe('fairlead ledger proof', () => {
  it('writes evidence and checks it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fairlead-proof-'));
    const file = join(folder, 'e.tlog-proof');
    api.proveEntry.mockResolvedValue('evidence\n');
    await run('proof', '--data', 'D', '--entry', 'E', '--out', file);
    await expect(run('proof', '--data', 'D', '--entry', 'E', '--out', join(file, 'x'))).rejects.toMatchObject(
      {
        code: 'ledger.export-unwritable',
        place: { file: join(file, 'x') },
      },
    );
    expect(api.proveEntry).toHaveBeenLastCalledWith({ dataDir: 'D' }, 'E');
    expect(readFileSync(file, 'utf8')).toBe('evidence\n');
    writeFileSync(file, 'changed\n');
    api.verifyEvidence.mockResolvedValue({ refused: 'The proof does not show it.' });
    expect(await run('proof', '--verify', file, '--vkey', 'V')).toBe(1);
    expect(api.verifyEvidence).toHaveBeenLastCalledWith('changed\n', 'V');
    api.verifyEvidence.mockResolvedValue({ index: 1, size: 2, origin: 'o', entry: '{}' });
    expect(await run('proof', '--verify', file, '--vkey', 'V')).toBe(0);
    expect(out.join('')).toBe('The evidence holds: entry 1 of 2 in o\n{}\n');
    rmSync(folder, { recursive: true });
  });

  it('needs one or the other', async () => {
    for (const args of [
      [],
      ['--data', 'D'],
      ['--verify', 'F'],
      ['--verify', 'F', '--data', 'D', '--entry', 'E'],
    ]) {
      await expect(run('proof', ...args)).rejects.toThrow(/give --data/);
    }
  });
});
