import type { DeliveryFact } from '@fairlead/core/delivery';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeRandom } from '../../../platform/crypto/index.ts';
import { type DeliveryStore, githubReader, openDeliveryStore, takeFacts } from '../../delivery/api.ts';
import type { Webhooks } from './api.ts';
import { createWebhooks, type WebhookDeps } from './service.ts';
import { createHost, type Step, signed, steps, type Told } from './testing/host.ts';

const secret = 'it is only for the tests';
const names = { defaultHost: 'github.com' };
const memory = () => openDeliveryStore({ kind: 'sqlite', file: ':memory:' }, nodeRandom);

let store: DeliveryStore;
let taken: (readonly string[])[];
let renamed: (string | number)[][];
beforeEach(async () => {
  store = await memory();
  taken = [];
  renamed = [];
});
afterEach(() => store.close());

const webhooks = (more: Partial<WebhookDeps> = {}): Webhooks =>
  createWebhooks({
    store: async () => store,
    secret: Buffer.from(secret),
    clock: { now: () => 1_000 },
    names: () => names,
    incidentLabel: 'incident',
    onFacts: (ids) => taken.push(ids),
    rename: async (from, to, at) => void renamed.push([from, to, at]),
    ...more,
  });

let next = 0;
function deliver({ event, payload }: Told, hooks = webhooks(), delivery = `guid-${next++}`) {
  const body = Buffer.from(JSON.stringify(payload));
  return hooks.take({ signature: signed(body, secret), delivery, event }, body);
}

/** All that is kept, without the marks of what was deleted, people by the order of their names. */
async function facts(of: DeliveryStore): Promise<readonly unknown[]> {
  const people = [...(await of.pseudonyms(['ann', 'bob', 'cy']))];
  const kept: DeliveryFact[] = [...(await of.deployments()), ...(await of.incidents())];
  for await (const { change, events, commits } of of.histories()) kept.push(change, ...events, ...commits);
  const texts = kept
    .filter((fact) => fact.type !== 'event' || fact.kind !== 'retracted')
    .map((fact) => people.reduce((text, [login, p]) => text.replaceAll(p, login), JSON.stringify(fact)));
  return texts.sort().map((text) => JSON.parse(text));
}

async function poll(into: DeliveryStore, lines: readonly object[]): Promise<void> {
  const read = githubReader(names);
  for (const line of lines) await takeFacts(into, read(line, { line: 1 }), 'github');
}

const play = fc.array(fc.tuple(fc.constantFrom(...steps), fc.nat(20)), { maxLength: 25 });

function played(script: readonly (readonly [Step, number])[]) {
  const host = createHost();
  const said: Told[] = [...host.opened()];
  const snapshots = [host.whole()];
  for (const [step, n] of script) {
    said.push(...host.step(step, n));
    snapshots.push(host.whole());
  }
  return { said, snapshots, whole: host.whole() };
}

describe('what webhooks say', () => {
  it('comes to the facts of a full import, twice, late and in any order, between polls', async () => {
    const order = fc.infiniteStream(fc.nat(1_000_000));
    await fc.assert(
      fc.asyncProperty(play, order, fc.nat(3), async (script, random, polls) => {
        const { said, snapshots, whole } = played(script);
        const [one, other] = [await memory(), await memory()];
        const hooks = webhooks({ store: async () => one });
        const pick = (below: number) => random.next().value! % below;
        const told = [...said, ...said.filter(() => pick(3) === 0)];
        const acts = told.map((tell, i) => ({ isPoll: false, run: () => deliver(tell, hooks, `g-${i}`) }));
        const all: { readonly isPoll: boolean; readonly run: () => Promise<unknown> }[] = [...acts];
        for (let i = 0; i < polls; i++) {
          const snapshot = snapshots[pick(snapshots.length)]!;
          all.push({ isPoll: true, run: () => poll(one, snapshot) });
        }
        for (let i = all.length - 1; i > 0; i--) {
          const j = pick(i + 1);
          [all[i], all[j]] = [all[j]!, all[i]!];
        }
        // The last poll shows it as it is now; every webhook that comes after it is late.
        const from = all.findLastIndex(({ isPoll }) => isPoll) + 1;
        const last = from + pick(all.length - from + 1);
        all.splice(last, 0, { isPoll: true, run: () => poll(one, whole) });
        for (const { run } of all) await run();
        await poll(other, whole);
        expect(await facts(one)).toEqual(await facts(other));
        await Promise.all([one.close(), other.close()]);
      }),
      { numRuns: 60 },
    );
  });

  it('comes to them without any poll, but for what has an id at the API alone', async () => {
    await fc.assert(
      fc.asyncProperty(play, fc.infiniteStream(fc.nat(1_000_000)), async (script, random) => {
        const { said, whole } = played(script);
        const [one, other] = [await memory(), await memory()];
        const hooks = webhooks({ store: async () => one });
        const order = [...said, ...said]
          .map((tell) => [random.next().value!, tell] as const)
          .sort(([a], [b]) => a - b);
        for (const [, tell] of order) await deliver(tell, hooks);
        await poll(
          other,
          whole.filter((line) => (line as { resource: string }).resource !== 'events'),
        );
        // A review makes a new version of its change, and the payload doesn't hold that version whole.
        const [a, b] = [await facts(one), await facts(other)].map((all) =>
          all.map((fact) => ({ ...(fact as object), updatedAt: null })),
        );
        expect(a).toEqual(b);
        await Promise.all([one.close(), other.close()]);
      }),
      { numRuns: 60 },
    );
  });

  it('leaves a hint of each change that a poll has to read again', async () => {
    const host = createHost();
    for (const tell of [...host.opened(), ...host.step('ready', 0), ...host.step('approve', 0)])
      await deliver(tell);
    expect(await store.takeHints(10)).toEqual([{ repository: 'github.com/acme/web', number: 7, at: 1_000 }]);
  });

  it('is told on, once, and only where it is news', async () => {
    const host = createHost();
    const [opened] = host.opened();
    expect(await deliver(opened!, webhooks(), 'a')).toBe('taken');
    expect(await deliver(opened!, webhooks(), 'a')).toBe('repeated');
    expect(await deliver(opened!, webhooks(), 'b')).toBe('repeated');
    expect(await deliver(host.step('approve', 0)[0]!)).toBe('taken');
    expect(await deliver(host.step('deploy', 0)[0]!)).toBe('taken');
    const change = 'github.com/acme/web#7';
    expect(taken).toEqual([[change], [change], ['github.com/acme/web deployment 101']]);
  });
});

describe('repositories with another name', () => {
  const repository = {
    name: 'new',
    full_name: 'Acme/new',
    html_url: 'https://github.com/Acme/new',
    updated_at: '2026-03-02T10:00:00Z',
  };
  const tell = (action: string, changes: object) =>
    deliver({
      event: 'repository',
      payload: { action, changes, repository: { ...repository, owner: { login: 'Acme' } } },
    });

  it('are followed when they were renamed or transferred', async () => {
    expect(await tell('renamed', { repository: { name: { from: 'Old' } } })).toBe('taken');
    await tell('transferred', { owner: { from: { user: { login: 'zoe' } } } });
    await tell('transferred', { owner: { from: { organization: { login: 'Shop' } } } });
    expect(renamed).toEqual([
      ['github.com/acme/old', 'github.com/acme/new', Date.parse(repository.updated_at)],
      ['github.com/zoe/new', 'github.com/acme/new', Date.parse(repository.updated_at)],
      ['github.com/shop/new', 'github.com/acme/new', Date.parse(repository.updated_at)],
    ]);
  });

  it('are left alone otherwise', async () => {
    expect(await tell('edited', { description: { from: 'x' } })).toBe('ignored');
    expect(await tell('renamed', { repository: { name: { from: '../..' } } })).toBe('ignored');
    expect(renamed).toEqual([]);
  });
});

describe('a delivery', () => {
  const [opened] = createHost().opened();
  const body = Buffer.from(JSON.stringify(opened!.payload));
  const request = { signature: signed(body, secret), delivery: 'guid', event: 'pull_request' };
  const refused = async (code: string, more: Partial<typeof request>, bytes: Uint8Array = body) => {
    await expect(webhooks().take({ ...request, ...more }, bytes)).rejects.toMatchObject({ code });
    expect(await facts(store)).toEqual([]);
    // It was not marked as taken either.
    expect(await webhooks().take(request, body)).toBe('taken');
  };

  it.each([
    ['another secret', signed(body, 'some other secret')],
    ['no signature', undefined],
    ['a short signature', 'sha256=00'],
    ['the old signature', request.signature.replace('sha256', 'sha1')],
    ['a signature in capitals', request.signature.toUpperCase()],
  ])('with %s is refused', (_, signature) => refused('hooks.signature-invalid', { signature } as never));

  it('with one bit changed is refused', () => {
    const changed = Buffer.from(body);
    changed[10]! ^= 1;
    return refused('hooks.signature-invalid', {}, changed);
  });

  it.each([
    ['no id', { delivery: undefined }],
    ['a hostile id', { delivery: 'a b' }],
    ['no event', { event: undefined }],
  ])('with %s is refused', (_, more) => refused('hooks.delivery-invalid', more as never));

  it.each([
    ['no JSON', '{"action":'],
    ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
    ['a list', '[]'],
    ['a list of pulls', JSON.stringify({ ...opened!.payload, pull_request: [] })],
    [
      'a day that is none',
      JSON.stringify({
        ...opened!.payload,
        pull_request: { number: 7, additions: 1, created_at: 'x', base: { ref: 'a' }, head: { ref: 'b' } },
      }),
    ],
  ])('that is %s is refused', (_, text) => {
    const bytes = Buffer.from(text);
    const signature = signed(bytes, secret);
    return refused('hooks.payload-invalid', { signature }, bytes);
  });

  it('of an event that nothing is kept of is ignored', async () => {
    for (const event of ['ping', 'push', 'star', 'constructor', '__proto__'])
      expect(await deliver({ event, payload: { zen: 'x', repository: null } })).toBe('ignored');
  });

  it('is not taken without a secret', async () => {
    await expect(webhooks({ secret: null }).take(request, body)).rejects.toMatchObject({
      code: 'hooks.not-configured',
    });
  });

  it('is not marked as taken when it could not be kept', async () => {
    const broken = webhooks({
      store: async () => ({ ...store, receive: () => Promise.reject(new Error('the disk is full')) }),
    });
    await expect(broken.take(request, body)).rejects.toThrow('the disk is full');
    expect(taken).toEqual([]);
    expect(await webhooks().take(request, body)).toBe('taken');
  });

  it('waits for another process that is writing', async () => {
    let busy = 3;
    const busyStore: typeof store = {
      ...store,
      receive(delivered) {
        if (busy-- > 0) throw Object.assign(new Error('busy'), { code: 'SQLITE_BUSY' });
        return store.receive(delivered);
      },
    };
    expect(await webhooks({ store: async () => busyStore }).take(request, body)).toBe('taken');
  });
});
