import type { DeliveryFact } from '@fairlead/core/delivery';
import type { IntakeTables } from './store-intake.ts';

export interface FactRow {
  type: DeliveryFact['type'];
  id: string;
  change_id: string | null;
  repository: string | null;
  number: number | null;
  version: string | null;
  body: string;
}

export interface Tables extends IntakeTables {
  delivery_facts: FactRow;
  delivery_people: { login: string; pseudonym: string };
  /** Who was taken out: a keyed digest in the place of the account. `at` is milliseconds since the epoch. */
  delivery_forgotten: { digest: string; pseudonym: string; at: number };
  /** The key of those digests, hex. */
  delivery_salt: { name: string; salt: string };
  /**
   * Accounts that a program says are somebody's: `person` is under which they are known, null for a machine's. `was`: a
   * pseudonym that facts may still have in the place of that person's.
   */
  delivery_accounts: { account: string; person: string | null; was: string | null };
  delivery_progress: { source: string; state: string };
  /** Earlier names of repositories, each with the one that came next; `at` is milliseconds since the epoch. */
  delivery_aliases: { old_name: string; new_name: string; at: number };
}

/** How facts become rows and are written; a page of a collector and a rename use the same way as an import. */
export interface RowWriting {
  readonly rowOf: (fact: DeliveryFact) => FactRow;
  readonly write: (rows: readonly FactRow[]) => Promise<unknown>;
  readonly slices: <Item>(items: readonly Item[]) => readonly (readonly Item[])[];
}
