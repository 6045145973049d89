// What a list of the audit shows, as a file.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Headers, type RunningApp, runningApp } from '../setup/running-app.ts';

let app: RunningApp;
let audit: Headers;

beforeAll(async () => {
  app = await runningApp();
  audit = await app.token('audit');
});
afterAll(() => app.stop());

const exported = (query: string, headers = audit) => app.call('GET', `/api/audit/export?${query}`, headers);

describe('an export of the audit', () => {
  it('has what the list shows, newest first, as JSON lines', async () => {
    const { text, headers } = await exported('format=jsonl&kind=config');
    const rows = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const list = (await app.call('GET', '/api/audit/entries?kind=config', audit)).json.entries;
    expect(rows).toEqual(list);
    expect(rows.length).toBeGreaterThan(1);
    expect(headers['content-disposition']).toBe('attachment; filename="fairlead-audit.jsonl"');
    expect(headers['x-fairlead-rows']).toBe(String(rows.length));
    expect(headers['x-fairlead-next']).toBeUndefined();
  });

  it('has the same as CSV, where no cell begins a formula', async () => {
    const { text, headers } = await exported('format=csv&kind=config');
    expect(headers['content-type']).toMatch(/^text\/csv/);
    const [head, first, ...rest] = text.split('\r\n');
    expect(head).toMatch(/^index,ts,kind,decision,title,/);
    expect(first).toMatch(/^\d+,\d{4}-\d\d-\d\dT[^,]*,config,,[^,]+,/);
    expect(rest.at(-1)).toBe('');
    expect(text).not.toMatch(/(?:^|,|\n)"?[=+\-@]/);
  });

  it('is an entry before it is sent, with the filters and without the words searched for', async () => {
    await exported('format=csv&q=zanzibar%20ledger&decision=deny');
    const { entries } = (await app.call('GET', '/api/audit/entries?q=exported&limit=1', audit)).json;
    const { entry } = (await app.call('GET', `/api/audit/entries/${entries[0].id}`, audit)).json;
    expect(entry).toMatchObject({
      what: 'audit.exported',
      details: { format: 'csv', filters: ['decision=deny', 'q=2 words'], rows: 0 },
    });
    expect(JSON.stringify(entry)).not.toContain('zanzibar');
  });

  it.each([
    '',
    'format=xml',
    'format=csv&decision=maybe',
    'format=csv&from=yesterday',
    'format=csv&cursor=x',
  ])('is refused for %j', async (query) => {
    const { status, json } = await exported(query);
    expect([status, json.error.code]).toEqual([400, 'server.query-invalid']);
  });

  it('is refused for a filter that there isn’t, and hands nothing out', async () => {
    const { status, json } = await exported('format=csv&policy=data.secret');
    expect([status, json.error.code]).toEqual([400, 'server.query-invalid']);
    expect(json.error.message).toContain('policy');
  });
});
