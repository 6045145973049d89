import { createHash } from 'node:crypto';
import type { ProgramContent, ProgramRetention } from '@fairlead/core/program';
import { describe, expect, it } from 'vitest';
import { createKeeper } from './keeper.ts';
import type { KeptItem } from './types.ts';

const wanted: ProgramContent = {
  keep: [
    { repositories: ['github.com/acme/payments-api'], dataClasses: ['*'], days: 30 },
    { repositories: ['*'], dataClasses: ['secret'], days: 7 },
  ],
  whenNotKept: 'go-on',
  maxBytes: 1_000,
};
const facts = {
  op: 'op-1',
  session: 's-1',
  actor: 'p-1',
  repository: 'github.com/acme/payments-api',
  vendor: 'openai',
  dataClasses: [] as readonly string[],
};
const body = Buffer.from('what was asked');
const commitmentOf = ({ salt, bytes }: Pick<KeptItem, 'salt' | 'bytes'>) =>
  createHash('sha256').update(salt).update(bytes).digest('hex');

function keeping(changes: Partial<ProgramContent> = {}, most = 10_000, retention?: ProgramRetention) {
  const items: KeptItem[] = [];
  const lost: string[] = [];
  const state = { open: true, keep: async (item: KeptItem) => void items.push(item) };
  const keeper = createKeeper({
    wanted: { ...wanted, ...changes },
    retention,
    clock: { now: () => 1_000 },
    store: () => (state.open ? { keep: (item) => state.keep(item) } : null),
    onLost: (op, part, reason) => lost.push(`${part} ${op} ${reason}`),
    waitingAtMost: most,
  });
  return { keeper, items, lost, state };
}

describe('keeping content', () => {
  it('is for the calls that the program names, for the shortest of the times that fit', async () => {
    const { keeper, items } = keeping();
    expect(keeper.begin({ ...facts, repository: 'github.com/acme/other' }, body)).toBeNull();
    expect(keeper.begin({ ...facts, repository: null }, body)).toBeNull();
    keeper.begin(facts, body)?.recorded();
    keeper.begin({ ...facts, dataClasses: ['secret', 'entropy'] }, body)?.recorded();
    keeper.begin({ ...facts, repository: null, dataClasses: ['secret'] }, body)?.recorded();
    await keeper.idle();
    expect(items.map(({ days }) => days)).toEqual([30, 7, 7]);
  });

  it('is bounded by the retention of what was found in the call, for the vendor it went to', async () => {
    const retention = {
      enforce: true,
      ledgerDays: 365,
      contentDays: 20,
      classes: { entropy: { contentDays: 3 }, 'personal-data': { contentDays: 0 } },
      shared: { secret: { openai: 5, '*': 6 } },
    };
    const { keeper, items } = keeping({}, 10_000, retention);
    keeper.begin(facts, body)?.recorded();
    keeper.begin({ ...facts, dataClasses: ['entropy'] }, body)?.recorded();
    keeper.begin({ ...facts, dataClasses: ['secret'] }, body)?.recorded();
    keeper.begin({ ...facts, dataClasses: ['secret'], vendor: 'another' }, body)?.recorded();
    expect(keeper.begin({ ...facts, dataClasses: ['personal-data'] }, body)).toBeNull();
    await keeper.idle();
    expect(items.map(({ days }) => days)).toEqual([20, 3, 5, 6]);
  });

  it('commits to request and answer, and hands each on once it stands in an entry', async () => {
    const { keeper, items } = keeping();
    const call = keeper.begin(facts, body)!;
    expect(items).toEqual([]);
    call.recorded();
    for (const piece of ['one ', 'two ', 'three']) call.chunk(Buffer.from(piece));
    const answer = call.answered();
    await keeper.idle();
    expect(items.map(({ part, bytes }) => [part, Buffer.from(bytes).toString()])).toEqual([
      ['request', 'what was asked'],
      ['response', 'one two three'],
    ]);
    expect(call.request).toEqual({ commitment: commitmentOf(items[0]!) });
    expect(answer).toEqual({ commitment: commitmentOf(items[1]!) });
    expect(items[0]!.salt).not.toEqual(items[1]!.salt);
    expect(keeper.queue).toMatchObject({ waitingBytes: 0, notKept: 0 });
  });

  it('copies what it is given of an answer', async () => {
    const { keeper, items } = keeping();
    const call = keeper.begin(facts, body)!;
    const shared = Buffer.from('aaaa');
    call.chunk(shared);
    shared.fill('b');
    call.answered();
    await keeper.idle();
    expect(Buffer.from(items[0]!.bytes).toString()).toBe('aaaa');
  });

  it('lets go of a call that is not made', () => {
    const { keeper, items } = keeping();
    const call = keeper.begin(facts, body)!;
    call.chunk(Buffer.from('x'));
    call.drop();
    call.recorded();
    expect(items).toEqual([]);
    expect(keeper.queue.waitingBytes).toBe(0);
  });

  it('says of what is too large that it was not kept, and holds none of it', async () => {
    const { keeper, items } = keeping();
    const call = keeper.begin(facts, Buffer.alloc(1_001))!;
    expect(call.request).toEqual({ notKept: 'too-large' });
    call.recorded();
    for (let i = 0; i < 1_000; i += 1) call.chunk(Buffer.alloc(500));
    expect(keeper.queue.waitingBytes).toBe(0);
    expect(call.answered()).toEqual({ notKept: 'too-large' });
    await keeper.idle();
    expect(items).toEqual([]);
    expect(keeper.queue.notKept).toBe(2);
  });

  it('goes on without keeping while the queue is full or the store away, or refuses, as the program says', () => {
    const full = keeping({}, 100);
    full.state.keep = () => new Promise(() => undefined);
    for (let i = 0; i < 7; i += 1) full.keeper.begin(facts, body)?.recorded();
    expect(full.keeper.begin(facts, body)?.request).toEqual({ notKept: 'queue-full' });
    const away = keeping();
    away.state.open = false;
    expect(away.keeper.begin(facts, body)?.request).toEqual({ notKept: 'store-unavailable' });
    const strict = keeping({ whenNotKept: 'refuse' }, 10);
    expect(() => strict.keeper.begin(facts, body)).toThrow('cannot be kept');
    expect(strict.keeper.begin({ ...facts, repository: null }, body)).toBeNull();
  });

  it('names what was lost after its entry', async () => {
    const { keeper, lost, state } = keeping();
    state.keep = async () => {
      throw new Error('the disk is full of secrets');
    };
    const call = keeper.begin(facts, body)!;
    call.recorded();
    await keeper.idle();
    expect(lost).toEqual(['request op-1 unknown']);
    expect(keeper.queue).toMatchObject({ waitingBytes: 0, notKept: 1 });
  });
});
