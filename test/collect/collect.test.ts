import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  fakeClock,
  openCollecting,
} from '../../packages/server/src/features/integrations/github/testing/collecting.ts';
import {
  collectThroughTrouble,
  expectSame,
} from '../../packages/server/src/features/integrations/github/testing/scenario.ts';
import { type TemporaryFolder, temporaryFolder } from '../setup/database.ts';
import { root } from '../support/fairlead.ts';

/* `npm run test:collect`: 10,000 pull requests, or FAIRLEAD_COLLECT_PULLS. */

const pulls = Number(process.env.FAIRLEAD_COLLECT_PULLS ?? 10_000);
let folder: TemporaryFolder;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const tell = (row: object) => process.stderr.write(`${JSON.stringify(row)}\n`);
const seconds = (since: number) => Number(((performance.now() - since) / 1000).toFixed(1));

describe(`${pulls} pull requests`, () => {
  it('through every fault and a rename, while they change, and killed at 20 points, come to a full import', async () => {
    const data = join(folder.path, 'data');
    const start = performance.now();
    const outcome = await collectThroughTrouble({
      ...{ folder: data, seed: 'full', pulls, faultShare: 0.1, moments: 2, renameAt: 40, kills: 20 },
    });
    const collected = seconds(start);
    const { requests, points, faults } = outcome.stats;
    const kills = outcome.killed.length;
    expect(Object.keys(faults)).toHaveLength(9);
    expect(kills).toBe(20);
    await expectSame(data, outcome);
    tell({
      what: 'equal to a full import',
      pulls,
      kills,
      faults,
      requests,
      points,
      collected,
      all: seconds(start),
    });
  });

  it('are taken at a rate that is told', async () => {
    const script = join(root, 'packages/server/src/features/integrations/github/testing/serve.ts');
    const world = { seed: 'rate', pulls, names: ['acme/web'], remember: true };
    const child = spawn(process.execPath, [script, JSON.stringify(world)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    try {
      const line = await new Promise<string>((resolve) =>
        child.stdout.once('data', (text) => resolve(String(text))),
      );
      const host = JSON.parse(line);
      // The first round makes the host remember its answers, so that the others measure who asks.
      for (const round of [0, 1, 2]) {
        const data = join(folder.path, `rate-${round}`);
        const one = await openCollecting(data, host, fakeClock(Date.now()), { recheck: 0 });
        const [start, before] = [performance.now(), process.cpuUsage()];
        const report = await one.collector.collect('acme/web', new AbortController().signal);
        const took = (performance.now() - start) / 1000;
        const { user, system } = process.cpuUsage(before);
        const cpu = (user + system) / 1e6;
        expect(report).toMatchObject({ failure: null, changes: pulls });
        tell({
          ...{ what: 'ingest', round, changes: pulls, facts: report.added, seconds: Number(took.toFixed(2)) },
          ...{ perSecond: Math.round(pulls / took), perCpuSecond: Math.round(pulls / cpu) },
          ...{ load: loadavg()[0], cores: cpus().length },
        });
        await one.close();
        rmSync(data, { recursive: true });
      }
    } finally {
      child.kill();
    }
  });
});
