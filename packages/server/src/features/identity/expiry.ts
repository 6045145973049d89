import { FairleadError } from '@fairlead/core/errors';

const longestDays = 366;
const dayMs = 86_400_000;

/** Everything granted expires, and within a year. @throws FairleadError `identity.request-invalid` */
export function checkExpiry(expiresAt: number, now: number): void {
  if (!Number.isSafeInteger(expiresAt) || expiresAt <= now)
    throw invalid('The expiry lies in the past.', 'expires');
  if (expiresAt > now + longestDays * dayMs) {
    throw invalid(`The expiry lies more than ${longestDays} days ahead.`, 'expires');
  }
}

function invalid(message: string, path: string): FairleadError {
  return new FairleadError('identity.request-invalid', { message, place: { path } });
}
