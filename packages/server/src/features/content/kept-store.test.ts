import { mkdirSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keepStore } from './kept-store.ts';

it('opens the store once what kept it from that is over, and says each condition once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-kept-'));
  const file = join(folder, 'content.db');
  mkdirSync(file);
  const said: string[] = [];
  const kept = await keepStore(
    { masterFile: join(folder, 'master'), retryMs: 20, log: (level, text) => said.push(`${level} ${text}`) },
    { kind: 'sqlite', file },
  );
  expect([kept.store(), kept.failure()]).toEqual([null, 'content.unavailable']);
  await new Promise((done) => setTimeout(done, 500));
  expect(said).toEqual([expect.stringMatching(/^error .*\(content\.unavailable\)/)]);
  rmdirSync(file);
  await expect.poll(() => kept.failure(), { timeout: 60_000 }).toBe(null);
  expect(await kept.store()?.counts()).toMatchObject({ items: 0 });
  expect(said.at(-1)).toMatch(/can be used again/);
  await kept.close();
  rmSync(folder, { recursive: true });
}, 90_000);
