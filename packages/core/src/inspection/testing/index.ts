import { createHash, createHmac } from 'node:crypto';
import type { Hash } from '../../ports/index.ts';
import type { MemberPart, TextUnit, UnitKind } from '../../wire/types.ts';

/** Node's digests, for tests of core. */
export const testHash: Hash = {
  sha256: (...parts) => {
    const whole = createHash('sha256');
    for (const part of parts) whole.update(part);
    return whole.digest();
  },
  hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
};

/** A unit of one message, or of what else is said. */
export function unit(
  text: string,
  kind: UnitKind = 'message',
  path = '/messages/0/content',
  part?: MemberPart,
): TextUnit {
  return { text, path, role: null, kind, span: null, ...(part === undefined ? {} : { part }) };
}
