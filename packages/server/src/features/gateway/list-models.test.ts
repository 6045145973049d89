import type { Program } from '@fairlead/core/program';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleBundle } from './testing/bundle.ts';
import { send } from './testing/client.ts';
import { always, startTestGateway, type TestGateway, withGateway } from './testing/start.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

const list = (key: string, headers: string[] = [], to = gateway) =>
  send(to.url, {
    method: 'GET',
    path: '/v1/models',
    headers: ['authorization', `Bearer ${key}`, ...headers],
  });
const anthropic = ['anthropic-version', '2023-06-01'];
const idsOf = (answer: { json: { data: { id: string }[] } }) => answer.json.data.map(({ id }) => id);

describe('the list of models', () => {
  it('holds what policy lets this key use, in OpenAI’s form', async () => {
    const answer = await list('key-allowed');
    expect(answer.status).toBe(200);
    expect(answer.json.object).toBe('list');
    expect(answer.json.data[0]).toEqual({ id: 'gpt-5.5', object: 'model', created: 0, owned_by: 'openai' });
    expect(idsOf(answer)).toEqual(['gpt-5.5', 'gpt-5.5-codex', 'gpt-5.4', 'acme-gpt-5.5-eu']);
    expect(answer.op).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is in Anthropic’s form for its clients', async () => {
    const { json } = await list('key-claude', anthropic);
    expect(json).toEqual({
      data: ['claude-opus-5-5', 'claude-sonnet-5', 'claude-haiku-4-5'].map((id) => ({
        type: 'model',
        id,
        display_name: id,
        created_at: '1970-01-01T00:00:00Z',
      })),
      has_more: false,
      first_id: 'claude-opus-5-5',
      last_id: 'claude-haiku-4-5',
    });
  });

  it('is empty for a key that may use none', async () => {
    expect((await list('key-unlisted')).json).toEqual({ object: 'list', data: [] });
    expect((await list('key-outside', anthropic)).json).toEqual({
      data: [],
      has_more: false,
      first_id: null,
      last_id: null,
    });
  });

  it('keeps to the key’s vendor', async () => {
    expect(idsOf(await list('key-openai'))).toEqual(['gpt-5.5', 'gpt-5.5-codex', 'gpt-5.4']);
    expect(idsOf(await list('key-openai', anthropic))).toEqual([]);
  });

  it('leaves out a model that the key would find ambiguous', async () => {
    const twice = (program: Program): Program => {
      const listed = program.models.find(({ id }) => id === 'gpt-5.5');
      return { ...program, models: [...program.models, { ...listed!, vendor: 'azure-openai' }] };
    };
    await withGateway({ bundle: always(await exampleBundle(twice)) }, async (own) => {
      expect(idsOf(await list('key-allowed', [], own))).not.toContain('gpt-5.5');
      expect(idsOf(await list('key-openai', [], own))).toContain('gpt-5.5');
    });
  });

  it('asks for a key, and neither asks the vendor nor writes entries', async () => {
    expect((await list('key-unknown')).status).toBe(401);
    expect((await send(gateway.url, { method: 'GET', path: '/v1/models' })).status).toBe(401);
    expect((await send(gateway.url, { method: 'POST', path: '/v1/models' })).status).toBe(404);
    expect(gateway.vendor.calls).toEqual([]);
    expect(gateway.ledger.drafts).toEqual([]);
  });
});
