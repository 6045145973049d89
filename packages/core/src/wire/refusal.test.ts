import { describe, expect, it } from 'vitest';
import { endpointOf, endpointRows, policyRefusalStatus, renderRefusal } from './index.ts';

const refusal = {
  status: 400,
  code: 'repository.allowlist',
  message: 'The repository "github.com/acme/skunkworks" is not on the list',
  whatToDo: 'Ask its owner to add it.',
  link: 'https://example.com/why',
  op: 'op_1',
};

const text =
  'Fairlead refused this call (repository.allowlist). The repository "github.com/acme/skunkworks" is not on the list. ' +
  'Ask its owner to add it. See https://example.com/why [op_1]';

describe('renderRefusal', () => {
  it('speaks the OpenAI dialect', () => {
    const { contentType, body } = renderRefusal('openai', refusal);
    expect(contentType).toBe('application/json');
    expect(JSON.parse(body)).toEqual({
      error: { message: text, type: 'invalid_request_error', code: 'repository.allowlist', param: null },
    });
  });

  it('speaks the Anthropic dialect', () => {
    expect(JSON.parse(renderRefusal('anthropic', { ...refusal, status: 451 }).body)).toEqual({
      type: 'error',
      error: { type: 'invalid_request_error', message: text },
      request_id: 'op_1',
    });
  });

  it.each([
    [401, 'authentication_error', 'authentication_error'],
    [404, 'not_found_error', 'not_found_error'],
    [413, 'invalid_request_error', 'request_too_large'],
    [429, 'rate_limit_error', 'rate_limit_error'],
    [503, 'api_error', 'api_error'],
  ])('names the kind of error %i as the vendors do', (status, openai, anthropic) => {
    expect(JSON.parse(renderRefusal('openai', { ...refusal, status }).body).error.type).toBe(openai);
    expect(JSON.parse(renderRefusal('anthropic', { ...refusal, status }).body).error.type).toBe(anthropic);
  });

  it('leaves out a link that is not there', () => {
    const { link: _, ...rest } = refusal;
    expect(renderRefusal('openai', rest).body).not.toContain('See ');
  });
});

describe('endpointOf', () => {
  it('knows each row by its exact path', () => {
    for (const row of endpointRows) expect(endpointOf(row.path)).toBe(row);
  });

  it.each([
    '/v1/Messages',
    '/v1/messages/',
    '/v1//messages',
    '/v1/messages?beta=true',
    '/v1/%6dessages',
    '/v1/files',
    '',
  ])('does not know %s', (path) => {
    expect(endpointOf(path)).toBeNull();
  });

  it('has a refusal status for each dialect', () => {
    expect(policyRefusalStatus).toEqual({ openai: 400, anthropic: 451 });
  });
});
