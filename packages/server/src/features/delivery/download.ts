/* Files to import that lie at a URL: copied here first, whole, through the rules of the way out. */
import { closeSync, createWriteStream, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FairleadError, isFairleadError } from '@fairlead/core/errors';
import { type Dispatcher, request } from 'undici';
import { isSystemFull } from '../../platform/files/room.ts';
import { isLoopback } from '../../platform/http/index.ts';
import { fairleadVersion } from '../../platform/process/version.ts';
import { createEgress, type Egress } from '../gateway/egress/api.ts';

/** How a URL is asked. */
export interface DownloadFlags {
  /** Name of the environment variable whose value is sent as a bearer token, to the host that the URL names alone. */
  readonly credential?: string | undefined;
  /** Hosts, addresses or ranges whose private addresses may be called. */
  readonly allowPrivate?: readonly string[] | undefined;
}

const mostBytes = 2 * 1024 ** 3;
const mostRedirects = 5;
const wholeTimeoutMs = 3_600_000;
const limits = { upstreamTimeoutMs: 60_000, maxHeaderBytes: 16_384, connectTimeoutMs: 10_000 };

export const isUrl = (source: string) => /^https?:\/\//i.test(source);

/** A URL as it may be shown: what stands behind the path may be a key to it. */
export function shownUrl(source: string): string {
  if (!URL.canParse(source)) return 'the URL';
  const { origin, pathname } = new URL(source);
  return origin + pathname;
}

/**
 * Copies what is at a URL into a file that only this account can read, for as long as it is used. Where files can be
 * opened by their descriptor it has no name any more once it is open: however this process ends, nothing is left of it.
 * @param most bytes that are taken
 * @throws FairleadError `delivery.unreadable`, `server.credential-missing`, and those of `use`
 */
export async function downloaded<Value>(
  source: string,
  flags: DownloadFlags,
  env: NodeJS.ProcessEnv,
  use: (file: string) => Promise<Value>,
  most = mostBytes,
): Promise<Value> {
  const what = asked(source, flags, env);
  const { writing, reading, file, drop } = openPassing();
  try {
    await copy(what, writing, most);
    return await use(file);
  } finally {
    closeSync(reading);
    drop();
  }
}

const descriptors = '/dev/fd';

/** A new file, open twice: to be written, and to be read from its beginning by the path that is told. */
function openPassing() {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-import-'));
  const drop = () => rmSync(folder, { recursive: true, force: true });
  try {
    const path = join(folder, 'source');
    const writing = openSync(path, 'wx', 0o600);
    const reading = openSync(path, 'r');
    if (!existsSync(descriptors)) return { writing, reading, file: path, drop };
    drop();
    return { writing, reading, file: `${descriptors}/${reading}`, drop };
  } catch (error) {
    drop();
    throw error;
  }
}

interface Asked {
  readonly url: URL;
  readonly token: string | null;
  readonly egress: Egress;
}

function asked(source: string, flags: DownloadFlags, env: NodeJS.ProcessEnv): Asked {
  const url = checked(source);
  const token = flags.credential === undefined ? null : env[flags.credential]?.trim();
  if (token === undefined || token === '')
    throw new FairleadError('server.credential-missing', { place: { path: flags.credential ?? '' } });
  const isHere = isLoopback(hostOf(url));
  if (token !== null && url.protocol !== 'https:' && !isHere)
    throw refused('A credential is sent over https only.', url);
  const { HTTPS_PROXY, https_proxy, NO_PROXY, no_proxy } = env;
  const proxy = { HTTPS_PROXY, https_proxy, NO_PROXY, no_proxy } as { [name: string]: string };
  // Named for this machine alone, it may be reached there.
  const allowed = [...(flags.allowPrivate ?? []), ...(isHere ? [hostOf(url)] : [])];
  return { url, token, egress: createEgress(allowed, limits, proxy) };
}

async function copy({ url, token, egress }: Asked, writing: number, most: number): Promise<void> {
  // Made first, so that it is closed whatever comes of the host.
  const into = createWriteStream('', { fd: writing });
  try {
    const body = await bodyOf(url, token, egress, most);
    await pipeline(body, atMost(most, url), into);
  } catch (error) {
    throw described(error, url);
  } finally {
    into.destroy();
    await egress.close();
  }
}

async function bodyOf(first: URL, token: string | null, egress: Egress, most: number) {
  const signal = AbortSignal.timeout(wholeTimeoutMs);
  let url = first;
  for (let redirects = 0; ; redirects++) {
    egress.check(url);
    const { statusCode, headers, body } = await request(url, {
      dispatcher: egress.dispatcher,
      headers: {
        accept: '*/*',
        'accept-encoding': 'identity',
        'user-agent': `fairlead/${fairleadVersion}`,
        // Whoever a host sends us to is not whom the credential is for.
        ...(token !== null && url.origin === first.origin && { authorization: `Bearer ${token}` }),
      },
      signal,
    });
    if (statusCode === 200) return fitting(headers, body, url, most);
    await body.dump();
    const { location } = headers;
    if (statusCode < 300 || statusCode >= 400 || typeof location !== 'string')
      throw refused(`The host answered ${statusCode}.`, url);
    if (redirects === mostRedirects) throw refused('The host sends from one address to the next.', url);
    url = redirected(location, url);
  }
}

type Answer = Pick<Dispatcher.ResponseData, 'headers' | 'body'>;

function fitting(headers: Answer['headers'], body: Answer['body'], url: URL, most: number): Answer['body'] {
  const encoding = headers['content-encoding'] ?? 'identity';
  const tooLong = Number(headers['content-length'] ?? 0) > most;
  if (encoding === 'identity' && !tooLong) return body;
  // Ended on purpose: nobody reads it any more.
  body.on('error', () => undefined).destroy();
  throw tooLong ? tooLarge(most, url) : refused('The host sends it compressed.', url);
}

function redirected(location: string, from: URL): URL {
  const text = URL.canParse(location, from.href) ? new URL(location, from).href : '';
  const to = checked(text);
  if (from.protocol === 'https:' && to.protocol !== 'https:')
    throw refused('The host sends on to an address without TLS.', from);
  return to;
}

function checked(text: string): URL {
  if (!isUrl(text) || !URL.canParse(text)) throw refused('This is no http or https address.', null);
  const url = new URL(text);
  if (url.username !== '' || url.password !== '')
    throw refused(
      'A credential in a URL is seen by others.',
      url,
      'Put it in a variable, and name that with --credential.',
    );
  return url;
}

function hostOf({ hostname }: URL): string {
  const plain = hostname.replace(/^\[|\]$/g, '');
  return isIP(plain) === 0 ? hostname : plain;
}

function atMost(most: number, url: URL): Transform {
  let taken = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      taken += chunk.length;
      if (taken > most) done(tooLarge(most, url));
      else done(null, chunk);
    },
  });
}

const tooLarge = (most: number, url: URL) =>
  refused(
    `There is more than ${Math.floor(most / 1024 ** 2)} MiB at this address.`,
    url,
    'Get it with another program, and import the file.',
  );

function refused(
  message: string,
  url: URL | null,
  fix = 'Check the address, or get the file and import that.',
) {
  const place = url === null ? undefined : { file: shownUrl(url.href) };
  return new FairleadError('delivery.unreadable', { message, place, fix });
}

/** What a connection failed with; of the way out's refusal what can be done about it here. */
function described(error: unknown, url: URL): unknown {
  const known = causesOf(error).find(isFairleadError);
  if (known?.code === 'gateway.vendor-address')
    return refused(
      'This address, or one that it leads to, is private.',
      url,
      'If it is to be called, list its host with --allow-private.',
    );
  if (known !== undefined) return known;
  const { code, name } = error as { code?: unknown; name?: unknown };
  if (isSystemFull(error))
    return new FairleadError('delivery.no-room', {
      message: 'The disk is full; nothing was taken.',
      place: { file: tmpdir() },
      fix: 'Make room there, or name another folder with TMPDIR.',
    });
  return refused(`The host can’t be read from (${String(code ?? name)}).`, url);
}

function causesOf(error: unknown): readonly unknown[] {
  const causes: unknown[] = [];
  for (let one = error; one instanceof Error && causes.length < 5; one = one.cause) {
    causes.push(one, ...(one instanceof AggregateError ? one.errors : []));
  }
  return causes;
}
