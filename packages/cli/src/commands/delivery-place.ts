import { FairleadError } from '@fairlead/core/errors';
import { type PlaceFlags, placeOf } from './ledger-place.ts';

/**
 * Where delivery facts are. Of the flags only one may be given; the variable stands for one that isn't.
 * @throws FairleadError `delivery.no-facts` when nothing is named, or both are
 */
export function factsPlaceOf(flags: PlaceFlags) {
  const { data, database } = flags;
  if (data !== undefined && database !== undefined)
    throw new FairleadError('delivery.no-facts', {
      message: '--data and --database name two places.',
      fix: 'Give one of them.',
    });
  if (data !== undefined || database !== undefined || process.env.FAIRLEAD_DATABASE) return placeOf(flags);
  throw new FairleadError('delivery.no-facts', {
    message: 'Nothing says where the delivery facts are.',
    fix: 'Give --data DIR, or --database URL (FAIRLEAD_DATABASE).',
  });
}
