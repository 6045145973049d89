import { FairleadError } from '@fairlead/core/errors';
import { describe, expect, it } from 'vitest';
import { createLog, scrub } from './index.ts';

// Assembled, so that scanners of this repository don't take them for real ones.
const secrets = [
  `flk_${'a1B2'.repeat(12)}x`,
  `flt_${'Zz09'.repeat(12)}x`,
  `fld_${'Zz09'.repeat(12)}x`,
  `flc_${'Zz09'.repeat(12)}x`,
  `fla_eyJhbGciOiJFZERTQSJ9.${'eyJzdWIiOiJh'}.${'c2lnbmF0dXJl'}`,
  `sk-ant-api03-${'aB3_'.repeat(10)}`,
  `ghp_${'aB3d'.repeat(9)}`,
  `github_pat_${'aB3d'.repeat(9)}`,
  `xoxb-${'1234567890'}-abcdef`,
  `AKIA${'ABCDEFGHIJKLMNOP'}`,
  `eyJhbGciOiJFZERTQSJ9.${'eyJzdWIiOiJh'}.${'c2lnbmF0dXJl'}`,
  `AIza${'aB3dEfGhIjKlMnOpQrStUvWxYz012345678'}`,
  'q7Rt9'.repeat(8),
];

function capture() {
  const lines: string[] = [];
  const log = createLog({ level: 'debug', destination: { write: (line) => void lines.push(line) } });
  return { lines, log, only: () => JSON.parse(lines.at(-1)!) as Record<string, unknown> };
}

describe('the log', () => {
  it('writes one structured line', () => {
    const { log, only } = capture();
    log.info({ op: '0199-x', status: 200 }, 'call finished');
    expect(only()).toMatchObject({ level: 'info', op: '0199-x', status: 200, msg: 'call finished' });
    expect(only().ts).toMatch(/^\d{4}-\d\d-\d\dT/);
  });

  it.each(secrets)('never holds a credential, wherever it was put (%#)', (secret) => {
    const { log, lines } = capture();
    log.info(`in the message ${secret}`);
    log.info({ deep: { list: [{ note: secret }] } }, 'in a field');
    log.warn({ url: `https://user:${secret}@host/path?q=${secret}` }, 'in a URL');
    log.error({ err: new Error(`failed with ${secret}`) }, 'in an error');
    log.error(new TypeError(`failed with ${secret}`));
    log.child({ caller: secret }).info('in a binding');
    expect(lines).toHaveLength(6);
    for (const line of lines) {
      expect(line).not.toContain(secret);
      JSON.parse(line);
    }
  });

  it('holds no content, whatever a caller passes', () => {
    const { log, lines } = capture();
    log.info({ body: 'write me a poem', messages: [{ content: 'poem' }], headers: { cookie: 'poem' } }, 'x');
    log.info({ inner: { prompt: 'poem', authorization: 'poem' } }, 'x');
    log.info({ chunk: Buffer.from('poem') }, 'x');
    log.error({ err: new SyntaxError('Unexpected token p in "poem"') }, 'x');
    log.error({ err: new FairleadError('server.internal', { cause: new Error('poem') }) }, 'x');
    for (const line of lines) expect(line).not.toContain('poem');
    expect(lines.at(-1)).toContain('server.internal');
  });

  it('keeps what an operator needs of an error', () => {
    const { log, only } = capture();
    log.error({ err: Object.assign(new Error('listen failed'), { code: 'EADDRINUSE' }) }, 'start');
    expect(only().err).toMatchObject({ type: 'Error', code: 'EADDRINUSE', message: 'listen failed' });
    log.error({ err: new FairleadError('store.locked', { place: { file: 'x' } }) }, 'start');
    expect(only().err).toMatchObject({ code: 'store.locked', place: { file: 'x' } });
  });

  it('honours its level', () => {
    const lines: string[] = [];
    const log = createLog({ level: 'warn', destination: { write: (line) => void lines.push(line) } });
    log.info('no');
    log.warn('yes');
    expect(lines).toHaveLength(1);
  });
});

describe('scrub', () => {
  it.each([
    'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    '0199aabb-ccdd-7eef-8899-aabbccddeeff',
    'github.com/acme/payments-api',
    'key key-0123456789abcdef revoked',
    '2026-01-01T00:00:00.000Z',
  ])('leaves %j readable', (text) => expect(scrub(text)).toBe(text));

  it.each([
    ['Authorization: Bearer abcdef123', 'abcdef123'],
    ['password=hunter2hunter2', 'hunter2hunter2'],
    ['postgres://fairlead:pw12345@db/x', 'pw12345'],
    ['{"api_key":"plainvalue"}', 'plainvalue'],
    ['-----BEGIN PRIVATE KEY-----\\nMIIB', 'MIIB'],
  ])('cuts the secret of %j', (text, secret) => expect(scrub(text)).not.toContain(secret));
});
