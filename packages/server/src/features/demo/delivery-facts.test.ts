import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadedExample } from '../../../../../test/setup/running-app.ts';
import { openDelivery } from '../delivery/api.ts';
import { fillDelivery, simulatedFacts } from './delivery-facts.ts';
import { scenarioOf } from './history/scenario.ts';

const now = Date.UTC(2026, 10, 26, 12) / 1000;
const { program } = await loadedExample();

describe('the made-up facts of the demo', () => {
  const all = [...simulatedFacts(program, 'acme', now)];
  const facts = all.flatMap(({ delivery }) => delivery);

  it('are of the program’s repositories and people, up to now', () => {
    expect(facts.length).toBeGreaterThan(5_000);
    const repositories = new Set(program.repositories.map(({ id }) => id));
    const people = new Set(program.teams.flatMap(({ members }) => members.map(({ id }) => id)));
    for (const fact of facts) {
      if ('repository' in fact) expect(repositories).toContain(fact.repository);
      if (fact.type !== 'change') continue;
      expect(Date.parse(fact.mergedAt ?? '') / 1000).toBeLessThanOrEqual(now);
      const { login, kind } = fact.author;
      if (kind === 'human') expect(people).toContain(login);
      else expect(fact.drivers?.every((driver) => people.has(driver))).toBe(true);
    }
    expect(JSON.stringify(facts)).not.toMatch(/git\.example\.com|dev-\d/);
  });

  it('repeat exactly, and differ between teams', () => {
    expect([...simulatedFacts(program, 'acme', now)]).toEqual(all);
    const changes = facts.filter(({ type }) => type === 'change').map((fact) => JSON.stringify(fact));
    expect(new Set(changes).size).toBe(changes.length);
  });

  it('put sessions of the history at changes of their people, in weeks that were judged', () => {
    const stays = all.flatMap(({ tasks }) => tasks.filter((fact) => fact.type === 'session'));
    const { sessions } = scenarioOf(program, 'acme');
    const known = new Map(sessions.map((session) => [session.id, session]));
    const ofLedger = stays.filter(({ session }) => known.has(session));
    expect(ofLedger.length).toBeGreaterThan(25);
    const changes = new Map(
      facts.flatMap((fact) => (fact.type === 'change' ? [[`${fact.repository} ${fact.head}`, fact]] : [])),
    );
    for (const { session, repository, branch, principal, firstWriteAt } of ofLedger) {
      expect(known.get(session)).toMatchObject({ repository, principal });
      if (!branch.startsWith('attempt-'))
        expect(changes.get(`${repository} ${branch}`)!.author).toEqual({ login: principal, kind: 'human' });
      expect(Date.parse(firstWriteAt!) / 1000).toBeLessThan(now - 42 * 86_400);
    }
  });

  it('stop coming when the demo ends', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fairlead-demo-facts-'));
    let turns = 0;
    await fillDelivery(folder, program, { seed: 'acme', now, isOver: () => turns++ >= 2 });
    const store = await openDelivery(folder);
    const histories = await Array.fromAsync(store.histories());
    expect(histories.length).toBeGreaterThan(50);
    expect(histories.length).toBeLessThan(600);
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
});
