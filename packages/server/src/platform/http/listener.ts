import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Server as NetServer } from 'node:net';
import { createSecureContext } from 'node:tls';
import { FairleadError } from '@fairlead/core/errors';
import { type AddressSet, isLoopback, parseAddresses, plainAddress } from './addresses.ts';

/** How a listener is to be reached. Paths are of PEM files. */
export interface ListenerOptions {
  /** Address or name to listen on, such as `127.0.0.1` or `0.0.0.0`. */
  readonly host: string;
  readonly tlsCert?: string | null;
  readonly tlsKey?: string | null;
  /** Addresses and ranges of the TLS-terminating proxies in front, the only peers that may connect then. */
  readonly behindProxy?: readonly string[];
}

export interface TlsMaterial {
  readonly cert: string;
  readonly key: string;
}

/** A listener's settings after the rule was checked. */
export interface ListenerSecurity {
  readonly tls: TlsMaterial | null;
  /** A TLS-terminating proxy stands in front. */
  readonly behindTls: boolean;
  /** Whether a peer may connect at all. Behind a proxy only the proxy and this machine may. */
  acceptsPeer(remoteAddress: string | undefined): boolean;
  /** The caller's address: the peer's, or what trusted proxies say of it in `X-Forwarded-For`. */
  clientAddress(remoteAddress: string | undefined, forwardedFor: string | undefined | null): string;
}

/**
 * The rule for listeners: one that other machines can reach needs TLS of its own or a trusted proxy in front.
 * @throws FairleadError `server.listener-insecure`, `server.tls-invalid`, `server.address-invalid`.
 */
export function checkListener(options: ListenerOptions): ListenerSecurity {
  const tls = readTls(options);
  const proxies = parseAddresses(options.behindProxy ?? []);
  if (!isLoopback(options.host) && tls === null && proxies.size === 0) {
    throw new FairleadError('server.listener-insecure', {
      message: `Listening on ${options.host} would carry keys over the network in the clear.`,
    });
  }
  return {
    tls,
    behindTls: proxies.size > 0,
    acceptsPeer: (remote) => proxies.size === 0 || isLoopback(remote ?? '') || proxies.has(remote ?? ''),
    clientAddress: (remote, forwardedFor) => clientAddress(remote ?? '', forwardedFor ?? '', proxies),
  };
}

/** Closes connections of peers that the rule does not accept, before a byte of theirs is read. */
export function guardConnections(server: NetServer, security: ListenerSecurity): void {
  server.prependListener('connection', (socket) => {
    if (!security.acceptsPeer(socket.remoteAddress)) socket.destroy();
  });
}

/**
 * Reads `X-Forwarded-For` from the right, one entry for each trusted hop: what stands left of the first untrusted
 * address was written by whoever sent it.
 */
function clientAddress(remote: string, forwardedFor: string, proxies: AddressSet): string {
  let client = plainAddress(remote) ?? remote;
  if (!proxies.has(client)) return client;
  for (const hop of forwardedFor.split(',').reverse()) {
    const address = plainAddress(hop.trim());
    if (address === null) break;
    client = address;
    if (!proxies.has(address)) break;
  }
  return client;
}

function readTls({ tlsCert, tlsKey }: ListenerOptions): TlsMaterial | null {
  if (!tlsCert && !tlsKey) return null;
  if (!tlsCert || !tlsKey) {
    throw new FairleadError('server.tls-invalid', {
      message: '--tls-cert and --tls-key belong together: one of them is missing.',
    });
  }
  const cert = trying(tlsCert, 'certificate', () => readText(tlsCert));
  const key = trying(tlsKey, 'key', () => readText(tlsKey));
  // What is empty or missing in a file, a TLS context passes over; every connection would fail.
  const certificate = trying(tlsCert, 'certificate', () => new X509Certificate(cert));
  const privateKey = trying(tlsKey, 'key', () => createPrivateKey(key));
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new FairleadError('server.tls-invalid', {
      message: 'The TLS key is not the one of the certificate.',
      place: { file: tlsCert },
    });
  }
  trying(tlsCert, 'certificate', () => createSecureContext({ cert, key }));
  return { cert, key };
}

function readText(file: string): string {
  const text = readFileSync(file, 'utf8');
  if (text.trim() === '') throw Object.assign(new Error('The file is empty.'), { code: 'empty' });
  return text;
}

function trying<Value>(file: string, what: 'certificate' | 'key', use: () => Value): Value {
  try {
    return use();
  } catch (cause) {
    // OpenSSL's own message can quote the file.
    const code = (cause as { code?: string }).code ?? 'unreadable';
    throw new FairleadError('server.tls-invalid', {
      message: `The TLS ${what} can't be used (${code}).`,
      place: { file },
      cause,
    });
  }
}
