import { isAssignedSecret, isStoredSecret } from './assignment.ts';
import { decodeLatin1 } from './base64-text.ts';
import type { Candidate, Validator } from './candidate.ts';
import { hasTrailingChecksum } from './crc32.ts';
import { followsCurl, isBasicCredentials, isHeaderToken, isUserAndPassword } from './http-credentials.ts';
import { isSignedJwt } from './jwt.ts';
import { type Country, nationalIds } from './national-id.ts';
import { isPersonalValue } from './personal-field.ts';
import { isPhone } from './phone.ts';
import { isTokenPlaceholder, isValuePlaceholder } from './placeholder.ts';
import { entropy, looksRandom } from './randomness.ts';

export type { Candidate, Validator } from './candidate.ts';

const general = {
  /** A token whose prefix is distinctive: anything but a plain stand-in. */
  token: ({ body }) => !isTokenPlaceholder(body),
  /** A token whose prefix also begins ordinary words: the body must look random. */
  random: ({ body }) => !isTokenPlaceholder(body) && looksRandom(body),
  /** A base-62 CRC-32 at the end settles it; without one the body must look random. */
  'trailing-crc32': ({ body }) =>
    hasTrailingChecksum(body) || (!isTokenPlaceholder(body) && looksRandom(body)),
  /** Mixed letters and digits, so that words and identifiers in code don't count. */
  alphanumeric: ({ body }) => /[a-z]/i.test(body) && /\d/.test(body) && entropy(body) > 2.5,
  'aws-key-id': ({ body }) => !/example$/i.test(body) && !isTokenPlaceholder(body) && entropy(body) > 2.2,
  /** Base64 of a PEM block whose label is a private key's (the anchor is its first nine characters). */
  'base64-private-key': ({ value }) =>
    /^-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/.test(decodeLatin1(value.slice(0, 120))),
  /** Base64 that begins a JSON object after the prefix. */
  'base64-json': ({ body }) => /^\{\s*"[\w-]+"\s*:/.test(decodeLatin1(body)),
  jwt: ({ value }) => isSignedJwt(value),
  'basic-credentials': isBasicCredentials,
  'header-token': isHeaderToken,
  'after-curl': followsCurl,
  'user-and-password': isUserAndPassword,
  'assigned-secret': isAssignedSecret,
  'stored-secret': isStoredSecret,
  'not-placeholder': ({ value }) => !isValuePlaceholder(value),
  'personal-field': ({ value }) => isPersonalValue(value),
  phone: ({ value }) => isPhone(value),
} as const satisfies Record<string, Validator>;

export type ValidatorId = keyof typeof general | `national-id-${Country}`;

const table = new Map<string, Validator>(Object.entries(general));
for (const [country, check] of Object.entries(nationalIds)) {
  table.set(`national-id-${country}`, ({ value }: Candidate) => check(value));
}

/** The validator of that id, or undefined. */
export function findValidator(id: string): Validator | undefined {
  return table.get(id);
}
