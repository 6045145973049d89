import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { registerMigrate } from './migrate.ts';

const api = vi.hoisted(() => ({ moveToPostgres: vi.fn(), giveUpMove: vi.fn() }));
vi.mock('@fairlead/server/cli-api', () => ({ migrate: api }));

const moved = { ok: true, size: 3, root: 'ab'.repeat(32), tables: { ledger_entries: 3 }, problems: [] };
const out: string[] = [];

async function run(...args: string[]): Promise<number> {
  out.length = 0;
  process.exitCode = 0;
  const program = new Command('fairlead').exitOverride().configureOutput({ writeErr: () => undefined });
  registerMigrate(program);
  await program.parseAsync(['migrate', 'sqlite-to-postgres', ...args], { from: 'user' });
  return process.exitCode;
}

beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0);
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
});

describe('fairlead migrate sqlite-to-postgres', () => {
  it('prints what is there now, and exits 0', async () => {
    api.moveToPostgres.mockResolvedValue(moved);
    expect(await run('--data', 'D', '--database', 'U', '--keys', 'K', '--format', 'json')).toBe(0);
    expect(api.moveToPostgres).toHaveBeenLastCalledWith({ dataDir: 'D', url: 'U', keysDir: 'K' });
    const { size, root, tables, ok } = moved;
    expect(out).toEqual([`${JSON.stringify({ size, root, tables, ok })}\n`]);
    expect(await run('--data', 'D', '--database', 'U')).toBe(0);
    expect(out.join('')).toMatch(/^Copied 3 entries;[\s\S]*ledger_entries +3\n[\s\S]*--database/);
  });

  it('exits 1 and says why when there is no copy', async () => {
    const problems = [{ problem: 'entry-changed', message: 'Entry 1 is not the one that was hashed.' }];
    api.moveToPostgres.mockResolvedValue({ ...moved, ok: false, tables: {}, problems });
    expect(await run('--data', 'D', '--database', 'U')).toBe(1);
    expect(out.join('')).toBe(
      'Nothing was copied:\n  entry-changed  Entry 1 is not the one that was hashed.\n',
    );
    expect(await run('--data', 'D', '--database', 'U', '--format', 'json')).toBe(1);
    expect(JSON.parse(out.join(''))).toMatchObject({ ok: false, problems });
  });

  it('goes on with the folder when that is said', async () => {
    api.giveUpMove.mockResolvedValue({ ...moved, ok: false, tables: {} });
    expect(await run('--data', 'D', '--database', 'U', '--give-up')).toBe(0);
    expect(api.giveUpMove).toHaveBeenLastCalledWith({ dataDir: 'D', url: 'U' });
    expect(out.join('')).toBe('Nothing was copied. This data folder goes on with its 3 entries.\n');
    expect(await run('--data', 'D', '--database', 'U', '--give-up', '--format', 'json')).toBe(0);
    expect(JSON.parse(out.join(''))).toMatchObject({ ok: false, size: 3, givenUp: true });
  });

  it('needs both ends', async () => {
    await expect(run('--data', 'D')).rejects.toThrow(/--database/);
    await expect(run('--database', 'U')).rejects.toThrow(/--data/);
  });
});
