import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInspector } from '@fairlead/core/inspection';
import { readStrictJson } from '@fairlead/core/json';
import { viewRequest } from '@fairlead/core/wire';
import { describe, expect, it } from 'vitest';
import { nodeHash } from '../../packages/server/src/platform/crypto/index.ts';
import { createConversation, readCorpus } from '../../tools/bench-gateway/conversation.ts';
import { poolWindows, type Window } from '../../tools/bench-gateway/figures.ts';
import { goalsOf, planRows } from '../../tools/bench-gateway/rows.ts';
import { root } from '../support/fairlead.ts';

const folder = join(root, 'tools/bench-gateway/peer');

describe('the peer of the benchmark', () => {
  const lock: { packages: Record<string, { resolved?: string; integrity?: string; version?: string }> } =
    JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'));
  const packages = Object.entries(lock.packages).filter(([path]) => path !== '');

  it('is pinned, from whichever registry one is told to use', () => {
    expect(lock.packages['node_modules/@portkey-ai/gateway']?.version).toBe('1.15.2');
    expect(packages.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
    expect(packages.filter(([, { integrity }]) => integrity?.startsWith('sha512-') !== true)).toEqual([]);
  });

  it('is no part of the workspace', () => {
    const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(workspaces.filter((path: string) => path.startsWith('tools'))).toEqual([]);
  });
});

describe('the conversations of the benchmark', () => {
  const corpus = readCorpus();
  const textsOf = (body: Buffer): string[] =>
    JSON.parse(body.toString()).messages.map(({ content }: { content: string }) => content);

  it.each([2_048, 204_800, 573_440])('have the wanted size: %i bytes', (bytes) => {
    const { body } = createConversation(corpus, bytes, true, 1);
    expect(Math.abs(body.length - bytes) / bytes).toBeLessThan(0.05);
    expect(readStrictJson(body).root.kind).toBe('object');
  });

  it('change in their last message only when they are warm, and in every message when they are cold', () => {
    const { body, nextTurn, startAnew } = createConversation(corpus, 40_000, false, 1);
    const first = textsOf(body);
    nextTurn();
    const second = textsOf(body);
    expect(second.filter((text, index) => text !== first[index])).toEqual([second.at(-1)]);
    startAnew();
    expect(textsOf(body).filter((text) => second.includes(text))).toEqual([]);
  });

  it('hold nothing that a detector finds, so that every call is allowed', () => {
    const inspector = createInspector({ hash: nodeHash, findingsKey: new Uint8Array(32) });
    const { body } = createConversation(corpus, 204_800, false, 1);
    const { units, skipped } = viewRequest('chat-completions', readStrictJson(body));
    expect(inspector.inspect(units, skipped, 's').dataClasses).toEqual([]);
  });
});

describe('the figures of the benchmark', () => {
  const window = (latencies: number[], cpuSeconds: number): Window => ({
    latencies: Float64Array.from(latencies),
    firstBytes: Float64Array.from(latencies),
    failures: 0,
    failure: null,
    bodyBytes: 10,
    milliseconds: 1_000,
    cpuSeconds,
    threads: [['MainThread', cpuSeconds]],
    rssMiB: 100,
  });

  it('are pooled over the windows', () => {
    const pooled = poolWindows([window([1, 2, 3], 0.003), window([4], 0.001)], 10);
    expect(pooled).toMatchObject({
      requests: 4,
      cpuUsPerRequest: 1_000,
      cpuUsPerChunk: 100,
      p50Ms: 3,
      rssMiB: 100,
    });
    expect(pooled.cpuUsByThread).toEqual({ MainThread: 1_000 });
  });

  it('have a row for each size, turn, way of answering and concurrency, and one for chunks', () => {
    const rows = planRows(['2KB', '200KB', '560KB', '3.5MB'], [1, 32]);
    expect(rows).toHaveLength(33);
    expect(new Set(rows.map(({ name }) => name)).size).toBe(33);
  });

  it('are held against the goals; without a peer nobody knows', () => {
    const rows = planRows(['200KB'], [1, 32]);
    const row = rows.find(({ name }) => name === '200KB warm whole c1');
    const compared = { chunkCpuRatio: null, addedP50Ms: 3.4, addedFirstByteP50Ms: 3.4, fdatasyncP50Ms: 1 };
    const met = (cpuRatio: number | null) => goalsOf(row!, { ...compared, cpuRatio }).map((goal) => goal.met);
    expect(met(0.2)).toEqual([true, true, true]);
    expect(met(0.3)).toEqual([true, false, true]);
    expect(met(null)).toEqual([null, null, true]);
  });
});
