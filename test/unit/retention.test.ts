import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProgramContent, ProgramRetention } from '@fairlead/core/program';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditIndex } from '../../packages/server/src/features/audit/api.ts';
import { openAudit } from '../../packages/server/src/features/audit/create.ts';
import type { Content } from '../../packages/server/src/features/content/api.ts';
import { openContent } from '../../packages/server/src/features/content/create.ts';
import { eraseContent } from '../../packages/server/src/features/content/service.ts';
import { verifyLedger } from '../../packages/server/src/features/ledger/cli.ts';
import { type OpenLedger, openLedger } from '../../packages/server/src/features/ledger/create.ts';
import { decisionDraft } from '../../packages/server/src/features/ledger/testing/entries.ts';
import type { Retention } from '../../packages/server/src/features/retention/api.ts';
import { createRetention } from '../../packages/server/src/features/retention/create.ts';
import { cutFor } from '../../packages/server/src/features/retention/service.ts';
import { fsckLedger } from '../../packages/server/src/features/upkeep/cli.ts';

const dayMs = 86_400_000;
const start = Date.parse('2026-01-10T08:00:00Z');
const content: ProgramContent = {
  keep: [{ repositories: ['*'], dataClasses: ['*'], days: 90 }],
  whenNotKept: 'go-on',
  maxBytes: 1_000,
};
const enforced: ProgramRetention = {
  enforce: true,
  ledgerDays: 100,
  contentDays: 30,
  classes: { secret: { contentDays: 5 }, 'personal-data': { ledgerDays: 200 } },
  shared: {},
};

/** A whole installation whose clock is moved by hand. */
interface World {
  readonly dataDir: string;
  readonly ledger: OpenLedger;
  readonly content: Content;
  readonly audit: AuditIndex;
  readonly retention: Retention;
  readonly logged: string[];
  now: number;
  program: { retention?: ProgramRetention; content?: ProgramContent };
}

let folder: string;
let world: World;
const closers: (() => Promise<void>)[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-retention-'));
  world = await openWorld(enforced);
});
afterEach(async () => {
  await close();
  rmSync(folder, { recursive: true, force: true });
});

async function close() {
  for (const step of closers.splice(0).reverse()) await step();
}

async function openWorld(
  retention: ProgramRetention | undefined,
  kept: ProgramContent | null = content,
): Promise<World> {
  const dataDir = join(folder, 'data');
  const logged: string[] = [];
  const state = {
    now: start,
    program: { ...(kept && { content: kept }), ...(retention && { retention }) } as World['program'],
  };
  const clock = { now: () => state.now };
  const log = (_: string, message: string) => void logged.push(message);
  const ledger = await openLedger({ dataDir, clock });
  closers.push(() => ledger.close());
  const source = { clock, instance: ledger.instance, origin: 'live' as const, ledger, log };
  const holds = () => ledger.keeping.holds();
  const masterFile = join(folder, 'content-master.key');
  const opened = await openContent({ ...source, dataDir, masterFile, program: state.program, holds });
  closers.push(() => opened.close());
  const audit = await openAudit(dataDir, log);
  closers.push(() => audit.close());
  const never = 1_000_000_000;
  const retained = createRetention({
    ...source,
    content: opened,
    audit,
    program: () => state.program,
    everyMs: never,
    firstMs: never,
  });
  closers.push(() => retained.close());
  return Object.assign(state, { dataDir, ledger, content: opened, audit, retention: retained, logged });
}

/** Calls that were refused now. */
async function refused(count: number, dataClasses: readonly string[] = []): Promise<void> {
  const ts = new Date(world.now).toISOString();
  for (let at = 0; at < count; at += 200) {
    await world.ledger.append(
      Array.from({ length: Math.min(200, count - at) }, () =>
        decisionDraft(world.ledger.instance, { decision: 'deny', ts, dataClasses: [...dataClasses] }),
      ),
    );
  }
  await expect.poll(() => world.ledger.state().signedSize).toBe(world.ledger.state().size);
}

/** Keeps the content of a call that goes on now. */
function keep(op: string, dataClasses: readonly string[] = []): void {
  const facts = { op, session: 's-1', actor: 'p-1', repository: null, vendor: 'openai', dataClasses };
  world.content.begin(facts, Buffer.from('asked'))?.recorded();
}

const kept = async () => (await world.content.counts()).periods.map(({ period }) => period);
const later = (days: number) => {
  world.now = start + days * dayMs;
};

describe('retention', () => {
  it('deletes content, entries and rows when each is over, says so, and what is left verifies', async () => {
    await refused(300);
    await refused(300, ['personal-data']);
    keep('00000000-0000-7000-8000-000000000001');
    keep('00000000-0000-7000-8000-000000000002', ['secret']);
    await expect.poll(kept).toEqual(['2026-01-10/30', '2026-01-10/5']);
    later(7);
    await world.retention.tick();
    expect(await kept()).toEqual(['2026-01-10/30']);
    expect(await world.retention.lastRun()).toMatchObject({
      by: 'schedule',
      periods: 1,
      items: 1,
      entries: 0,
    });
    later(40);
    await world.retention.tick();
    expect(await kept()).toEqual([]);
    later(150);
    expect(await world.retention.run('person:p-9')).toEqual({
      ...{ by: 'person:p-9', periods: 0, items: 0, minimum: 256, entries: 256, inputs: 256, rows: 256 },
      ...{ holds: [], stopped: false, failed: [] },
    });
    expect((await world.audit.entries({ kind: 'decision' }, 500)).rows).toHaveLength(344);
    // From here on nothing needs the calls in which personal data was found either.
    later(250);
    await world.retention.tick();
    const last = await world.retention.lastRun();
    expect(last).toMatchObject({ at: new Date(world.now).toISOString(), minimum: 512, entries: 256 });
    expect((await verifyLedger({ dataDir: world.dataDir })).problems).toEqual([]);
    expect((await fsckLedger({ dataDir: world.dataDir })).problems).toEqual([]);
    expect(world.logged).toEqual([]);
  });

  it('runs once a day, and again when a part of it failed', async () => {
    await world.retention.tick();
    await world.retention.tick();
    const runs = async () => (await world.ledger.readAdministration('"retention.applied"')).length;
    expect(await runs()).toBe(1);
    later(1);
    const audit = world.audit as { forget: AuditIndex['forget'] };
    const { forget } = audit;
    audit.forget = async () => {
      throw new Error('away');
    };
    // The very object that the job was made with.
    const options = { ...world, instance: world.ledger.instance, origin: 'live' as const };
    const broken = createRetention({
      ...options,
      clock: { now: () => world.now },
      program: () => world.program,
      log: (_, message) => void world.logged.push(message),
    });
    await broken.tick();
    await broken.close();
    expect(await world.retention.lastRun()).toMatchObject({ failed: ['unknown'] });
    expect(world.logged.join()).toContain('in part only');
    audit.forget = forget;
    await world.retention.tick();
    expect(await runs()).toBe(2);
    world.now += 3_600_000;
    await world.retention.tick();
    await world.retention.tick();
    expect(await world.retention.lastRun()).toMatchObject({ failed: [] });
    expect(await runs()).toBe(3);
  });

  it('deletes nothing that a hold covers, and everything that is over once it is lifted', async () => {
    await refused(300);
    keep('00000000-0000-7000-8000-000000000001');
    await expect.poll(kept).toEqual(['2026-01-10/30']);
    const { keeping } = world.ledger;
    await keeping.place({ id: 'case-7', reason: 'litigation', from: null }, 'operator');
    later(150);
    const nothing = { periods: 0, items: 0, entries: 0, rows: 0, holds: ['case-7'], failed: [] };
    expect(await world.retention.run('operator')).toMatchObject(nothing);
    expect(await kept()).toEqual(['2026-01-10/30']);
    await keeping.release('case-7', 'settled', 'operator');
    expect(await world.retention.run('operator')).toMatchObject({ periods: 1, items: 1, entries: 256 });
  });

  it('ends what was kept before keeping was turned off, and keeps nothing more', async () => {
    keep('00000000-0000-7000-8000-000000000001');
    await expect.poll(kept).toEqual(['2026-01-10/30']);
    await close();
    world = await openWorld(enforced, null);
    expect(world.content.status().state).toBe('on');
    const facts = { op: 'x', session: null, actor: 'p-1', repository: null, vendor: null, dataClasses: [] };
    expect(world.content.begin(facts, Buffer.from('asked'))).toBeNull();
    expect(await kept()).toEqual(['2026-01-10/30']);
    later(40);
    await world.retention.tick();
    expect(await kept()).toEqual([]);
  });

  it('is off unless the program says so', async () => {
    world.program = { content, retention: { ...enforced, enforce: false } };
    await refused(300);
    later(500);
    await world.retention.tick();
    expect(await world.retention.lastRun()).toBeNull();
    await expect(world.retention.run('operator')).rejects.toMatchObject({ code: 'ledger.retention-off' });
    world.program = { content };
    await world.retention.tick();
    expect(await world.ledger.keeping.minimum()).toBe(0);
  });

  it('lets the read model forget what was pruned elsewhere, enforced or not', async () => {
    await refused(300);
    await world.audit.progress();
    later(150);
    await world.ledger.keeping.prune({ before: world.now, classes: {} }, 'operator');
    world.program = { content };
    await world.retention.tick();
    expect((await world.audit.entries({ kind: 'decision' }, 500)).rows).toHaveLength(44);
  });
});

describe('content under a hold', () => {
  const id = '00000000-0000-7000-8000-000000000001';
  const erase = (kind: 'op' | 'pseudonym' | 'before' | 'period', value: string) =>
    eraseContent(
      {
        content: world.content,
        ledger: world.ledger,
        holds: world.ledger.keeping.holds,
        clock: { now: () => world.now },
        instance: world.ledger.instance,
        origin: 'live',
      },
      { subject: { kind, value }, reason: 'a request', by: 'operator' },
    );

  it('is not erased but for days that it does not cover', async () => {
    keep(id);
    await expect.poll(kept).toEqual(['2026-01-10/30']);
    const from = new Date(start + dayMs).toISOString();
    await world.ledger.keeping.place({ id: 'case-7', reason: 'litigation', from }, 'operator');
    const held = { code: 'ledger.on-hold' };
    await expect(erase('op', id)).rejects.toMatchObject(held);
    await expect(erase('pseudonym', 'p-1')).rejects.toMatchObject(held);
    await expect(erase('before', '2026-01-12')).rejects.toMatchObject(held);
    await expect(erase('period', '2026-01-11/30')).rejects.toMatchObject(held);
    expect(await kept()).toEqual(['2026-01-10/30']);
    expect(await erase('before', '2026-01-11')).toEqual({ items: 1 });
    await world.ledger.keeping.release('case-7', 'settled', 'operator');
    expect(await erase('op', id)).toEqual({ items: 0 });
  });
});

describe('what a caller may prune', () => {
  const deps = (retention?: ProgramRetention) => ({
    program: () => (retention ? { retention } : {}),
    clock: { now: () => start },
  });

  it('is what is over by the program, or less', () => {
    const own = { before: start - 100 * dayMs, classes: { 'personal-data': start - 200 * dayMs } };
    expect(cutFor(deps(enforced), { kind: 'session' }, null)).toEqual(own);
    expect(cutFor(deps(enforced), { kind: 'operator' }, start)).toEqual(own);
    const earlier = start - 150 * dayMs;
    expect(cutFor(deps(enforced), { kind: 'token' }, earlier)).toEqual({ ...own, before: earlier });
  });

  it('is up to whoever runs the machine where the program says nothing', () => {
    expect(cutFor(deps(), { kind: 'operator' }, start + dayMs)).toEqual({
      before: start - 10_000,
      classes: {},
    });
    const unsaid = expect.objectContaining({ code: 'ledger.retention-unsaid' });
    expect(() => cutFor(deps(), { kind: 'session' }, start)).toThrow(unsaid);
    expect(() => cutFor(deps(), { kind: 'operator' }, null)).toThrow(unsaid);
  });
});
