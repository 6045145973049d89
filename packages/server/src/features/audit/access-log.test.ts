import type { AdminEntry, Entry } from '@fairlead/core/ledger';
import { afterEach, describe, expect, it } from 'vitest';
import type { ControlCaller } from '../identity/api.ts';
import type { Draft } from '../ledger/api.ts';
import { type AccessLog, createAccessLog, readingOf } from './access-log.ts';

const made: AccessLog[] = [];
afterEach(async () => {
  for (const log of made.splice(0)) await log.close();
});

function accessLog() {
  const entries: Entry[] = [];
  const state = { now: Date.parse('2026-11-01T09:00:00Z'), fail: false, errors: 0 };
  const log = createAccessLog({
    clock: { now: () => state.now },
    instance: { id: crypto.randomUUID(), incarnation: crypto.randomUUID() },
    origin: 'live',
    ledger: {
      append: async (drafts: readonly Draft[]) => {
        if (state.fail) throw new Error('full');
        return drafts.map(({ entry }) => ({ index: entries.push(entry) - 1, duplicate: false }));
      },
    },
    log: () => (state.errors += 1),
  });
  made.push(log);
  const details = () => entries.map((entry) => (entry as AdminEntry).details);
  return { log, state, entries, details };
}

const person = (sessionId = 's-1', by = 'person:p-1'): ControlCaller => ({
  kind: 'session',
  by,
  principal: 'ingrid.lund',
  sessionId,
  expiresAt: 0,
});
const list = (...filter: string[]) => ({ what: 'entries' as const, filter });

describe('who reads the audit', () => {
  it('is an entry at once, then one a minute for each session', async () => {
    const { log, state, entries, details } = accessLog();
    log.note(person(), list('repository=github.com/acme/x'));
    log.note(person('s-2'), list());
    for (let i = 0; i < 500; i += 1) log.note(person(), list(`actor=p-${i % 3}`));
    log.note(person(), { what: 'entry', filter: [], id: 'e-1' });
    await new Promise((resolve) => setImmediate(resolve));
    expect(entries.map((entry) => (entry as AdminEntry).what)).toEqual(['audit.read', 'audit.read']);
    expect(details()[0]).toEqual({
      by: 'person:p-1',
      session: 's-1',
      readings: 1,
      filters: ['entries repository=github.com/acme/x'],
      read: [],
      more: 0,
    });
    state.now += 60_000;
    log.note(person(), list());
    await log.flush();
    expect(details()).toHaveLength(3);
    expect(details()[2]).toMatchObject({
      readings: 502,
      filters: ['entries actor=p-0', 'entries actor=p-1', 'entries actor=p-2', 'entries'],
      read: ['entry e-1'],
    });
  });

  it('names fifty things and counts the rest', async () => {
    const { log, details } = accessLog();
    log.note(person(), list());
    for (let i = 0; i < 300; i += 1) log.note(person(), { what: 'entry', filter: [], id: `e-${i}` });
    await log.flush();
    expect(details()[1]).toMatchObject({ readings: 300, more: 250 });
    expect((details()[1]!.read as string[]).length).toBe(50);
  });

  it('leaves out what an open page asks again by itself, and nothing else that says it is one', async () => {
    const { log, details } = accessLog();
    log.note(person(), list('kind=admin'));
    for (let i = 0; i < 10; i += 1) log.note(person(), { ...list('kind=admin'), background: true });
    await log.flush();
    expect(details()).toHaveLength(1);
    log.note(person(), { ...list('actor=p-9'), background: true });
    await log.flush();
    expect(details()[1]).toMatchObject({ readings: 1, filters: ['entries actor=p-9'] });
  });

  it('is not forgotten while it cannot be written, and holds nobody up', async () => {
    const { log, state, details } = accessLog();
    state.fail = true;
    log.note(person(), list('kind=admin'));
    await log.flush();
    expect(state.errors).toBeGreaterThan(0);
    state.fail = false;
    await log.flush();
    expect(details()).toMatchObject([{ readings: 1, filters: ['entries kind=admin'] }]);
  });

  it('is bounded in memory, whoever calls', async () => {
    const { log, entries } = accessLog();
    for (let i = 0; i < 1_500; i += 1) log.note(person(`s-${i}`), list());
    await log.flush();
    expect(entries).toHaveLength(1_500);
  });

  it('says how many words were searched for, never which', () => {
    expect(
      readingOf({ q: 'my secret word', kind: 'admin', limit: 50, cursor: '9', actor: undefined }),
    ).toEqual(['kind=admin', 'q=3 words']);
  });
});
