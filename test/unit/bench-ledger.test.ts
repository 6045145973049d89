import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { goalsOf } from '../../tools/bench-ledger/goals.ts';
import { root } from '../support/fairlead.ts';

describe('the goals of the ledger', () => {
  const figures = (store: 'sqlite' | 'postgres', inFlight: number, entriesPerSecond: number) => ({
    ...{ store, inFlight, entriesPerSecond, p99Ms: 49, lagP99Ms: inFlight },
  });
  const goal = (goals: ReturnType<typeof goalsOf>, name: string) => goals.find((one) => one.goal === name);

  it('are met, missed, or not measured', () => {
    const appends = [figures('sqlite', 32, 3000), figures('sqlite', 256, 4999)];
    const sizes = [{ store: 'sqlite', writtenBytes: 1000, diskBytes: 1701 }] as const;
    const goals = goalsOf(appends, sizes, { entries: 100_000, seconds: 6, fsckSeconds: 7 });
    expect(goal(goals, 'SQLite entries/s at 32')).toMatchObject({ value: 3000, limit: 3000, met: true });
    expect(goal(goals, 'SQLite p99 ms at 32')).toMatchObject({ value: 49, met: true });
    expect(goal(goals, 'SQLite entries/s at 256')).toMatchObject({ value: 4999, met: false });
    expect(goal(goals, 'PostgreSQL entries/s at 32')).toMatchObject({ value: null, met: null });
    expect(goal(goals, 'sqlite checkpoint lag p99 ms')).toMatchObject({ value: 256, met: true });
    expect(goal(goals, 'sqlite bytes on disk an entry')).toMatchObject({ limit: 1700, met: false });
    expect(goal(goals, 'verify of 1 M entries, s')).toMatchObject({ value: 60, met: true });
    expect(goal(goals, 'fsck of 1 M entries, s')).toMatchObject({ value: 70, met: false });
    expect(goalsOf([], [], null).every(({ met }) => met === null)).toBe(true);
  });
});

describe('the benchmark of the ledger', () => {
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [join(root, 'tools/bench-ledger.ts'), ...args], { encoding: 'utf8' });

  it('measures every line it promises', () => {
    const { status, stdout } = run('--seconds', '0.05', '--stores', 'sqlite', '--verify', '2000');
    expect(status).toBe(0);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const measured = lines.map(({ measured, inFlight }) => [measured, inFlight].filter(Boolean).join(' '));
    expect(measured).toEqual([
      'machine',
      'fdatasync',
      'append 1',
      'append 32',
      'append 256',
      'size',
      'verify',
      'machine',
      '',
    ]);
    expect(lines.find((line) => line.measured === 'verify')).toMatchObject({ ok: true, entries: 2000 });
    const unmeasured = lines.at(-1).goals.filter(({ value }: { value: unknown }) => value === null);
    expect(unmeasured.map(({ goal }: { goal: string }) => goal)).toEqual([
      'PostgreSQL entries/s at 32',
      'postgres checkpoint lag p99 ms',
      'postgres bytes on disk an entry',
    ]);
  });

  it('refuses what it cannot measure', () => {
    expect(run('--stores', 'mongo').status).toBe(2);
    expect(run('--seconds', 'many').status).toBe(2);
  });
});
