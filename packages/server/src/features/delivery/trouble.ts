import { FairleadError, isFairleadError } from '@fairlead/core/errors';
import { isDiskFull } from '../../platform/db/index.ts';

/** What kept facts from being written, in our words: nothing of what they say. Others as they are. */
export function describeTrouble(error: unknown, file: string): unknown {
  if (isFairleadError(error)) return error;
  const { code } = (error ?? {}) as { code?: unknown };
  if (typeof code !== 'string') return error;
  const place = { file };
  if (isDiskFull(error)) return new FairleadError('delivery.no-room', { place, cause: error });
  if (/^SQLITE_(?:BUSY|LOCKED)/.test(code))
    return new FairleadError('delivery.busy', { place, cause: error });
  if (!/^(?:SQLITE_|E(?:ACCES|PERM|ROFS|IO|NOTDIR|EXIST)$)/.test(code)) return error;
  return new FairleadError('delivery.unwritable', {
    message: `Delivery facts can’t be written (${code}).`,
    place,
    cause: error,
  });
}
