import {
  type DeliveryPlace,
  describePlace,
  type NamedPlace,
  placeNamed,
} from '../features/delivery/places.ts';
import { refuseLeftFolder } from './places.ts';

/**
 * Where a command finds delivery facts, or keeps them.
 * @throws FairleadError `replica.other-store`, `store.moved` where a server keeps its facts in PostgreSQL instead
 */
export function deliveryPlace(named: NamedPlace): DeliveryPlace {
  const place = placeNamed(named);
  try {
    if ('dataDir' in place) refuseLeftFolder(place.dataDir);
    return place;
  } catch (error) {
    throw describePlace(error, place);
  }
}
