import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../setup/database.ts';
import { root } from '../support/fairlead.ts';
import { pause } from '../support/stub-upstream.ts';

/* Imports as processes of their own: killed, two at once, on a disk that takes no more. */

const timeout = 180_000;
let folder: TemporaryFolder;
let data: string;
const children = new Set<ChildProcess>();
beforeEach(() => {
  folder = temporaryFolder();
  data = join(folder.path, 'data');
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  folder.remove();
});

const launcher = join(root, 'bin', 'fairlead');
const importArguments = (file: string) => [
  launcher,
  ...['delivery', 'import', file, '--format', 'jsonl', '--data', data],
];

function started(command: string, args: readonly string[]) {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  children.add(child);
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => {
    stdout += String(text);
  });
  child.stderr.on('data', (text) => {
    stderr += String(text);
  });
  child.stdin.on('error', () => undefined);
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    child.on('close', (code) => {
      children.delete(child);
      resolve({ code, stdout, stderr });
    }),
  );
  return { child, ended };
}

const imported = async (file: string) => {
  const { code, stdout, stderr } = await started(process.execPath, importArguments(file)).ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as { added: number; changed: number; unchanged: number };
};

/** Reviews of one change, so many of them that they are taken in several bites. */
const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => {
    const by = { login: `dev-${(from + i) % 50}`, kind: 'human' };
    const fact = { type: 'event', change: 'git.example.com/a/b#1', id: `review ${from + i}`, kind: 'review' };
    return `${JSON.stringify({ ...fact, at: '2026-03-02T11:30:00Z', by, state: 'approved' })}\n`;
  });

function file(name: string, from: number, to: number): string {
  const path = join(folder.path, name);
  writeFileSync(path, lines(from, to).join(''));
  return path;
}

function ids(): readonly string[] {
  const database = new Database(join(data, 'delivery.db'), { readonly: true, timeout: 30_000 });
  try {
    return database.prepare('select id from delivery_facts').pluck().all() as string[];
  } finally {
    database.close();
  }
}

async function someAreTaken(): Promise<number> {
  for (;;) {
    const taken = existsSync(join(data, 'delivery.db')) ? countOrNone() : 0;
    if (taken > 0) return taken;
    await pause(50);
  }
}

/** None while the tables are being made. */
function countOrNone(): number {
  try {
    return ids().length;
  } catch {
    return 0;
  }
}

describe('an import', () => {
  it(
    'that is killed in its middle loses nothing and takes nothing twice when it is done again',
    async () => {
      const { child, ended } = started(process.execPath, importArguments('-'));
      for (const line of lines(0, 25_000)) child.stdin.write(line);
      // Its input stays open, so that it is killed with some facts taken and some in its hands.
      const taken = await someAreTaken();
      child.kill('SIGKILL');
      expect((await ended).code).toBeNull();
      expect(taken).toBeLessThan(25_000);
      const before = ids().length;
      const { added, changed, unchanged } = await imported(file('all.jsonl', 0, 30_000));
      expect({ changed, unchanged, added }).toEqual({
        changed: 0,
        unchanged: before,
        added: 30_000 - before,
      });
      expect(new Set(ids()).size).toBe(30_000);
    },
    timeout,
  );

  it(
    'takes its turn with another one',
    async () => {
      const files = [file('one.jsonl', 0, 22_000), file('other.jsonl', 11_000, 33_000)];
      const outcomes = await Promise.all(files.map(imported));
      const sum = (name: 'added' | 'changed' | 'unchanged') =>
        outcomes.reduce((total, one) => total + one[name], 0);
      expect([sum('added'), sum('changed'), sum('unchanged')]).toEqual([33_000, 0, 11_000]);
      expect(new Set(ids()).size).toBe(33_000);
    },
    timeout,
  );

  it(
    'on a disk that takes no more says so, keeps what it took, and goes on from there',
    async () => {
      expect(await imported(file('few.jsonl', 0, 100))).toMatchObject({ added: 100 });
      const all = file('all.jsonl', 0, 25_000);
      // No file may grow beyond 2 MiB (4096 blocks of 512 bytes, or of 1024 where the shell counts so).
      const limited = ['-c', 'ulimit -f 4096 && exec "$@"', 'sh', process.execPath, ...importArguments(all)];
      const { code, stderr } = await started('sh', limited).ended;
      expect(code).toBe(2);
      expect(stderr).toMatch(/delivery\.(?:unwritable|no-room)/);
      expect(stderr).not.toContain('dev-');
      const before = ids().length;
      expect(before).toBeGreaterThanOrEqual(100);
      expect(await imported(all)).toEqual({ added: 25_000 - before, changed: 0, unchanged: before });
    },
    timeout,
  );
});
