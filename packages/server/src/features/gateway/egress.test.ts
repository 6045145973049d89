import dns from 'node:dns';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { addressPolicy, createEgress, type Egress, type ProxyEnvironment } from './egress.ts';
import { type StubVendor, startStubVendor } from './testing/stub-vendor.ts';
import { defaultLimits } from './types.ts';

let vendor: StubVendor;
let port: string;
const open: Egress[] = [];
beforeAll(async () => {
  vendor = await startStubVendor();
  port = new URL(vendor.url).port;
});
afterAll(() => vendor.close());
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vendor.calls.length = 0;
  await Promise.all(open.splice(0).map((egress) => egress.close()));
});

function egressTo(allowPrivate: readonly string[], environment?: ProxyEnvironment): Egress {
  const egress = createEgress(allowPrivate, { ...defaultLimits, connectTimeoutMs: 2_000 }, environment);
  open.push(egress);
  return egress;
}

/** The status of a request through the egress, or the code of its error. */
async function outcome(egress: Egress, origin: string): Promise<number | string> {
  try {
    const answer = await egress.dispatcher.request({ origin, path: '/', method: 'GET' });
    await answer.body.dump();
    return answer.statusCode;
  } catch (error) {
    return (error as { code?: string }).code ?? (error as Error).message;
  }
}

/** Stands in for the resolver, as the machine's own would answer. */
function resolveTo(...addresses: string[]): void {
  const answers = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  vi.spyOn(dns, 'lookup').mockImplementation(((_host: string, _options: object, done: CallableFunction) => {
    done(null, answers);
  }) as never);
}

const privateAddresses = [
  ...['0.0.0.0', '10.0.0.1', '10.255.255.255', '100.64.0.1', '127.0.0.1', '127.9.9.9', '169.254.169.254'],
  ...[
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.1',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
  ],
  ...['::', '::1', 'fc00::1', 'fd12:3456::1', 'fe80::1', 'febf::1', 'fec0::1', 'ff02::1'],
];
const publicAddresses = ['1.1.1.1', '100.63.255.255', '172.32.0.1', '192.1.0.1', '2606:4700::1111'];

describe('an address that is not the public internet', () => {
  it.each(privateAddresses)('is refused unless the program allows it: %s', (address) => {
    expect(addressPolicy([])('vendor.example', address)).toBe(false);
    expect(addressPolicy([address])('vendor.example', address)).toBe(true);
    expect(addressPolicy(['vendor.example'])('vendor.example', address)).toBe(true);
    expect(addressPolicy(['other.example'])('vendor.example', address)).toBe(false);
  });

  it.each([
    ['mapped, with dots', '::ffff:10.0.0.1'],
    ['mapped, in hex', '::ffff:a00:1'],
    ['mapped, loopback in capitals', '::FFFF:7F00:1'],
    ['compatible', '::10.0.0.1'],
    ['NAT64', '64:ff9b::a00:1'],
    ['NAT64 of a network of its own', '64:ff9b:1::a00:1'],
    ['6to4', '2002:a00:1::1'],
    ['Teredo', '2001:0:a00:1::1'],
  ])('is refused inside an IPv6 address: %s', (_name, address) => {
    expect(addressPolicy([])('vendor.example', address)).toBe(false);
  });

  it('is allowed by its range, not beyond it', () => {
    const isAllowed = addressPolicy(['10.20.0.0/16', 'fd00:1::/32']);
    expect(isAllowed('vendor.example', '10.20.255.1')).toBe(true);
    expect(isAllowed('vendor.example', '::ffff:10.20.0.1')).toBe(true);
    expect(isAllowed('vendor.example', '::ffff:a14:1')).toBe(true);
    expect(isAllowed('vendor.example', 'fd00:1::5')).toBe(true);
    expect(isAllowed('vendor.example', '10.21.0.1')).toBe(false);
    expect(isAllowed('vendor.example', 'fd00:2::5')).toBe(false);
  });

  it('is allowed by host name whatever its case', () => {
    expect(addressPolicy(['Gateway.Internal'])('gateway.INTERNAL', '10.0.0.1')).toBe(true);
  });
});

describe('a public address', () => {
  it.each(publicAddresses)('needs no permission: %s', (address) => {
    expect(addressPolicy([])('vendor.example', address)).toBe(true);
  });
});

describe('a literal address in a base URL', () => {
  it.each([
    'http://127.0.0.1/v1',
    'http://127.1/',
    'http://0x7f000001/',
    'http://2130706433/',
    'http://0177.0.0.1/',
    'https://169.254.169.254/latest',
    'http://[::1]:8080/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[fd00::1]/',
  ])('is refused before anything is sent: %s', (url) => {
    expect(() => egressTo([]).check(new URL(url))).toThrow(
      expect.objectContaining({ code: 'gateway.vendor-address', status: 502 }),
    );
  });

  it('passes when it is public, allowed, or a name that is still to be resolved', () => {
    expect(() => egressTo([]).check(new URL('https://1.1.1.1/v1'))).not.toThrow();
    expect(() => egressTo(['127.0.0.0/8']).check(new URL('http://127.0.0.1/v1'))).not.toThrow();
    expect(() => egressTo(['::1']).check(new URL('http://[::1]/v1'))).not.toThrow();
    expect(() => egressTo([]).check(new URL('https://vendor.example/v1'))).not.toThrow();
  });
});

describe('a name that resolves to a private address', () => {
  it('is refused, and nothing reaches the address', async () => {
    resolveTo('127.0.0.1');
    expect(await outcome(egressTo([]), `http://vendor.example:${port}`)).toBe('gateway.vendor-address');
    expect(vendor.calls).toHaveLength(0);
  });

  it('is refused when only one of its addresses is private', async () => {
    resolveTo('1.1.1.1', '127.0.0.1');
    expect(await outcome(egressTo([]), `http://vendor.example:${port}`)).toBe('gateway.vendor-address');
    resolveTo('1.1.1.1', '::ffff:127.0.0.1');
    expect(await outcome(egressTo([]), `http://vendor.example:${port}`)).toBe('gateway.vendor-address');
    expect(vendor.calls).toHaveLength(0);
  });

  it.each([['vendor.example'], ['127.0.0.1'], ['127.0.0.0/8']])(
    'is called when %s is allowed',
    async (item) => {
      resolveTo('127.0.0.1');
      expect(await outcome(egressTo([item]), `http://vendor.example:${port}`)).toBe(200);
      expect(vendor.calls).toHaveLength(1);
    },
  );

  it('is refused by the machine’s own resolver too', async () => {
    expect(await outcome(egressTo([]), `http://localhost:${port}`)).toBe('gateway.vendor-address');
    expect(vendor.calls).toHaveLength(0);
  });

  it('that has no address, or none that can be found, is unreachable', async () => {
    resolveTo();
    expect(await outcome(egressTo([]), `http://vendor.example:${port}`)).not.toBe(200);
    vi.spyOn(dns, 'lookup').mockImplementation(((_h: string, _o: object, done: CallableFunction) => {
      done(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }));
    }) as never);
    expect(await outcome(egressTo([]), `http://vendor.example:${port}`)).toBe('ENOTFOUND');
  });
});

describe('an egress proxy', () => {
  const asked: string[] = [];
  const proxy = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.end();
  });
  proxy.on('connect', (request: IncomingMessage, socket) => {
    asked.push(`CONNECT ${request.url}`);
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  let url: string;
  beforeAll(async () => {
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => proxy.close(resolve)));
  afterEach(() => {
    asked.length = 0;
  });

  it.each(['HTTPS_PROXY', 'https_proxy'] as const)('of %s is asked for the vendor by name', async (name) => {
    expect(await outcome(egressTo([], { [name]: url }), 'https://vendor.example')).not.toBe(200);
    expect(asked).toEqual(['CONNECT vendor.example:443']);
  });

  it('changes nothing about literal addresses', () => {
    const egress = egressTo([], { HTTPS_PROXY: url });
    expect(() => egress.check(new URL('https://10.0.0.1/v1'))).toThrow(
      expect.objectContaining({ code: 'gateway.vendor-address' }),
    );
  });

  it('is passed by for the hosts of NO_PROXY, whose addresses are checked', async () => {
    resolveTo('127.0.0.1');
    const egress = egressTo([], { HTTPS_PROXY: url, NO_PROXY: 'vendor.example' });
    expect(await outcome(egress, 'https://vendor.example')).toBe('gateway.vendor-address');
    expect(asked).toEqual([]);
  });

  it('is not asked for an upstream in the clear, whose address is checked', async () => {
    resolveTo('127.0.0.1');
    expect(await outcome(egressTo([], { HTTPS_PROXY: url }), `http://hop.internal:${port}`)).toBe(
      'gateway.vendor-address',
    );
    expect(
      await outcome(egressTo(['hop.internal'], { HTTPS_PROXY: url }), `http://hop.internal:${port}`),
    ).toBe(200);
    expect(asked).toEqual([]);
  });

  it('comes from what was passed in, not from the environment of the process', async () => {
    for (const name of ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy']) vi.stubEnv(name, url);
    vi.stubEnv('NO_PROXY', '*');
    expect(await outcome(egressTo(['127.0.0.1']), vendor.url)).toBe(200);
    expect(asked).toEqual([]);
    await outcome(egressTo([], { HTTPS_PROXY: url }), 'https://vendor.example');
    expect(asked).toEqual(['CONNECT vendor.example:443']);
  });
});
