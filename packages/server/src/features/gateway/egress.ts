import dns from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { FairleadError } from '@fairlead/core/errors';
import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import type { GatewayLimits } from './types.ts';

/** Addresses that are not the public internet: an upstream there must be listed in `network.allowPrivate`. */
const privateRanges: readonly [string, number, 'ipv4' | 'ipv6'][] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  // Addresses that carry an IPv4 address, which a gateway on the way could unwrap: compatible, NAT64, Teredo, 6to4.
  ['::', 96, 'ipv6'],
  ['64:ff9b::', 96, 'ipv6'],
  ['64:ff9b:1::', 48, 'ipv6'],
  ['2001::', 32, 'ipv6'],
  ['2002::', 16, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['fec0::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
];

function blockListOf(ranges: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix, family] of ranges) list.addSubnet(network, prefix, family);
  return list;
}

const privateAddresses = blockListOf(privateRanges);

/** Which private addresses a program allows: host names (any address of theirs) and addresses or CIDR ranges. */
export function addressPolicy(allowPrivate: readonly string[]): (host: string, address: string) => boolean {
  const hosts = new Set<string>();
  const allowed = new BlockList();
  for (const item of allowPrivate) {
    const [network = '', prefix] = item.split('/');
    const family = isIP(network);
    if (family === 0) hosts.add(item.toLowerCase());
    else
      allowed.addSubnet(network, prefix ? Number(prefix) : family === 4 ? 32 : 128, `ipv${family}` as 'ipv4');
  }
  return (host, address) => {
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
    const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4';
    return (
      !privateAddresses.check(plain, family) || hosts.has(host.toLowerCase()) || allowed.check(plain, family)
    );
  };
}

/** Resolves a host and refuses the connection when any answer is a private address that isn't allowed. */
function guardedLookup(isAllowed: (host: string, address: string) => boolean): LookupFunction {
  return (host, options, callback) => {
    dns.lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '', 0);
      if (!addresses.every(({ address }) => isAllowed(host, address))) {
        return callback(new FairleadError('gateway.vendor-address') as NodeJS.ErrnoException, '', 0);
      }
      if (options.all) return callback(null, addresses as never);
      const first = addresses[0];
      return first ? callback(null, first.address, first.family) : callback(new Error('no address'), '', 0);
    });
  };
}

/** The way out to vendors: pooled connections, no redirects, private addresses refused, an egress proxy if set. */
export interface Egress {
  readonly dispatcher: Dispatcher;
  /** @throws FairleadError gateway.vendor-address for a literal private address that isn't allowed. */
  check(url: URL): void;
  close(): Promise<void>;
}

/** The variables that name an egress proxy; the lower-case form is the second choice. */
export interface ProxyEnvironment {
  readonly HTTPS_PROXY?: string;
  readonly https_proxy?: string;
  readonly NO_PROXY?: string;
  readonly no_proxy?: string;
}

export function createEgress(
  allowPrivate: readonly string[],
  limits: Pick<GatewayLimits, 'upstreamTimeoutMs' | 'maxHeaderBytes' | 'connectTimeoutMs'>,
  environment: ProxyEnvironment = {},
): Egress {
  const isAllowed = addressPolicy(allowPrivate);
  const options = {
    headersTimeout: limits.upstreamTimeoutMs,
    bodyTimeout: limits.upstreamTimeoutMs,
    maxHeaderSize: limits.maxHeaderBytes,
    pipelining: 1,
    allowH2: false,
    connectTimeout: limits.connectTimeoutMs,
    connect: { lookup: guardedLookup(isAllowed) },
  };
  const proxied = environment.HTTPS_PROXY ?? environment.https_proxy;
  // Each is given, because undici would read the process's own environment instead; upstreams in the clear are inside.
  const proxy = {
    httpProxy: '',
    httpsProxy: proxied,
    noProxy: environment.NO_PROXY ?? environment.no_proxy ?? '',
  };
  // Behind a proxy the proxy resolves names, so only literal addresses can be checked here.
  const dispatcher = proxied ? new EnvHttpProxyAgent({ ...options, ...proxy }) : new Agent(options);
  const fine = new WeakSet<URL>();
  return {
    dispatcher,
    check(url) {
      // A vendor's URL is the same object call after call, and nothing changes it.
      if (fine.has(url)) return;
      const host = url.hostname.replace(/^\[|\]$/g, '');
      if (isIP(host) !== 0 && !isAllowed(host, host)) throw new FairleadError('gateway.vendor-address');
      fine.add(url);
    },
    close: () => dispatcher.destroy(),
  };
}
