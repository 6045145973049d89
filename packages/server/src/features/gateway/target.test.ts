import type { ProgramVendor } from '@fairlead/core/program';
import { describe, expect, it } from 'vitest';
import { collectHeaders } from './headers.ts';
import { forwardedQuery, targetOf, upstreamUrl } from './target.ts';

const vendor = {
  id: 'openai',
  name: 'OpenAI',
  dialect: 'openai',
  baseUrl: 'https://api.openai.example',
  auth: 'bearer',
  credential: { mode: 'vendor-key', name: 'OPENAI_API_KEY' },
} as ProgramVendor;
const seats = {
  ...vendor,
  id: 'seats',
  dialect: 'anthropic',
  credential: { mode: 'caller' },
} as ProgramVendor;
const access = { baseUrls: new Map(), credentials: new Map([['OPENAI_API_KEY', 'sk-vendor']]) };
const place = { path: '/v1/chat/completions', query: '' };
const sent = collectHeaders([
  ...['authorization', 'Bearer flk-client', 'user-agent', 'codex/1.2.3', 'accept', 'a', 'accept', 'b'],
  ...['accept-encoding', 'gzip', 'content-type', 'Application/JSON; charset=utf-8', 'cookie', 'c=1'],
]);

describe('the upstream address', () => {
  it.each([
    ['https://api.example', 'https://api.example/v1/messages?beta=true'],
    ['https://api.example/', 'https://api.example/v1/messages?beta=true'],
    ['https://api.example/v1', 'https://api.example/v1/messages?beta=true'],
    ['https://api.example/openai/v1/', 'https://api.example/openai/v1/messages?beta=true'],
    ['https://hop.example/team-a', 'https://hop.example/team-a/v1/messages?beta=true'],
  ])('of base %s', (base, url) => {
    expect(upstreamUrl(base, '/v1/messages', '?beta=true').href).toBe(url);
  });

  it('is the operator’s instead of the program’s where one is given', () => {
    const overridden = { ...access, baseUrls: new Map([['openai', 'http://127.0.0.1:9']]) };
    expect(targetOf(vendor, overridden, sent, null, place).url.href).toBe(
      'http://127.0.0.1:9/v1/chat/completions',
    );
    expect(targetOf(vendor, access, sent, null, place).url.host).toBe('api.openai.example');
  });
});

describe('the query', () => {
  it.each([
    ['anthropic', '', ''],
    ['anthropic', 'beta=true', '?beta=true'],
    ['openai', 'api-version=2026-01-01.preview', '?api-version=2026-01-01.preview'],
  ] as const)('of %s is forwarded when it is known: %j', (dialect, query, forwarded) => {
    expect(forwardedQuery(dialect, query)).toBe(forwarded);
  });

  it.each([
    ['openai', 'beta=true'],
    ['anthropic', 'api-version=1'],
    ['anthropic', 'beta=true&base_url=http://evil.example'],
    ['anthropic', 'beta=some%20prompt%20text'],
    ['anthropic', `beta=${'a'.repeat(41)}`],
    ['anthropic', 'beta=true#fragment'],
    ['openai', 'key=sk-secret'],
  ] as const)('of %s is refused otherwise: %s', (dialect, query) => {
    expect(() => forwardedQuery(dialect, query)).toThrow(
      expect.objectContaining({ code: 'gateway.query-unknown', status: 400 }),
    );
  });
});

/** The values that a name has, in order. */
function valuesOf({ headers }: { readonly headers: readonly string[] }, name: string): string[] {
  return headers.filter((_, i) => i % 2 === 1 && headers[i - 1] === name);
}

describe('headers', () => {
  it('are those of the list with the vendor’s credential; the client’s goes nowhere', () => {
    expect(targetOf(vendor, access, sent, null, place).headers).toEqual([
      ...['content-type', 'application/json', 'accept-encoding', 'identity'],
      ...['authorization', 'Bearer sk-vendor'],
      ...['user-agent', 'codex/1.2.3', 'accept', 'a', 'accept', 'b'],
    ]);
  });

  it.each(['x-api-key', 'api-key'] as const)(
    'carry the credential in %s where the vendor wants it there',
    (auth) => {
      const target = targetOf({ ...vendor, auth }, access, sent, null, place);
      expect(valuesOf(target, auth)).toEqual(['sk-vendor']);
      expect(valuesOf(target, 'authorization')).toEqual([]);
    },
  );

  it('carry the caller’s own token, untouched, where the vendor is in caller mode', () => {
    const token = { header: 'authorization', value: 'bearer  sk-seat' } as const;
    const target = targetOf(seats, access, sent, token, place);
    expect(valuesOf(target, 'authorization')).toEqual(['bearer  sk-seat']);
  });

  it('survive names that every object has', () => {
    const odd = collectHeaders(['x-stainless-a', '1', 'x-codex-__proto__', '2']);
    expect(valuesOf(targetOf(vendor, access, odd, null, place), 'x-codex-__proto__')).toEqual(['2']);
  });

  it.each([
    [
      'a token for a vendor with its own key',
      vendor,
      { header: 'x-api-key', value: 'x' },
      'gateway.credentials-conflict',
    ],
    ['no token in caller mode', seats, null, 'gateway.caller-token-missing'],
  ] as const)('are refused for %s', (_name, to, token, code) => {
    expect(() => targetOf(to, access, sent, token, place)).toThrow(expect.objectContaining({ code }));
  });

  it('are refused without a confirmed credential, which is not the caller’s fault', () => {
    expect(() => targetOf(vendor, { ...access, credentials: new Map() }, sent, null, place)).toThrow(
      expect.objectContaining({ code: 'gateway.vendor-credential-missing', status: 502 }),
    );
  });
});
