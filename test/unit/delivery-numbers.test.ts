import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type DeliveryPlace, openFacts } from '../../packages/server/src/features/delivery/places.ts';
import { createPostgresDatabase, describePostgres, temporaryFolder } from '../setup/database.ts';
import { root } from '../support/fairlead.ts';

/* A number of a repository is one change's, also where two processes would give it away at one moment. */

const timeout = 180_000;
const count = 4_000;

const lines = (who: string) =>
  Array.from({ length: count }, (_, i) => {
    const fact = { type: 'change', id: `${who}-${i}`, repository: 'git.example.com/a/b', number: i + 1 };
    const rest = { base: 'main', head: 'topic', isDraft: false, additions: 1, deletions: 0, files: 1 };
    const opened = { author: { login: 'ann', kind: 'human' }, openedAt: '2026-03-02T09:00:00Z' };
    return `${JSON.stringify({ ...fact, ...opened, ...rest })}\n`;
  }).join('');

/** An import that has read all of its lines but their end, and so decided nothing. */
async function readingImport(who: string, place: readonly string[]) {
  const args = ['delivery', 'import', '-', '--format', 'jsonl', ...place];
  const child = spawn(process.execPath, [join(root, 'bin', 'fairlead'), ...args], { stdio: 'pipe' });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => {
      output += String(text);
    });
  const ended = new Promise<{ code: number | null; output: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, output })),
  );
  // More than a pipe holds: who took it is up and has opened its facts.
  await new Promise<void>((resolve) => child.stdin.write(lines(who), () => resolve()));
  return {
    ended,
    end: () => child.stdin.end(),
    kill: () => child.kill('SIGKILL'),
  };
}

async function expectOneOfTwo(place: DeliveryPlace, flags: readonly string[]): Promise<void> {
  const store = await openFacts(place, 'few');
  const imports = await Promise.all(['one', 'other'].map((who) => readingImport(who, flags)));
  try {
    for (const { end } of imports) end();
    const outcomes = await Promise.all(imports.map(({ ended }) => ended));
    expect(outcomes.map(({ code }) => code).sort()).toEqual([0, 2]);
    const refused = outcomes.find(({ code }) => code === 2)!.output;
    expect(refused).toContain('delivery.line-invalid');
    expect(refused).toMatch(/Line 1: number 1 of git\.example\.com\/a\/b is known as (?:one|other)-0/);
    const known = (await Array.fromAsync(store.histories())).map(({ change }) => change.id.split('-')[0]);
    expect(known).toHaveLength(count);
    expect(new Set(known).size).toBe(1);
  } finally {
    for (const { kill } of imports) kill();
    await store.close();
  }
}

describe('of two imports that give one number away at one moment', () => {
  it(
    'one is refused, on SQLite',
    async () => {
      const folder = temporaryFolder();
      try {
        await expectOneOfTwo({ dataDir: folder.path }, ['--data', folder.path]);
      } finally {
        folder.remove();
      }
    },
    timeout,
  );
});

describePostgres('of two imports that give one number away at one moment, on PostgreSQL', () => {
  it(
    'one is refused',
    async () => {
      const database = await createPostgresDatabase();
      try {
        await expectOneOfTwo({ database: database.url }, ['--database', database.url]);
      } finally {
        await database.drop();
      }
    },
    timeout,
  );
});
