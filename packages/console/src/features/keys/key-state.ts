import type { KeyView } from '../../api/types.ts';

export type KeyState = 'active' | 'expiring' | 'expired' | 'revoked';

const soonMs = 7 * 86_400_000;
/** A key of a day is about to expire from its first hour; that needs no saying. */
const shortLivedMs = 2 * soonMs;

/** What a key is worth at `now` (milliseconds). */
export function stateOf(key: Pick<KeyView, 'createdAt' | 'expiresAt' | 'revokedAt'>, now: number): KeyState {
  if (key.revokedAt !== null) return 'revoked';
  const expires = Date.parse(key.expiresAt);
  // An instant that can't be read counts as past: nothing is shown to be valid for lack of data.
  if (!(expires > now)) return 'expired';
  const lifetime = expires - Date.parse(key.createdAt);
  return expires - now < soonMs && lifetime > shortLivedMs ? 'expiring' : 'active';
}

export const isLive = (state: KeyState): boolean => state === 'active' || state === 'expiring';

/** A day field's value some days from `now`, and the end of that day as an instant. */
export function dayAfter(now: number, days: number): string {
  return new Date(now + days * 86_400_000).toISOString().slice(0, 10);
}

export function endOfDay(field: string): string | null {
  const at = new Date(`${field}T23:59:59`);
  return /^\d{4}-\d{2}-\d{2}$/.test(field) && !Number.isNaN(at.getTime()) ? at.toISOString() : null;
}
