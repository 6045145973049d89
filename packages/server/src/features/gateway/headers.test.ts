import { describe, expect, it } from 'vitest';
import { clientHeaders, collectHeaders, forwardedHeaders, headerValue } from './headers.ts';

describe('request headers', () => {
  it('are collected by lower-case name, every value in order', () => {
    const headers = collectHeaders(['Accept', 'a', 'ACCEPT', 'b', 'X-App', 'cli']);
    expect(headers.get('accept')).toEqual(['a', 'b']);
    expect(headerValue(headers, 'accept')).toBe('a');
    expect(headerValue(headers, 'missing')).toBeUndefined();
  });

  it.each([
    ...['authorization', 'x-api-key', 'api-key', 'x-fairlead-key', 'x-fairlead-repository'],
    ...['x-codex-turn-metadata', 'content-type', 'content-encoding', 'content-length', 'transfer-encoding'],
    ...['host', 'anthropic-version'],
  ])('that decide something stand once: %s', (name) => {
    expect(() => collectHeaders([name, 'a', name.toUpperCase(), 'a'])).toThrow(
      expect.objectContaining({ code: 'gateway.header-duplicated', status: 400 }),
    );
  });

  it('say which one stands twice, never its value', () => {
    expect(() => collectHeaders(['x-api-key', 'secret-1', 'x-api-key', 'secret-2'])).toThrow(
      /^The header x-api-key stands twice\.$/,
    );
  });
});

describe('headers to the vendor', () => {
  const everything = [
    ...['accept', 'user-agent', 'idempotency-key', 'x-client-request-id'],
    ...['openai-beta', 'originator', 'session-id', 'session_id', 'thread-id', 'conversation_id', 'version'],
    ...['x-codex-turn-metadata', 'x-stainless-lang', 'anthropic-version', 'anthropic-beta', 'x-app'],
    ...['x-claude-code-session-id', 'authorization', 'x-api-key', 'api-key', 'x-fairlead-key'],
    ...['x-fairlead-repository', 'cookie', 'x-forwarded-for', 'forwarded', 'openai-organization'],
    ...['openai-project', 'accept-encoding', 'content-encoding', 'content-type', 'content-length', 'host'],
    ...['connection', 'te', 'trailer', 'upgrade', 'proxy-authorization', 'x-unknown', 'via', 'constructor'],
  ];
  const headers = collectHeaders(everything.flatMap((name) => [name, 'v']));
  const names = (dialect: 'openai' | 'anthropic') =>
    forwardedHeaders(headers, dialect).map(({ name }) => name);

  it('are those of the list and no other', () => {
    expect(names('openai')).toEqual([
      ...['accept', 'user-agent', 'idempotency-key', 'x-client-request-id', 'openai-beta', 'originator'],
      ...['session-id', 'session_id', 'thread-id', 'conversation_id', 'version', 'x-codex-turn-metadata'],
      'x-stainless-lang',
    ]);
    expect(names('anthropic')).toEqual([
      ...['accept', 'user-agent', 'idempotency-key', 'x-client-request-id', 'x-stainless-lang'],
      ...['anthropic-version', 'anthropic-beta', 'x-app', 'x-claude-code-session-id'],
    ]);
  });

  it('keep every value of a name that repeats', () => {
    const repeated = collectHeaders(['anthropic-beta', 'a', 'anthropic-beta', 'b']);
    expect(forwardedHeaders(repeated, 'anthropic')).toEqual([
      { name: 'anthropic-beta', value: 'a' },
      { name: 'anthropic-beta', value: 'b' },
    ]);
  });
});

describe('headers to the client', () => {
  it('are the vendor’s, but for what acts on the client or on this hop', () => {
    const kept = clientHeaders({
      'content-type': 'application/json',
      'X-Request-Id': 'r',
      'retry-after': '3',
      warning: ['a', 'b'],
      'set-cookie': ['a=b'],
      location: 'https://elsewhere.example',
      connection: 'keep-alive, X-Hop',
      'x-hop': 'mine',
      'keep-alive': 'timeout=5',
      'transfer-encoding': 'chunked',
      'alt-svc': 'h3=":443"',
      'strict-transport-security': 'max-age=1',
      'proxy-authenticate': 'Basic',
      'x-fairlead-op': 'forged',
      'X-Fairlead-Notice': 'forged',
      missing: undefined,
    });
    expect(kept).toEqual([
      ...['content-type', 'application/json'],
      ...['x-request-id', 'r'],
      ...['retry-after', '3'],
      ...['warning', ['a', 'b']],
    ]);
  });
});
