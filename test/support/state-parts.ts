import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Deployment } from '@fairlead/core/delivery';
import { expect } from 'vitest';
import { auditMigrations } from '../../packages/server/src/features/audit/migrations.ts';
import { openAuditStore } from '../../packages/server/src/features/audit/store-sql.ts';
import { consoleMigrations } from '../../packages/server/src/features/console/migrations.ts';
import { openConsoleStore } from '../../packages/server/src/features/console/store-sql.ts';
import { deliveryMigrations } from '../../packages/server/src/features/delivery/migrations.ts';
import type { Delivered } from '../../packages/server/src/features/delivery/store.ts';
import { openDeliveryStore } from '../../packages/server/src/features/delivery/store-sql.ts';
import { deviceMigrations } from '../../packages/server/src/features/devices/migrations.ts';
import { openDeviceStore } from '../../packages/server/src/features/devices/store-sql.ts';
import { identityMigrations } from '../../packages/server/src/features/identity/migrations.ts';
import { openIdentityStore } from '../../packages/server/src/features/identity/store-sql.ts';
import { nodeRandom } from '../../packages/server/src/platform/crypto/index.ts';
import type { Migration } from '../../packages/server/src/platform/db/index.ts';
import { expectWithheld, withholdChange } from './late-change.ts';
import type { StatePart } from './state-part.ts';
import { content, savedViews, streams, tasks } from './state-parts-besides.ts';

const times = { createdAt: 1_700_000_000_000, expiresAt: 9_000_000_000_000, revokedAt: null };
const codeRecord = (id: string) => ({
  ...{ id, digest: `digest-${id}`, principal: 'maria', repositories: ['github.com/acme/zahlungen'] },
  ...{ loginExpiresAt: 9_000_000_000_000, createdAt: 1, expiresAt: 9_000_000_000_000, usedAt: null },
});

const identity: StatePart = {
  area: 'identity',
  migrations: identityMigrations,
  open: async (location) => (await openIdentityStore(location)).close(),
  async seed(location) {
    const store = await openIdentityStore(location);
    const key = { principal: 'maria', repositories: ['r/ä'], assistant: 'codex', device: null, vendor: null };
    await store.insertKey({ ...key, ...times, id: 'k-1', digest: 'd-1', label: 'späße' });
    await store.insertToken({ ...times, id: 't-1', digest: 'd-2', scope: 'audit', label: null });
    await store.pseudonym('maria', 'p-1');
    await store.close();
  },
  async works(location) {
    const store = await openIdentityStore(location);
    expect(await store.keys()).toMatchObject([
      { id: 'k-1', label: 'späße', repositories: ['r/ä'], revokedAt: null },
    ]);
    expect(await store.tokens()).toMatchObject([{ id: 't-1', scope: 'audit' }]);
    expect(await store.principalOf('p-1')).toBe('maria');
    expect(await store.revokeKey('k-1', 5)).toBe(true);
    expect(await store.pseudonym('otto', 'p-2')).toBe('p-2');
    await store.close();
  },
};

const devices: StatePart = {
  area: 'devices',
  migrations: deviceMigrations,
  open: async (location) => (await openDeviceStore(location)).close(),
  async seed(location) {
    const store = await openDeviceStore(location);
    await store.insertCode(codeRecord('c-1'));
    const device = {
      id: 'v-1',
      digest: 'd-3',
      principal: 'maria',
      repositories: null,
      name: 'Büro',
      codeId: 'c-1',
    };
    await store.insertDevice({ ...device, ...times });
    await store.insertRevocation({ jti: 'j-1', revokedAt: 1, until: 9_000_000_000_000 });
    await store.insertSigningKey({ kid: 'k', sealed: 'sealed', verifiesUntil: null, createdAt: 1 });
    await store.close();
  },
  async works(location) {
    const store = await openDeviceStore(location);
    expect(await store.devices()).toMatchObject([
      { id: 'v-1', name: 'Büro', repositories: null, codeId: 'c-1' },
    ]);
    expect(await store.findCode('digest-c-1')).toMatchObject({
      id: 'c-1',
      repositories: ['github.com/acme/zahlungen'],
    });
    expect(await store.useCode('c-1', 2)).toBe(true);
    expect(await store.revocations(5)).toMatchObject([{ jti: 'j-1' }]);
    await store.insertCode(codeRecord('c-2'));
    await store.close();
  },
};

const consoleState: StatePart = {
  area: 'console',
  migrations: consoleMigrations,
  open: async (location) => (await openConsoleStore(location)).close(),
  async seed(location) {
    const store = await openConsoleStore(location);
    await store.insertLink({ digest: 'l-1', principal: 'maria', createdAt: 1, expiresAt: 100 });
    const session = { tokenDigest: 'd-4', principal: 'maria', generation: 2, rotatedAt: 3, endedAt: null };
    await store.insertSession({ ...session, id: 's-1', createdAt: 1, expiresAt: 100, seenAt: 2 });
    await store.close();
  },
  async works(location) {
    const store = await openConsoleStore(location);
    expect(await store.session('s-1')).toMatchObject({ principal: 'maria', generation: 2, endedAt: null });
    expect(await store.rotate('s-1', 3, 50)).toBe(true);
    expect(await store.redeemLink('l-1', 50)).toBe('maria');
    await store.close();
  },
};

/** The read model is made again from the ledger, whenever it doesn't fit. */
const audit: StatePart = {
  area: 'audit',
  migrations: auditMigrations,
  open: async (location) => (await openAuditStore(location)).close(),
  async seed(location) {
    const store = await openAuditStore(location);
    await store.reset('fairlead.local/a');
    await store.close();
  },
  async works(location) {
    const store = await openAuditStore(location);
    const { origin, next } = await store.state();
    // As it was, or emptied in order to be built again.
    expect([['fairlead.local/a', null].includes(origin), next]).toEqual([true, 0]);
    await store.reset('fairlead.local/b');
    expect(await store.rows({}, 10)).toEqual([]);
    await store.close();
  },
};

export const deployment: Deployment = {
  ...{ type: 'deployment', id: 'd-1', repository: 'github.com/acme/zahlungen', service: 'zahlungen' },
  ...{ environment: 'production', result: 'success', commit: 'c'.repeat(40) },
  ...{ startedAt: '2026-01-05T10:00:00Z', finishedAt: '2026-01-05T10:05:00Z' },
};

const delivered: Delivered = {
  ...{ id: 'g-1', digest: 'd'.repeat(64), at: 5, facts: [] },
  hints: [{ repository: 'github.com/acme/zahlungen', number: 7 }],
};

const publishedAtom = { team: 'payments', repository: 'github.com/acme/neu', from: 2_900, to: 2_903 };

const delivery: StatePart = {
  area: 'delivery',
  migrations: deliveryMigrations,
  open: async (location) => (await openDeliveryStore(location, nodeRandom)).close(),
  async seed(location) {
    const store = await openDeliveryStore(location, nodeRandom);
    await store.upsert([deployment]);
    await store.pseudonyms(['maria']);
    await store.takeAccounts([{ account: 'maria@example.com', person: 'maria' }]);
    await store.forget(['hans'], 5);
    await store.takeProduction([deployment.environment, 'live-eu']);
    await store.receive(delivered);
    await store.collect({ source: 'github github.com/acme/neu', state: '{}', whole: [], facts: [] });
    await store.rename('github.com/acme/alt', 'github.com/acme/neu', 5);
    await store.closedAtoms.close('program merged', [publishedAtom]);
    await withholdChange(store);
    await store.close();
  },
  async works(location) {
    const store = await openDeliveryStore(location, nodeRandom);
    expect(await store.deployments()).toEqual([deployment]);
    const known = (await store.pseudonyms(['maria'])).get('maria');
    expect(known).toMatch(/./);
    expect((await store.pseudonyms(['otto', 'maria'])).get('maria')).toBe(known);
    const hans = (await store.pseudonyms(['hans'])).get('hans');
    await store.forget(['hans'], 6);
    const gone = await store.pseudonyms(['hans']);
    expect([gone.get('hans'), gone.forgotten.has('hans')]).toEqual([hans, true]);
    expect(await store.upsert([{ ...deployment, id: 'd-2' }])).toMatchObject({ added: 1 });
    await store.takeProduction(['live-eu']);
    expect((await store.deployments()).map(({ production }) => production)).toEqual([false, false]);
    await store.receive(delivered);
    expect(await store.receive(delivered)).toBeNull();
    expect(await store.takeHints(5)).toMatchObject([{ number: 7 }]);
    await store.collect({ source: 'github github.com/acme/neu', state: '{"v":1}', whole: [], facts: [] });
    expect(await store.progress('github github.com/acme/neu')).toBe('{"v":1}');
    await store.rename('github.com/acme/alt', 'github.com/acme/neu', 5);
    expect(await store.aliases()).toEqual({ 'github.com/acme/alt': 'github.com/acme/neu' });
    await store.closedAtoms.close('program merged', [{ ...publishedAtom }]);
    expect(await store.closedAtoms.of('program merged')).toEqual([publishedAtom]);
    await expectWithheld(store);
    await store.close();
  },
};

/**
 * Features that keep tables in SQLite, by their folder; those of PostgreSQL alone have nothing to bring along. Whoever
 * opens the state has its schema steps in `migrations.ts`, or this finds none and throws.
 */
export async function schemaAreas(): Promise<readonly string[]> {
  const features = resolve(import.meta.dirname, '../../packages/server/src/features');
  const opening = globSync(join(features, '*/*.ts')).filter((file) =>
    readFileSync(file, 'utf8').includes('openState<'),
  );
  const folders = new Set([...opening, ...globSync(join(features, '*/migrations.ts'))].map(dirname));
  const areas: string[] = [];
  for (const folder of folders) {
    const exported = Object.values((await import(join(folder, 'migrations.ts'))) as Record<string, unknown>);
    const steps = exported.flatMap((value) =>
      Array.isArray(value) ? (value as (Migration | string)[]) : [],
    );
    const isSqlite = steps.some((step) => typeof step !== 'string' && step.sqlite.length > 0);
    if (isSqlite) areas.push(basename(folder));
  }
  return areas.sort();
}

/** Every feature that keeps state, by itself. */
export const stateParts: readonly StatePart[] = [
  audit,
  consoleState,
  content,
  delivery,
  devices,
  identity,
  savedViews,
  streams,
  tasks,
];
