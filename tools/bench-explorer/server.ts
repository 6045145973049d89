// The explorer's own routes over a read model, on a server that doesn't listen.

import { fileURLToPath } from 'node:url';
import { indexProgram } from '@fairlead/core/decision';
import type { AuditIndex } from '../../packages/server/src/features/audit/api.ts';
import { auditRoutes } from '../../packages/server/src/features/audit/routes.ts';
import { overviewRoutes } from '../../packages/server/src/features/overview/routes.ts';
import { createPolicy } from '../../packages/server/src/features/policy/create.ts';
import { dayOf, loadProgram } from '../../packages/server/src/features/program/api.ts';
import { createControlServer } from '../../packages/server/src/platform/http/index.ts';
import { createLog } from '../../packages/server/src/platform/log/index.ts';

const programDir = fileURLToPath(new URL('../../program', import.meta.url));

/** The example program: the routes name policies and stages by it. */
async function exampleBundle() {
  const loaded = await loadProgram(programDir, { today: dayOf(Date.now()), shiftDates: true });
  const { engine } = createPolicy().activate(loaded);
  if (engine === null) throw new Error('the example program does not compile');
  return { digest: loaded.digest, index: indexProgram(loaded.program), engine, configEpoch: 0 };
}

export async function explorerOver(audit: AuditIndex, size: number, now: number) {
  const active = await exampleBundle();
  const bundle = () => active;
  const app = await createControlServer({
    access: { authenticate: () => ({ kind: 'token', by: 'bench' }) as never, mayUse: () => true },
    hosts: [],
    tls: null,
    behindTls: false,
    log: createLog({ level: 'silent' }),
    version: '0',
  });
  const clock = { now: () => now };
  const state = () => ({ size, signedSize: size, signedAt: null, healthy: true, witness: 'none' as const });
  const ledger = { state, append: async () => [], readLog: async () => null };
  const instance = { id: 'bench', incarnation: 'bench' };
  const identity = { principalOf: async () => null };
  auditRoutes(app, {
    clock,
    instance,
    origin: 'demo',
    index: audit,
    access: { note: () => undefined },
    ledger,
    identity,
    bundle,
  });
  overviewRoutes(app, { audit, ledger, bundle, clock, mayDo: () => true } as never);
  await app.ready();
  return {
    async ask(path: string) {
      const { statusCode, body } = await app.inject({
        method: 'GET',
        url: path,
        headers: { host: '127.0.0.1' },
      });
      return { status: statusCode, body };
    },
    close: () => app.close(),
  };
}
