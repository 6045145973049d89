import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeRandom } from '../../../platform/crypto/index.ts';
import { type DeliveryStore, openDeliveryStore } from '../../delivery/api.ts';
import { createIncidentReports } from './service.ts';

let store: DeliveryStore;
let news: (readonly string[])[];
beforeEach(async () => {
  store = await openDeliveryStore({ kind: 'sqlite', file: ':memory:' }, nodeRandom);
  news = [];
});
afterEach(() => store.close());

const report: ReturnType<typeof createIncidentReports>['report'] = (one) =>
  createIncidentReports({
    clock: { now: () => Date.parse('2026-03-02T17:00:00Z') },
    store: async () => store,
    names: () => ({ defaultHost: 'github.com' }),
    onFacts: (ids) => news.push(ids),
  }).report(one);
const incident = { id: 'INC-1', startedAt: '2026-03-02T15:00:00Z' };

describe('a reported incident', () => {
  it('is kept, replaced by the next report, and told on where it is news', async () => {
    expect(await report(incident)).toBe('added');
    expect(await report(incident)).toBe('unchanged');
    const links = [
      { rel: 'caused_by', change: 'Acme/Web#7' },
      { rel: 'fixed_by', change: 'https://github.com/acme/web/pull/8' },
      { rel: 'caused_by', deployment: 'deploy-3' },
    ] as const;
    expect(await report({ ...incident, severity: 1, links, updatedAt: '2026-03-02T16:00:00Z' })).toBe(
      'changed',
    );
    expect(await report({ ...incident, updatedAt: '2026-03-02T15:30:00Z' })).toBe('unchanged');
    expect(await store.incidents()).toEqual([
      {
        ...{ type: 'incident', ...incident, reportedAt: incident.startedAt, severity: 1 },
        updatedAt: '2026-03-02T16:00:00Z',
        links: [
          { rel: 'caused_by', change: 'github.com/acme/web#7' },
          { rel: 'fixed_by', change: 'github.com/acme/web#8' },
          { rel: 'caused_by', deployment: 'deploy-3' },
        ],
      },
    ]);
    expect(news).toEqual([['INC-1'], ['INC-1']]);
  });

  it.each(['startedAt', 'reportedAt', 'resolvedAt', 'updatedAt'])(
    'is refused when its %s lies more than a day in the future',
    async (name) => {
      expect(await report({ ...incident, [name]: '2026-03-03T16:59:00Z' })).toBe('added');
      for (const slip of ['2026-03-03T17:01:00Z', '9999-11-30T00:00:00Z'])
        await expect(report({ ...incident, id: 'INC-2', [name]: slip })).rejects.toMatchObject({
          code: 'server.body-invalid',
          message: `body.${name}: it lies more than a day in the future.`,
        });
      expect(await store.incidents()).toHaveLength(1);
    },
  );

  it('that was none is not shown any more', async () => {
    await report(incident);
    await report({ ...incident, retracted: true });
    expect(await store.incidents()).toEqual([]);
  });

  it.each([
    ['nothing', { rel: 'caused_by' as const }],
    ['a word', { rel: 'caused_by' as const, change: 'the deploy' }],
    ['a number without a repository', { rel: 'caused_by' as const, change: '#7' }],
    ['two changes', { rel: 'caused_by' as const, change: 'a/b#7 a/b#8' }],
    ['both', { rel: 'caused_by' as const, change: 'a/b#7', deployment: 'x' }],
  ])('is refused when it is linked to %s', async (_, link) => {
    await expect(report({ ...incident, links: [link] })).rejects.toMatchObject({
      code: 'server.body-invalid',
      message: expect.stringMatching(/^body\.links\.0: /),
    });
    expect(await store.incidents()).toEqual([]);
  });
});
