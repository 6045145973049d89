import type { Entry } from '@fairlead/core/ledger';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { missingOps, projectEntries, readStored } from '../project.ts';
import type { AuditStore } from '../store.ts';
import { admin, config, decision, outcome, recovery, refusal, repeat, start, stored } from './entries.ts';

const hour = 3_600_000;
const hourOf = (at: number) => Math.floor(at / hour);

/** What every audit store must do. `open` gives a new, empty one. */
export function auditStoreContract(
  open: () => Promise<{ store: AuditStore; remove(): Promise<void> }>,
): void {
  let store: AuditStore;
  let remove: () => Promise<void>;
  let size = 0;
  beforeEach(async () => {
    ({ store, remove } = await open());
    await store.reset('log');
    size = 0;
  });
  afterEach(async () => {
    await store.close();
    await remove();
  });

  /** Takes entries in as one run. */
  const take = async (...entries: readonly Entry[]) => {
    const read = stored(entries, size).map(readStored);
    size += entries.length;
    await store.write(projectEntries(read, await store.callFacts(missingOps(read))));
    return entries;
  };
  const indexes = async (filter: Parameters<AuditStore['rows']>[0], limit = 100) =>
    (await store.rows(filter, limit)).map(({ index }) => index);

  describe('progress', () => {
    it('is written with the entries, and begins again after a reset', async () => {
      expect(await store.state()).toEqual({ origin: 'log', next: 0, lastId: null });
      const [, last] = await take(decision(), config('unsigned'));
      expect(await store.state()).toEqual({ origin: 'log', next: 2, lastId: last!.id });
      await store.reset('other');
      expect(await store.state()).toEqual({ origin: 'other', next: 0, lastId: null });
      expect(await store.rows({}, 10)).toEqual([]);
      expect(await store.rows({ text: 'call' }, 10)).toEqual([]);
      expect((await store.facets()).kinds).toEqual([]);
      expect(await store.sessions(null, 10)).toEqual([]);
      expect(await store.hours(0)).toEqual([]);
      size = 0;
      await take(decision());
      expect(await indexes({ text: 'call' })).toEqual([0]);
    });

    it('takes a run once, of two replicas that both have it', async () => {
      const read = stored([decision(), config('a')]).map(readStored);
      const batch = projectEntries(read, []);
      expect(await store.write(batch)).toBe(true);
      expect(await store.write(batch)).toBe(false);
      expect(await store.write({ ...batch, first: 5, next: 7 })).toBe(false);
      expect(await store.state()).toMatchObject({ next: 2 });
      expect((await store.facets()).kinds.map(({ count }) => count)).toEqual([1, 1]);
    });

    it('does not move when a run fails', async () => {
      const [first] = await take(decision());
      const read = stored([config('a'), first!], 1).map(readStored);
      await expect(store.write(projectEntries(read, []))).rejects.toThrow();
      expect(await store.state()).toMatchObject({ next: 1 });
      expect(await indexes({})).toEqual([0]);
      expect((await store.facets()).kinds).toEqual([{ value: 'decision', count: 1 }]);
    });
  });

  describe('rows', () => {
    it('come newest first, whole, and a page at a time', async () => {
      const call = decision({ dataClasses: ['personal-mention'] });
      await take(call, refusal(), config('unsigned'), admin('key.issued', { by: 'person:p-9' }));
      expect(await indexes({})).toEqual([3, 2, 1, 0]);
      expect(await indexes({ before: 3 }, 2)).toEqual([2, 1]);
      expect(await indexes({ before: 0 })).toEqual([]);
      expect((await store.rows({ before: 1 }, 1))[0]).toEqual({
        index: 0,
        id: call.id,
        ts: start,
        kind: 'decision',
        op: call.op,
        decision: 'allow',
        policyIds: ['call.permit'],
        repository: 'github.com/acme/payments-api',
        actor: 'p-1',
        assistant: 'claude-code',
        vendor: 'anthropic',
        model: 'claude-sonnet-5',
        session: 's-1',
        dataClasses: ['personal-mention'],
        status: null,
        outcome: null,
        costMicroUsd: null,
        origin: 'live',
        title: 'A call of claude-code to claude-sonnet-5 for github.com/acme/payments-api was allowed.',
      });
      expect((await store.row(call.id))?.index).toBe(0);
      expect(await store.row('nothing')).toBeNull();
      expect((await store.rowsAt([2, 0, 9])).map(({ index }) => index).sort()).toEqual([0, 2]);
      expect((await store.rows({ kind: 'admin' }, 1))[0]).toMatchObject({
        actor: 'p-9',
        title: 'A key was issued.',
      });
    });

    it('say of a call what it ended with, in one run and in another', async () => {
      const [one, two, three] = [decision(), decision(), decision()];
      await take(one, outcome(one.id, { cost: 1_234 }));
      await take(two, three);
      await take(outcome(two.id, { outcome: 'vendor-error', status: 500, usage: null }), recovery(three.id));
      const [first, second, third] = await Promise.all([one, two, three].map(({ id }) => store.row(id)));
      expect(first).toMatchObject({ outcome: 'completed', status: 200, costMicroUsd: 1_234 });
      expect(second).toMatchObject({ outcome: 'vendor-error', status: 500, costMicroUsd: null });
      expect(third).toMatchObject({ outcome: 'unknown', status: null });
      const related = await store.rowsOf(two.id, 10);
      expect(related.map(({ kind }) => kind)).toEqual(['decision', 'outcome']);
      expect(related[1]).toMatchObject({ repository: two.repository, session: 's-1', decision: null });
    });

    it('are narrowed by each of their columns, and by several', async () => {
      await take(
        decision({ session: 's-2', model: 'gpt-5.5', vendor: 'openai' }),
        refusal({ actor: { pseudonym: 'p-2', kind: 'human', onBehalfOf: null } }),
        refusal({ policyIds: ['stage.not-included'], assistant: { name: 'codex', version: null } }),
        config('unsigned'),
      );
      expect(await indexes({ kind: 'config' })).toEqual([3]);
      expect(await indexes({ decision: 'deny' })).toEqual([2, 1]);
      expect(await indexes({ policyId: 'repository.allowlist' })).toEqual([1]);
      expect(await indexes({ policyId: 'stage.not-included' })).toEqual([2, 1]);
      expect(await indexes({ repository: 'github.com/acme/skunkworks' })).toEqual([2, 1]);
      expect(await indexes({ actor: 'p-2' })).toEqual([1]);
      expect(await indexes({ vendor: 'openai' })).toEqual([0]);
      expect(await indexes({ model: 'claude-sonnet-5' })).toEqual([2, 1]);
      expect(await indexes({ assistant: 'codex' })).toEqual([2]);
      expect(await indexes({ session: 's-2' })).toEqual([0]);
      expect(await indexes({ policyId: 'stage.not-included', assistant: 'codex', decision: 'deny' })).toEqual(
        [2],
      );
      expect(await indexes({ decision: 'deny', model: 'gpt-5.5' })).toEqual([]);
      expect(await indexes({ policyId: 'stage.not-included' }, 1)).toEqual([2]);
      expect(await indexes({ policyId: 'stage.not-included', before: 2 })).toEqual([1]);
      expect(await indexes({ kind: "config' or 1=1 --" })).toEqual([]);
    });

    it('are the same for any two values as a reading of every row finds', async () => {
      await take(
        decision({ model: 'model\nwith a line' }),
        refusal({ vendor: 'other' }),
        ...[
          admin('key.issued', { by: 'person:p-9' }),
          config('unsigned'),
          decision({ vendor: null, model: null }),
        ],
      );
      const all = await store.rows({}, 100);
      const columns = ['kind', 'decision', 'assistant', 'vendor', 'model'] as const;
      let none = 0;
      for (const [one, other] of columns.flatMap((one) => columns.map((other) => [one, other] as const))) {
        for (const left of new Set(all.map((row) => row[one]))) {
          for (const right of new Set(all.map((row) => row[other]))) {
            if (one === other || left === null || right === null) continue;
            const wanted = all.filter((row) => row[one] === left && row[other] === right);
            expect(await indexes({ [one]: left, [other]: right })).toEqual(wanted.map(({ index }) => index));
            none += wanted.length === 0 ? 1 : 0;
          }
        }
      }
      expect(none).toBeGreaterThan(10);
    });

    it('are narrowed by time to the millisecond, also where entries are not in its order', async () => {
      await take(
        config('a', start),
        config('b', start + hour),
        config('c', start + 10),
        config('d', start + 3 * hour),
      );
      expect(await indexes({ from: start + 1 })).toEqual([3, 2, 1]);
      expect(await indexes({ from: start + 10, to: start + hour })).toEqual([2]);
      expect(await indexes({ to: start + 10 })).toEqual([0]);
      expect(await indexes({ from: start + 4 * hour })).toEqual([]);
      expect(await indexes({ to: start })).toEqual([]);
      expect(await indexes({ from: start + 2 * hour, to: start + 3 * hour + 1 })).toEqual([3]);
    });

    it('are found by words, beginnings and ids; nothing typed breaks the search', async () => {
      const key = crypto.randomUUID();
      await take(
        decision(),
        refusal({ keyId: key }),
        admin('pseudonym.resolved', { purpose: 'Größere Prüfung' }),
      );
      expect(await indexes({ text: 'refused' })).toEqual([1]);
      expect(await indexes({ text: 'Claude SKUNK' })).toEqual([1]);
      expect(await indexes({ text: 'repository.allow' })).toEqual([1]);
      expect(await indexes({ text: 'größere' })).toEqual([2]);
      expect(await indexes({ text: key })).toEqual([1]);
      expect(await indexes({ text: 'call', decision: 'allow' })).toEqual([0]);
      expect(await indexes({ text: 'call', before: 1 })).toEqual([0]);
      for (const odd of [
        '"',
        "'",
        '***',
        'NEAR(',
        'a" OR "b',
        "x' | y:*",
        ':*',
        '-',
        '(',
        '\\',
        '\u0000',
        '%',
        '€',
      ]) {
        expect(await indexes({ text: odd }), odd).toEqual([]);
      }
      expect(await indexes({ text: 'call OR refused' })).toEqual([]);
      expect(await indexes({ text: 'call OR nothing' })).toEqual([]);
    });
  });

  describe('facets', () => {
    it('count every value, most frequent first', async () => {
      const call = decision();
      await take(call, refusal(), refusal(), outcome(call.id));
      await take(refusal({ assistant: { name: 'codex', version: null } }));
      expect(await store.facets()).toEqual({
        kinds: [
          { value: 'decision', count: 4 },
          { value: 'outcome', count: 1 },
        ],
        decisions: [
          { value: 'deny', count: 3 },
          { value: 'allow', count: 1 },
        ],
        policyIds: [
          { value: 'repository.allowlist', count: 3 },
          { value: 'stage.not-included', count: 3 },
          { value: 'call.permit', count: 1 },
        ],
        repositories: [
          { value: 'github.com/acme/skunkworks', count: 3 },
          { value: 'github.com/acme/payments-api', count: 2 },
        ],
        vendors: [{ value: 'anthropic', count: 5 }],
        models: [{ value: 'claude-sonnet-5', count: 5 }],
        assistants: [
          { value: 'claude-code', count: 4 },
          { value: 'codex', count: 1 },
        ],
      });
    });
  });

  describe('sessions', () => {
    it('add up their calls, the latest active first', async () => {
      const [one, two] = [decision({}, start + 1_000), decision({ session: 's-2' })];
      const refused = refusal({}, start + 2_000);
      await take(one, two, refused);
      await take(outcome(one.id, { cost: 500 }, start + 3_000), repeat(refused.id, 4, start + 4_000));
      expect(await store.session('s-1')).toEqual({
        session: 's-1',
        assistant: 'claude-code',
        actor: 'p-1',
        repositories: ['github.com/acme/payments-api', 'github.com/acme/skunkworks'],
        startedAt: start + 1_000,
        lastAt: start + 4_000,
        calls: 6,
        refused: 5,
        tokens: { input: 100, output: 20 },
        costMicroUsd: 500,
      });
      expect(await store.session('s-3')).toBeNull();
      const all = await store.sessions(null, 10);
      expect(all.map(({ session, lastIndex }) => [session, lastIndex])).toEqual([
        ['s-1', 4],
        ['s-2', 1],
      ]);
      expect(all[1]).toMatchObject({ costMicroUsd: null, tokens: { input: 0, output: 0 } });
      expect((await store.sessions(4, 10)).map(({ session }) => session)).toEqual(['s-2']);
      expect(await store.sessions(null, 1)).toHaveLength(1);
    });

    it('are timelines, oldest first, with what each call ended with', async () => {
      const [one, two] = [decision(), refusal()];
      await take(one, decision({ session: 's-2' }), two, repeat(two.id, 2), outcome(one.id));
      const items = await store.sessionItems('s-1', 10);
      expect(items.map(({ row, result }) => [row.index, row.kind, result?.outcome ?? null])).toEqual([
        [0, 'decision', 'completed'],
        [2, 'decision', null],
        [3, 'repeat', null],
      ]);
      expect(items[0]?.result).toEqual({
        outcome: 'completed',
        status: 200,
        latencyMs: 812,
        firstByteMs: 301,
        usage: { inputTokens: 100, outputTokens: 20, cacheReadTokens: 0, cacheWriteTokens: 0 },
        costMicroUsd: null,
      });
      expect((await store.sessionItems('s-1', 2)).map(({ row }) => row.index)).toEqual([2, 3]);
    });
  });

  describe('figures', () => {
    it('add calls, failures and costs up by the hour', async () => {
      const calls = [decision(), decision(), decision(), decision()] as const;
      const refused = refusal();
      await take(...calls, refused, repeat(refused.id, 2, start + hour));
      await take(
        outcome(calls[0].id, { cost: 1_000 }),
        outcome(calls[1].id, { cost: 'unpriced' }),
        outcome(calls[2].id, { outcome: 'vendor-unreachable', status: null, usage: null }, start + hour),
        recovery(calls[3].id, start + hour),
      );
      const none = { allowed: 0, refused: 0, failed: 0, unknown: 0, costMicroUsd: 0, priced: 0, unpriced: 0 };
      expect(await store.hours(0)).toEqual([
        { ...none, hour: hourOf(start), allowed: 4, refused: 1, costMicroUsd: 1_000, priced: 1, unpriced: 1 },
        { ...none, hour: hourOf(start) + 1, refused: 2, failed: 1, unknown: 1 },
      ]);
      expect(await store.hours(hourOf(start) + 1)).toHaveLength(1);
    });

    it('count by assistant, repository, refusing policy and what was found', async () => {
      const finding = { detector: 'x', grade: null, kind: 'message', digest: null } as const;
      const refused = refusal({ findings: [{ ...finding, class: 'secret', count: 3 }] });
      await take(decision(), refused, repeat(refused.id, 2, start + hour));
      expect(await store.counts('assistant', 0)).toEqual([
        { value: 'claude-code', calls: 4, refused: 3, lastIndex: 2 },
      ]);
      expect(await store.counts('repository', 0)).toEqual([
        { value: 'github.com/acme/skunkworks', calls: 3, refused: 3, lastIndex: 2 },
        { value: 'github.com/acme/payments-api', calls: 1, refused: 0, lastIndex: 0 },
      ]);
      expect(await store.counts('policy', 0)).toEqual([
        { value: 'repository.allowlist', calls: 3, refused: 3, lastIndex: 2 },
        { value: 'stage.not-included', calls: 3, refused: 3, lastIndex: 2 },
      ]);
      expect(await store.counts('finding', 0)).toEqual([
        { value: 'secret', calls: 3, refused: 0, lastIndex: 1 },
      ]);
      expect(await store.counts('policy', hourOf(start) + 1)).toMatchObject([{ refused: 2 }, { refused: 2 }]);
    });
  });

  describe('what is forgotten', () => {
    it('is the calls below an index, with their words, values and sessions; figures stay', async () => {
      const old = decision({ session: 's-old' });
      const crossing = decision({ session: 's-on' });
      await take(old, outcome(old.id), config('unsigned'), refusal({ session: null }), crossing);
      await take(outcome(crossing.id), decision({ session: 's-on', model: 'claude-opus-5' }));
      const hours = await store.hours(0);
      expect(await store.forget(4)).toBe(3);
      expect(await store.forget(4)).toBe(0);
      expect(await indexes({})).toEqual([6, 5, 4, 2]);
      expect(await indexes({ text: 'call' })).toEqual([6, 5, 4]);
      expect(await indexes({ decision: 'deny' })).toEqual([]);
      expect(await indexes({ policyId: 'repository.allowlist' })).toEqual([]);
      expect(await indexes({ repository: 'github.com/acme/payments-api' })).toEqual([6, 5, 4]);
      const { kinds, decisions, repositories, policyIds } = await store.facets();
      expect(kinds).toEqual([
        { value: 'decision', count: 2 },
        { value: 'config', count: 1 },
        { value: 'outcome', count: 1 },
      ]);
      expect(decisions).toEqual([{ value: 'allow', count: 2 }]);
      expect(repositories).toEqual([{ value: 'github.com/acme/payments-api', count: 3 }]);
      expect(policyIds).toEqual([{ value: 'call.permit', count: 2 }]);
      expect((await store.sessions(null, 10)).map(({ session }) => session)).toEqual(['s-on']);
      expect(await store.session('s-old')).toBeNull();
      expect(await store.hours(0)).toEqual(hours);
      expect(await store.state()).toMatchObject({ next: 7 });
    });

    it('is not made again of entries without bytes', async () => {
      const read = stored([decision(), config('unsigned')]).map((entry, index) =>
        readStored(index === 0 ? { ...entry, bytes: new Uint8Array() } : entry),
      );
      await store.write(projectEntries(read, []));
      expect(await indexes({})).toEqual([1]);
      expect(await store.state()).toMatchObject({ next: 2 });
    });
  });
}
