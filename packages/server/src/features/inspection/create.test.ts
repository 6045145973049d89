import { randomBytes } from 'node:crypto';
import { FairleadError } from '@fairlead/core/errors';
import { afterAll, describe, expect, it } from 'vitest';
import { nodeHash } from '../../platform/crypto/index.ts';
import { createInspection, INLINE_BYTES } from './create.ts';

const findingsKey = randomBytes(32);
const inspection = createInspection({ hash: nodeHash, findingsKey, workers: 2 });
afterAll(() => inspection.close());

// Drawn at random: any body this long is taken for a token, its checksum right or not.
const token = `gh${'p'}_${randomBytes(40)
  .toString('base64')
  .replace(/[^A-Za-z0-9]/g, 'x')
  .slice(0, 36)}`;
const filler = 'const value = compute(input);\n'.repeat(4_000);
const body = (text: string): Buffer =>
  Buffer.from(JSON.stringify({ model: 'gpt-5.5', messages: [{ role: 'user', content: text }] }));
const inspect = (bytes: Uint8Array, service = inspection) =>
  service.inspectCall('chat-completions', bytes, [{ name: 'x-note', value: 'hello' }], 'session-1');

describe.each([
  ['a small body, inline', 'hello '],
  ['a large body, in a worker', filler],
])('%s', (_name, text) => {
  it('is read and inspected', async () => {
    const { view, report } = await inspect(body(`${text}${token}`));
    expect(view).toMatchObject({ endpoint: 'chat-completions', model: 'gpt-5.5', units: [] });
    expect(report).toMatchObject({ result: 'findings', dataClasses: ['secret'] });
    expect(report.coverage.ruleset).toBe(inspection.ruleset);
    expect(JSON.stringify({ view: { ...view, firstUserText: null }, report })).not.toContain(token);
  });

  it('is clean when nothing stands in it', async () => {
    expect((await inspect(body(text))).report.result).toBe('clean');
  });

  it('has its headers inspected', async () => {
    const headers = [{ name: 'x-note', value: token }];
    const { report } = await inspection.inspectCall('chat-completions', body(text), headers, 's');
    expect(report.findings).toMatchObject([{ detector: 'github-token', kind: 'header' }]);
  });

  it('without one reading is refused with the reader’s error', async () => {
    const double = Buffer.from(body(text).toString().replace('{', '{"model":"x",'));
    const refused = await inspect(double).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(FairleadError);
    expect(refused).toMatchObject({ code: 'json.duplicate-key', status: 400 });
  });

  it('is left as it was', async () => {
    const bytes = body(text);
    const before = Buffer.from(bytes);
    await inspect(bytes);
    expect(bytes.equals(before)).toBe(true);
  });
});

describe('card numbers', () => {
  it('are found when they are written as JSON numbers', async () => {
    const luhn = (digits: string): number =>
      [...digits]
        .reverse()
        .reduce(
          (sum, digit, i) =>
            sum + [...String(Number(digit) * (i % 2 === 0 ? 1 : 2))].reduce((a, b) => a + Number(b), 0),
          0,
        );
    const cards = Array.from({ length: 20 }, (_, i) => {
      const start = `4${String(123_456_789_012 + i * 7_919).padStart(14, '5')}`;
      return [...'0123456789'].map((check) => start + check).find((digits) => luhn(digits) % 10 === 0);
    });
    const args = `{"type":"tool_use","id":"t","name":"x","input":{"cards":[${cards.join(',')}]}}`;
    const bytes = Buffer.from(
      `{"model":"m","max_tokens":9,"messages":[{"role":"assistant","content":[${args}]}]}`,
    );
    const { report } = await inspection.inspectCall('messages', bytes, [], 's');
    expect(report.dataClasses).toEqual(['personal-data']);
  });
});

describe('digests of findings', () => {
  it('are the same inline and in a worker', async () => {
    const small = await inspect(body(token));
    const large = await inspect(body(`${filler}${token}`));
    expect(body(filler).length).toBeGreaterThan(INLINE_BYTES);
    expect(small.report.findings[0]?.digest).toBe(large.report.findings[0]?.digest);
  });
});

describe('a worker that misbehaves', () => {
  const script = (source: string): URL => new URL(`data:text/javascript,${encodeURIComponent(source)}`);
  const port = "import { parentPort } from 'node:worker_threads';";
  const large = body(filler);
  const view = JSON.stringify({ endpoint: 'messages', model: 'm', units: [], skipped: [] });

  function service(source: string, limits: { timeoutMs?: number; maxWaiting?: number } = {}) {
    return createInspection({
      hash: nodeHash,
      findingsKey,
      workers: 1,
      workerUrl: script(port + source),
      ...limits,
    });
  }

  it('and ends is replaced; its call is refused, the next one is not', async () => {
    const flaky = service(`
      parentPort.on('message', ({ id, task }) => {
        if (task.session === 'bad') process.exit(3);
        const report = { result: 'clean' };
        parentPort.postMessage({ type: 'inspected', id, view: ${view}, report, layout: null });
      });`);
    const bad = flaky.inspectCall('messages', large, [], 'bad');
    const good = flaky.inspectCall('messages', large, [], 'good');
    await expect(bad).rejects.toMatchObject({ code: 'inspection.failed' });
    await expect(good).resolves.toMatchObject({ report: { result: 'clean' } });
    await flaky.close();
  });

  it('and throws is replaced too, and its error stays inside', async () => {
    const throwing = service("parentPort.on('message', () => { throw new Error('secret content'); });");
    const refused = await throwing.inspectCall('messages', large, [], 's').catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'inspection.failed' });
    expect(String((refused as Error).message)).not.toContain('secret content');
    await throwing.close();
  });

  it('and hangs after reading makes the call uninspectable', async () => {
    const slow = service(
      `parentPort.on('message', ({ id }) => { parentPort.postMessage({ type: 'read', id, view: ${view} }); for (;;); });`,
      { timeoutMs: 3_000 },
    );
    const { report } = await slow.inspectCall('messages', large, [], 's');
    expect(report).toMatchObject({ result: 'uninspectable', coverage: { inspected: [] } });
    expect(report.coverage.skipped).toEqual([{ what: 'body', why: 'inspection took too long' }]);
    await slow.close();
  });

  it('and hangs before reading refuses the call', async () => {
    const stuck = service("parentPort.on('message', () => { for (;;); });", { timeoutMs: 400 });
    await expect(stuck.inspectCall('messages', large, [], 's')).rejects.toMatchObject({
      code: 'inspection.busy',
    });
    await stuck.close();
  });

  it('has a bounded queue, and closing refuses what waits', async () => {
    const idle = service("parentPort.on('message', () => {});", { maxWaiting: 1 });
    const first = idle.inspectCall('messages', large, [], 's');
    const second = idle.inspectCall('messages', large, [], 's');
    await expect(idle.inspectCall('messages', large, [], 's')).rejects.toMatchObject({
      code: 'inspection.busy',
    });
    const ends = Promise.allSettled([first, second]);
    await idle.close();
    for (const end of await ends) expect(end).toMatchObject({ reason: { code: 'inspection.failed' } });
    await expect(idle.inspectCall('messages', large, [], 's')).rejects.toMatchObject({
      code: 'inspection.failed',
    });
  });
});
