import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { headersFor, routes } from '../support/calls.ts';
import { send } from '../support/client.ts';
import { cleanUp, fairlead, freshDir, startFairlead, verifyLedger } from '../support/fairlead.ts';
import { oldVersions, unpackOldData } from '../support/old-data.ts';

afterAll(cleanUp);

describe.each(oldVersions)('the data folder of %s', (version) => {
  it('starts, takes calls, and remains one log', async () => {
    const dataDir = join(freshDir('old'), 'data');
    unpackOldData(version, dataDir);
    const server = await startFairlead({ dataDir });
    const { allowed } = server.ready.keys;
    const answer = await send(server.ready.gateway, {
      path: routes.chat.path,
      headers: headersFor(routes.chat, allowed),
      body: JSON.stringify(routes.chat.body('Hello.')),
    });
    expect(answer.status).toBe(200);
    const entries = await server.entries();
    expect(entries.slice(0, 30).filter(({ kind }) => kind === 'decision')).toHaveLength(12);
    expect(entries.filter(({ kind }) => kind === 'recovery')).toHaveLength(1);
    expect((await server.stop()).code).toBe(0);
    expect(await verifyLedger(dataDir)).toMatchObject({ code: 0, report: { ok: true, problems: [] } });
    const keys = await fairlead(['key', 'list', '--data', dataDir]);
    expect([keys.code, keys.stderr]).toEqual([0, '']);
  }, 120_000);
});
