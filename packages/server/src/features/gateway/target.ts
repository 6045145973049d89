import { FairleadError } from '@fairlead/core/errors';
import type { ProgramVendor } from '@fairlead/core/program';
import type { Dialect } from '@fairlead/core/wire';
import type { CallerToken } from './caller.ts';
import { forwardedHeaders, type HeaderMap } from './headers.ts';
import type { VendorAccess } from './types.ts';

/** Where a call goes and with which headers, the vendor's credential among them. */
export interface Target {
  readonly url: URL;
  /** Names and values in turn, a name as often as it was sent. */
  readonly headers: readonly string[];
}

/** Query parameters that are forwarded; their values are short tokens, so that no content hides there. */
const queryParameters: Record<Dialect, ReadonlySet<string>> = {
  openai: new Set(['api-version']),
  anthropic: new Set(['beta']),
};

/** @throws FairleadError gateway.query-unknown */
export function forwardedQuery(dialect: Dialect, query: string): string {
  if (query === '') return '';
  for (const [name, value] of new URLSearchParams(query)) {
    if (!queryParameters[dialect].has(name) || !/^[A-Za-z0-9._-]{0,40}$/.test(value)) {
      throw new FairleadError('gateway.query-unknown');
    }
  }
  return `?${query}`;
}

/** Upstream URLs without a query: as many as there are vendors and endpoints. */
const urls = new Map<string, URL>();

/** The upstream URL of an endpoint's path; a base URL may carry the `/v1` itself. */
export function upstreamUrl(base: string, path: string, query: string): URL {
  if (query !== '') return newUpstreamUrl(base, path, query);
  const key = `${base}\n${path}`;
  const known = urls.get(key);
  if (known !== undefined) return known;
  const url = newUpstreamUrl(base, path, '');
  urls.set(key, url);
  return url;
}

function newUpstreamUrl(base: string, path: string, query: string): URL {
  const trimmed = base.replace(/\/+$/, '');
  const rest = trimmed.endsWith('/v1') ? path.replace(/^\/v1/, '') : path;
  return new URL(`${trimmed}${rest}${query}`);
}

/**
 * Builds upstream headers from the allowlist and sets the vendor's credential.
 * @throws FairleadError gateway.credentials-conflict, gateway.caller-token-missing, gateway.vendor-credential-missing
 */
export function targetOf(
  vendor: ProgramVendor,
  access: VendorAccess,
  headers: HeaderMap,
  token: CallerToken | null,
  place: { readonly path: string; readonly query: string },
): Target {
  const url = upstreamUrl(access.baseUrls.get(vendor.id) ?? vendor.baseUrl, place.path, place.query);
  const [header, secret] = credentialHeader(vendor, access, token);
  const upstream = ['content-type', 'application/json', 'accept-encoding', 'identity', header, secret];
  // None of the three above is ever among them.
  for (const { name, value } of forwardedHeaders(headers, vendor.dialect)) upstream.push(name, value);
  return { url, headers: upstream };
}

function credentialHeader(
  vendor: ProgramVendor,
  access: VendorAccess,
  token: CallerToken | null,
): [string, string] {
  if (vendor.credential.mode === 'caller') {
    if (!token) throw new FairleadError('gateway.caller-token-missing');
    return [token.header, token.value];
  }
  if (token) throw new FairleadError('gateway.credentials-conflict');
  const secret = access.credentials.get(vendor.credential.name);
  if (secret === undefined) throw new FairleadError('gateway.vendor-credential-missing');
  return vendor.auth === 'bearer' ? ['authorization', `Bearer ${secret}`] : [vendor.auth, secret];
}
