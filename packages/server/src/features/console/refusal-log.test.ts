import type { AdminEntry } from '@fairlead/core/ledger';
import { afterEach, expect, it } from 'vitest';
import type { ControlCaller } from '../identity/api.ts';
import { createRefusalLog, type RefusalLog } from './refusal-log.ts';

const open: RefusalLog[] = [];
afterEach(async () => {
  for (const log of open.splice(0)) await log.close();
});

function logOver(now = { at: 1_000 }, broken = { is: false }) {
  const entries: AdminEntry[] = [];
  const said: string[] = [];
  const refusals = createRefusalLog({
    clock: { now: () => now.at },
    instance: { id: 'i', incarnation: 'n' },
    origin: 'live',
    ledger: {
      append: async (drafts) => {
        if (broken.is) throw new Error('no room');
        for (const { entry } of drafts) entries.push(entry as AdminEntry);
        return [];
      },
    },
    log: (_level, message) => said.push(message),
    everyMs: 60_000,
  });
  open.push(refusals);
  return { entries, said, refusals };
}

const token: ControlCaller = { kind: 'token', by: 'token:t1', scope: 'metrics', expiresAt: 9e12 };
const person: ControlCaller = {
  kind: 'session',
  by: 'person:p1',
  principal: 'robin.vale',
  sessionId: 's1',
  expiresAt: 9e12,
};

it('writes the first refusal of a caller at once, and a flood as one entry a minute', async () => {
  const now = { at: 1_000 };
  const { entries, refusals } = logOver(now);
  for (let i = 0; i < 1_000; i += 1) refusals.note({ caller: token, route: `POST /api/keys` });
  refusals.note({ caller: person, route: 'GET /api/audit/entries' });
  await refusals.flush();
  expect(entries.map(({ what, details }) => [what, details])).toEqual([
    ['access.refused', { by: 'token:t1', refusals: 1, routes: ['POST /api/keys'] }],
    ['access.refused', { by: 'person:p1', session: 's1', refusals: 1, routes: ['GET /api/audit/entries'] }],
    ['access.refused', { by: 'token:t1', refusals: 999, routes: ['POST /api/keys'] }],
  ]);
  now.at += 60_000;
  refusals.note({ caller: token, route: 'GET /api/tokens' });
  await refusals.flush();
  expect(entries.at(-1)?.details).toEqual({ by: 'token:t1', refusals: 1, routes: ['GET /api/tokens'] });
  expect(JSON.stringify(entries)).not.toContain('robin');
});

it('writes nothing of callers without a credential', async () => {
  const { entries, refusals } = logOver();
  for (let i = 0; i < 100; i += 1) refusals.note({ caller: null, route: 'POST /api/keys' });
  await refusals.flush();
  expect(entries).toEqual([]);
});

it('forgets nothing when the ledger takes no entry', async () => {
  const broken = { is: true };
  const { entries, said, refusals } = logOver({ at: 1_000 }, broken);
  refusals.note({ caller: token, route: 'POST /api/keys' });
  await refusals.flush();
  expect(said[0]).toContain('no room');
  broken.is = false;
  await refusals.flush();
  expect(entries.map(({ details }) => details)).toEqual([
    { by: 'token:t1', refusals: 1, routes: ['POST /api/keys'] },
  ]);
});
