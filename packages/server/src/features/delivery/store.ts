import type { ChangeHistory, DeliveryFact, Deployment, Incident } from '@fairlead/core/delivery';

/** How many facts were new, known in another version, and known as they are. */
export interface UpsertCounts {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
}

/** Where delivery facts are kept. People in what is given and answered are pseudonyms. */
export interface DeliveryStore {
  /** Takes all facts or none. An older version of a change than the one that is known is not taken. */
  upsert(facts: readonly DeliveryFact[]): Promise<UpsertCounts>;
  /** The pseudonyms of logins, given where there was none. */
  pseudonyms(logins: readonly string[]): Promise<ReadonlyMap<string, string>>;
  change(repository: string, number: number): Promise<ChangeHistory | null>;
  /** Every change with its events and commits, by id; in bites that fit into memory. */
  histories(): AsyncIterable<ChangeHistory>;
  deployments(): Promise<readonly Deployment[]>;
  incidents(): Promise<readonly Incident[]>;
  close(): Promise<void>;
}
