import { FairleadError } from '@fairlead/core/errors';
import type { Caller, Identity } from '../identity/api.ts';
import { type HeaderMap, headerValue } from './headers.ts';

/** The caller's own vendor credential, to be forwarded untouched where the vendor is in `caller` mode. */
export interface CallerToken {
  readonly header: 'authorization' | 'x-api-key' | 'api-key';
  readonly value: string;
}

export interface IdentifiedCaller {
  readonly caller: Caller;
  readonly token: CallerToken | null;
}

const vendorCredentialHeaders = ['authorization', 'x-api-key', 'api-key'] as const;

function secretOf(header: string, value: string): string {
  return header === 'authorization' ? value.replace(/^bearer +/i, '').trim() : value.trim();
}

/**
 * Who calls. The key stands in `x-fairlead-key`, else where the client puts its vendor key.
 * @throws FairleadError identity.key-invalid (401), gateway.credentials-conflict (400) for two different ones.
 */
export function identifyCaller(
  headers: HeaderMap,
  identity: Pick<Identity, 'authenticate'>,
): IdentifiedCaller {
  const given: (CallerToken & { readonly secret: string })[] = [];
  for (const header of vendorCredentialHeaders) {
    const value = headerValue(headers, header);
    if (value !== undefined && value.trim() !== '')
      given.push({ header, value, secret: secretOf(header, value) });
  }
  const own = headerValue(headers, 'x-fairlead-key')?.trim();
  const others = given.filter((credential) => credential.secret !== own);
  if (others.some((credential) => credential.secret !== others[0]?.secret)) {
    throw new FairleadError('gateway.credentials-conflict');
  }
  const key = own ?? others[0]?.secret;
  const caller = key === undefined ? null : identity.authenticate(key);
  if (!caller) throw new FairleadError('identity.key-invalid');
  const token = own === undefined ? undefined : others[0];
  return { caller, token: token ? { header: token.header, value: token.value } : null };
}
