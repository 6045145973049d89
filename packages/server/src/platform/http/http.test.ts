import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { selfSignedCertificate } from '../../../../../test/setup/certificate.ts';
import { type TemporaryFolder, temporaryFolder } from '../../../../../test/setup/database.ts';
import {
  checkListener,
  guardConnections,
  isAllowedHost,
  isBrowserRequest,
  isLoopback,
  isOwnOrigin,
  parseAddresses,
} from './index.ts';

const lookup = (headers: Record<string, string>) => (name: string) => headers[name];
const withCode = (code: string) => expect.objectContaining({ code });

describe('isAllowedHost', () => {
  it.each([
    'localhost',
    'LOCALHOST:7420',
    '127.0.0.1:1',
    '[::1]',
    '[::1]:7420',
    'gate.example.com',
    'Gate.Example.com:443',
  ])('answers to %s', (host) => expect(isAllowedHost(host, ['gate.example.com'])).toBe(true));

  it.each([
    undefined,
    '',
    'evil.example',
    'localhost.evil.example',
    'gate.example.com.evil.example',
    'gate.example.com.',
    'gate.example.com@evil.example',
    'localhost, evil.example',
    'localhost:',
    'localhost:123456',
    '127.0.0.1.nip.io',
    '[::1',
    '::1',
    ' localhost',
    '169.254.169.254',
    '2130706433',
  ])('does not answer to %j', (host) => expect(isAllowedHost(host, ['gate.example.com'])).toBe(false));

  it('takes addresses in the list, IPv6 with or without brackets', () => {
    expect(isAllowedHost('10.1.2.3:8', ['10.1.2.3'])).toBe(true);
    expect(isAllowedHost('[fd00::7]:8', ['fd00::7'])).toBe(true);
    expect(isAllowedHost('[fd00::7]', ['[fd00::7]'])).toBe(true);
  });
});

describe('isBrowserRequest', () => {
  it.each([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: '' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-dest': 'image' },
    { 'sec-fetch-mode': 'navigate' },
    { 'sec-fetch-mode': 'no-cors' },
  ])('is true for %j', (headers) => expect(isBrowserRequest(lookup(headers as never))).toBe(true));

  it("is false for programs, Node's fetch among them", () => {
    expect(isBrowserRequest(lookup({}))).toBe(false);
    expect(isBrowserRequest(lookup({ 'sec-fetch-mode': 'cors', 'accept-language': '*' }))).toBe(false);
  });
});

describe('isOwnOrigin', () => {
  const own = ['http://127.0.0.1:7421'];
  it.each([
    [{ origin: 'http://127.0.0.1:7421' }, true],
    [{ 'sec-fetch-site': 'same-origin' }, true],
    [{ origin: 'http://127.0.0.1:7420' }, false],
    [{ origin: 'http://127.0.0.1:7421.evil.example' }, false],
    [{ origin: 'null', 'sec-fetch-site': 'same-origin' }, false],
    [{ 'sec-fetch-site': 'same-site' }, false],
    [{ 'sec-fetch-site': 'cross-site' }, false],
  ])('%j → %s', (headers, expected) => expect(isOwnOrigin(lookup(headers as never), own)).toBe(expected));
});

describe('addresses', () => {
  it('reads ranges of both families, IPv4 also inside IPv6', () => {
    const set = parseAddresses(['10.0.0.0/8', 'fd00::/8', '192.0.2.7']);
    for (const inside of ['10.255.0.1', '::ffff:10.0.0.1', 'fd12::1', '192.0.2.7'])
      expect(set.has(inside)).toBe(true);
    for (const outside of ['11.0.0.1', 'fe80::1%eth0', '192.0.2.8', 'name', ''])
      expect(set.has(outside)).toBe(false);
  });

  it.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', 'name', '', '::/129', '10.0.0.0/-1'])(
    'refuses %j',
    (item) => expect(() => parseAddresses([item])).toThrowError(withCode('server.address-invalid')),
  );

  it('knows what only this machine reaches', () => {
    for (const host of ['localhost', '127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'])
      expect(isLoopback(host)).toBe(true);
    for (const host of ['0.0.0.0', '::', '10.0.0.1', 'localhost.example', ''])
      expect(isLoopback(host)).toBe(false);
  });
});

describe('checkListener', () => {
  let folder: TemporaryFolder;
  beforeAll(() => {
    folder = temporaryFolder();
  });
  afterAll(() => folder.remove());

  it.each(['0.0.0.0', '::', '192.0.2.1', 'gate.example.com'])('refuses %s in the clear', (host) =>
    expect(() => checkListener({ host })).toThrowError(withCode('server.listener-insecure')),
  );

  it('lets loopback be, and takes other addresses behind a proxy', () => {
    expect(checkListener({ host: '127.0.0.1' }).tls).toBeNull();
    const security = checkListener({ host: '0.0.0.0', behindProxy: ['10.0.0.0/8'] });
    expect(security.acceptsPeer('10.1.1.1')).toBe(true);
    expect(security.acceptsPeer('::ffff:10.1.1.1')).toBe(true);
    expect(security.acceptsPeer('127.0.0.1')).toBe(true);
    expect(security.acceptsPeer('203.0.113.5')).toBe(false);
    expect(security.acceptsPeer(undefined)).toBe(false);
  });

  it('believes X-Forwarded-For only as far as trusted proxies wrote it', () => {
    const { clientAddress } = checkListener({ host: '0.0.0.0', behindProxy: ['10.0.0.0/8'] });
    expect(clientAddress('10.0.0.1', '203.0.113.5')).toBe('203.0.113.5');
    expect(clientAddress('10.0.0.1', '198.51.100.1, 203.0.113.5, 10.0.0.2')).toBe('203.0.113.5');
    expect(clientAddress('203.0.113.9', '198.51.100.1')).toBe('203.0.113.9');
    expect(clientAddress('10.0.0.1', 'unknown')).toBe('10.0.0.1');
    expect(clientAddress('10.0.0.1', undefined)).toBe('10.0.0.1');
    expect(checkListener({ host: '127.0.0.1' }).clientAddress('127.0.0.1', '203.0.113.5')).toBe('127.0.0.1');
  });

  it('reads certificate and key, and refuses half a pair or a broken one', () => {
    const [cert, key] = ['cert.pem', 'key.pem'].map((name) => join(folder.path, name)) as [string, string];
    const made = selfSignedCertificate();
    writeFileSync(cert, made.cert);
    writeFileSync(key, made.key);
    expect(checkListener({ host: '0.0.0.0', tlsCert: cert, tlsKey: key }).tls?.cert).toContain(
      'BEGIN CERTIFICATE',
    );
    expect(() => checkListener({ host: '0.0.0.0', tlsCert: cert })).toThrowError(
      withCode('server.tls-invalid'),
    );
    const broken = join(folder.path, 'broken.pem');
    writeFileSync(broken, '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n');
    expect(() => checkListener({ host: '0.0.0.0', tlsCert: cert, tlsKey: broken })).toThrowError(
      expect.objectContaining({
        code: 'server.tls-invalid',
        message: expect.not.stringContaining('c2VjcmV0'),
      }),
    );
    const [empty, other] = [join(folder.path, 'empty.pem'), join(folder.path, 'other.pem')];
    writeFileSync(empty, '');
    writeFileSync(other, selfSignedCertificate().key);
    for (const [tlsCert, tlsKey, file] of [
      [empty, empty, empty],
      [cert, empty, empty],
      [empty, key, empty],
      [key, key, key],
      [cert, cert, cert],
      [cert, other, cert],
    ] as const) {
      const refused = expect.objectContaining({ code: 'server.tls-invalid', place: { file } });
      expect(
        () => checkListener({ host: '127.0.0.1', tlsCert, tlsKey }),
        `${tlsCert} ${tlsKey}`,
      ).toThrowError(refused);
    }
    expect(() => checkListener({ host: '::', tlsCert: cert, tlsKey: join(folder.path, 'no') })).toThrow(
      /ENOENT/,
    );
  });

  it('closes connections of peers that may not connect', async () => {
    const server = createServer((socket) => socket.end('hello'));
    const none = { ...checkListener({ host: '127.0.0.1' }), acceptsPeer: () => false };
    guardConnections(server, none);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const socket = connect((server.address() as { port: number }).port, '127.0.0.1');
    const got: Buffer[] = [];
    socket.on('data', (chunk) => got.push(chunk)).on('error', () => undefined);
    await once(socket, 'close');
    expect(Buffer.concat(got).length).toBe(0);
    server.close();
  });
});
