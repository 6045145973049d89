/* What delivery writes as JSON is what its published schemas say, to the field, and what their examples show. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deliveryImportExample, simulateDelivery } from '@fairlead/core/delivery';
import { examplesOf, publishedSchemas } from '@fairlead/core/program';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { healthIn, importInto, kpisIn, measureBaseline, timelineIn } from './cli.ts';

let folder: string;
let data: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-outputs-'));
  data = join(folder, 'data');
  const { histories, deployments, incidents } = simulateDelivery({ weeks: 12, teams: 2 });
  const simulated = histories.flatMap(({ change, events, commits }) => [change, ...events, ...commits]);
  const lines = [...simulated, ...deployments, ...incidents, ...deliveryImportExample];
  const file = join(folder, 'facts.jsonl');
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  await importInto(data, 'jsonl', file, () => undefined);
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const published = (name: string) => publishedSchemas.find((one) => one.name === name)!;
const example = (name: string) => examplesOf(published(name), new Map())[0];

/** Exactly: a field that the schema doesn't know would be left out. */
function expectPublished(name: string, output: unknown): void {
  expect(published(name).schema.parse(output)).toEqual(JSON.parse(JSON.stringify(output)));
}

describe('the published schemas of delivery', () => {
  it('are those of the figures, with and without a value', async () => {
    const rows = await kpisIn(data, { from: '2026-01-05', to: '2026-03-30', by: 'repository' });
    expect(rows.some(({ value }) => value !== null)).toBe(true);
    expect(rows.some(({ value }) => value === null)).toBe(true);
    expectPublished('delivery-kpis', rows);
    const [first] = example('delivery-kpis') as readonly object[];
    expect(Object.keys(first!).sort()).toEqual(Object.keys(rows[0]!).sort());
  });

  it('are those of a timeline, whose example is that of the import', async () => {
    const timeline = await timelineIn(data, 'git.example.com/shop/web#7');
    expectPublished('delivery-timeline', timeline);
    expect(example('delivery-timeline')).toEqual(timeline);
  });

  it('are those of how complete facts are, with what incidents name and nobody knows', async () => {
    const health = await healthIn(data);
    expectPublished('delivery-health', health);
    expect(Object.keys(example('delivery-health') as object).sort()).toEqual(Object.keys(health).sort());
    expect(health.repositories.unlisted).toContain('git.example.com/shop/web');
    expect(health.unknownLinks).toEqual({ count: 0, links: [] });
    const file = join(folder, 'incident.jsonl');
    const incident = deliveryImportExample.find(({ type }) => type === 'incident')!;
    const links = [{ rel: 'caused_by', change: 'git.example.com/shop/web#8' }];
    writeFileSync(file, `${JSON.stringify({ ...incident, id: 'INC-4', links })}\n`);
    await importInto(data, 'jsonl', file, () => undefined);
    const { unknownLinks } = example('delivery-health') as typeof health;
    expect((await healthIn(data)).unknownLinks).toEqual(unknownLinks);
  });

  it('are those of a baseline', async () => {
    const baseline = await measureBaseline({ repository: 'git.example.com/team-0/repo-0', place: data });
    expectPublished('baseline', baseline);
    expect(Object.keys(example('baseline') as object).sort()).toEqual(Object.keys(baseline).sort());
  });
});
