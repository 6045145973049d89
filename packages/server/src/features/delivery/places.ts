/* Where commands find delivery facts: in a data folder, or in the database that servers share. */
import { existsSync } from 'node:fs';
import { FairleadError, isFairleadError } from '@fairlead/core/errors';
import { nodeRandom } from '../../platform/crypto/index.ts';
import {
  checkDatabaseUrl,
  describeDatabase,
  openPool,
  type StateLocation,
  schemaAbsent,
} from '../../platform/db/index.ts';
import { deliveryFile, deliveryLocation, openDelivery } from './create.ts';
import type { DeliveryStore } from './store.ts';
import type { Writes } from './store-room.ts';
import { openDeliveryStore } from './store-sql.ts';
import { describeTrouble } from './trouble.ts';

/** Where delivery facts are: a data folder, or a PostgreSQL database. */
export type DeliveryPlace = { readonly dataDir: string } | { readonly database: string };

/** A place as commands are told of it: its data folder, or itself. */
export type NamedPlace = string | DeliveryPlace;

export const placeNamed = (named: NamedPlace): DeliveryPlace =>
  typeof named === 'string' ? { dataDir: named } : named;

export const locationOf = (place: DeliveryPlace): StateLocation =>
  'dataDir' in place ? deliveryLocation(place.dataDir) : deliveryLocation('', place.database);

/** The same without the right to change anything; a place that has facts. */
export const readonlyLocationOf = (place: DeliveryPlace): StateLocation =>
  'dataDir' in place
    ? { kind: 'sqlite', file: deliveryFile(place.dataDir), options: { readonly: true } }
    : { kind: 'postgres', url: place.database, readonly: true };

/** Opens the facts of a place to be written, and makes their tables where there are none. @throws as `describePlace` */
export async function openFacts(place: DeliveryPlace, writes: Writes): Promise<DeliveryStore> {
  try {
    if ('dataDir' in place) return await openDelivery(place.dataDir, writes);
    checkDatabaseUrl(place.database);
    return await openDeliveryStore(locationOf(place), nodeRandom, writes);
  } catch (error) {
    throw describePlace(error, place);
  }
}

/**
 * Opens facts that are there already, a database without the right to change any of them unless `keeps`: figures keep
 * what they measured and published.
 * @throws FairleadError `delivery.no-facts`, `server.schema-older`, and as `describePlace`
 */
export async function openKnownFacts(
  place: DeliveryPlace,
  keeps: 'keeps' | 'reads' = 'reads',
): Promise<DeliveryStore> {
  if ('dataDir' in place) {
    if (!existsSync(deliveryFile(place.dataDir)))
      throw new FairleadError('delivery.no-facts', { place: { file: place.dataDir } });
    return openFacts(place, 'few');
  }
  try {
    checkDatabaseUrl(place.database);
    const store = await openDeliveryStore(readonlyLocationOf(place), nodeRandom);
    if (keeps === 'reads') return store;
    // Its schema is the one that is known here, so that opening it to write changes nothing of it.
    await store.close();
    return await openDeliveryStore(locationOf(place), nodeRandom);
  } catch (error) {
    if (isFairleadError(error) && error.code === schemaAbsent)
      throw new FairleadError('delivery.no-facts', {
        message: 'There are no delivery facts in this database.',
      });
    throw describePlace(error, place);
  }
}

/** Whether a database has a table of this name. @throws FairleadError as `describePlace` */
export async function hasTable(place: { readonly database: string }, name: string): Promise<boolean> {
  checkDatabaseUrl(place.database);
  const pool = openPool({
    connectionString: place.database,
    readsOnly: true,
    max: 1,
    query_timeout: 15_000,
  });
  try {
    const { rows } = await pool.query('select to_regclass($1) is not null as found', [name]);
    return rows[0].found === true;
  } catch (error) {
    throw describePlace(error, place);
  } finally {
    await pool.end();
  }
}

/** What went wrong with the facts of a place, in our words. A database's URL is never among them. */
export function describePlace(error: unknown, place: DeliveryPlace): unknown {
  if ('dataDir' in place) return describeTrouble(error, deliveryFile(place.dataDir));
  if ((error as { code?: unknown } | null)?.code !== diskFull) return describeDatabase(error);
  const fix = 'Make room on the disk of PostgreSQL and start again: nothing is taken twice.';
  return new FairleadError('delivery.no-room', { fix, cause: error });
}

/** What PostgreSQL calls it. */
const diskFull = '53100';
