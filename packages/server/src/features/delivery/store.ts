import type {
  ChangeHistory,
  DeliveryFact,
  Deployment,
  Incident,
  KpiSource,
  LateFacts,
} from '@fairlead/core/delivery';
import type { ClosedAtoms } from './snapshot/closed-atoms.ts';
import type { MeasureSet } from './snapshot/measure.ts';
import type { OpenTree } from './snapshot/restating.ts';
import type { DeliverySnapshot } from './snapshot/snapshot.ts';
import type { Arrival } from './supersedes.ts';

/** How many facts were new, known in another version, and known as they are. */
export interface UpsertCounts {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
}

/** A change that its host says has changed; a poll reads it again. `at` is milliseconds since the epoch. */
export interface Hint {
  readonly repository: string;
  readonly number: number;
  readonly at: number;
}

/** What one delivery of a webhook says. */
export interface Delivered {
  /** As the host numbers its deliveries; the header isn't signed. */
  readonly id: string;
  /** SHA-256 of the body, hex: the same bytes under another id are the same delivery. */
  readonly digest: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly facts: readonly DeliveryFact[];
  readonly hints: readonly Omit<Hint, 'at'>[];
}

/** What a collector read of its host in one go, to be taken as a whole together with where it goes on from. */
export interface CollectedPage {
  /** Who collects, of what: `github github.com/acme/web`. */
  readonly source: string;
  /** What it goes on from; only the collector understands it. */
  readonly state: string;
  /**
   * Changes with all that their host knows of them: events and commits that it doesn't name any more are forgotten.
   */
  readonly whole: readonly ChangeHistory[];
  /** Deployments and incidents. */
  readonly facts: readonly DeliveryFact[];
}

export interface CollectCounts extends UpsertCounts {
  readonly forgotten: number;
}

/** A change among some facts whose number is another one's. */
export interface Clash {
  /** Its place among the facts. */
  readonly index: number;
  readonly id: string;
  /** The id that its repository and number are known by. */
  readonly known: string;
}

/** Pseudonyms by login, lower case. */
export interface Pseudonyms extends ReadonlyMap<string, string> {
  /** Who was taken out: their names go from texts, too. */
  readonly forgotten: ReadonlySet<string>;
  /** Accounts of machines; they have no pseudonym. */
  readonly machines: ReadonlySet<string>;
}

export interface Forgotten {
  /** Accounts of which facts were known. */
  readonly known: number;
  /** Accounts that had been forgotten before. */
  readonly before: number;
  /** Changes whose branch was named after the person. */
  readonly renamed: number;
}

export interface HeldFacts {
  readonly accounts: readonly {
    readonly account: string;
    /** Null: nothing is known of it. */
    readonly pseudonym: string | null;
    readonly forgotten: boolean;
  }[];
  /** As they are kept, with the account in its place, and of everybody else nothing. */
  readonly facts: readonly DeliveryFact[];
  /** There are more. */
  readonly isCut: boolean;
}

/** An account at a host, or an address in commits, lower case. */
export interface Account {
  readonly account: string;
  /** Under which name that person's facts are kept: the member of the program. Null: it's a machine's. */
  readonly person: string | null;
}

/** Where delivery facts are kept. People in what is given and answered are pseudonyms. */
export interface DeliveryStore {
  /**
   * Takes all facts or none. An older version of a change than the one that is known is not taken; what arrives `late`
   * only adds and advances.
   * @throws FairleadError `delivery.number-known` where `clash` finds one, unless they arrive `late`
   */
  upsert(facts: readonly DeliveryFact[], arrival?: Arrival): Promise<UpsertCounts>;
  /**
   * The first change among some facts whose repository and number are known under another id, or come under one before.
   * What arrives `late` is passed over in such a case; what is collected takes the place of what is known.
   */
  clash(facts: readonly DeliveryFact[]): Promise<Clash | null>;
  /** Takes a delivery whole or not at all; null when its id or its bytes were taken before. */
  receive(delivered: Delivered): Promise<UpsertCounts | null>;
  /** Leaves word that a change should be read again. */
  hint(repository: string, number: number, at: number): Promise<void>;
  /** Takes up to `limit` hints away, the oldest first. */
  takeHints(limit: number): Promise<readonly Hint[]>;
  /** The pseudonyms of logins (lower case), given where there was none. */
  pseudonyms(logins: readonly string[]): Promise<Pseudonyms>;
  /** The same, without giving any. */
  knownPseudonyms(logins: readonly string[]): Promise<Pseudonyms>;
  /**
   * From now on nothing says any more whose these accounts' pseudonyms are; what comes of them later has the same ones,
   * so that no figure changes. `at` is milliseconds since the epoch.
   */
  forget(accounts: readonly string[], at: number): Promise<Forgotten>;
  /** What is held of these accounts' people, at most `limit` facts. */
  held(accounts: readonly string[], limit: number): Promise<HeldFacts>;
  /** Says whose accounts are whose, instead of what was said before; facts that are known follow. */
  takeAccounts(accounts: readonly Account[]): Promise<void>;
  /** Says which environments are production, instead of what was said before; figures follow. */
  takeProduction(names: readonly string[]): Promise<void>;
  change(repository: string, number: number): Promise<ChangeHistory | null>;
  /** Every change, or those of one repository, with its events and commits, by id; in bites that fit into memory. */
  histories(repository?: string): AsyncIterable<ChangeHistory>;
  /** All, or those of one repository, by id; each says whether it went to production. */
  deployments(repository?: string): Promise<readonly Deployment[]>;
  incidents(): Promise<readonly Incident[]>;
  /** Sources of which nothing was ever known. */
  missing(): Promise<ReadonlySet<KpiSource>>;
  /** Measured changes, kept up with the facts; its own copy in memory for each that is asked for. */
  snapshot(set?: MeasureSet): DeliverySnapshot;
  readonly closedAtoms: ClosedAtoms;
  /** When published figures count what comes late: at once unless said. */
  lateFacts(): Promise<LateFacts>;
  /** Says so, instead of what was said before; what was withheld is shown. */
  takeLateFacts(value: LateFacts): Promise<void>;
  /** What is published of a snapshot with values that are restated monthly. */
  readonly restated: OpenTree;
  /** Takes all of a page or none of it. */
  collect(page: CollectedPage): Promise<CollectCounts>;
  /** The state a collector left; null before its first page. */
  progress(source: string): Promise<string | null>;
  /**
   * Takes, or keeps, something that one process at a time may hold, until `until`; false while another one has it.
   * Times are milliseconds since the epoch.
   */
  lease(name: string, holder: string, until: number, now: number): Promise<boolean>;
  /** Since `at` (milliseconds since the epoch) `from` is an earlier name of `to`, and all that is known under it is known under `to`. */
  rename(from: string, to: string, at: number): Promise<void>;
  /** Earlier names of repositories, each with the one that came next. */
  aliases(): Promise<Readonly<Record<string, string>>>;
  /** Numbers of a repository's closed and merged changes, in order. */
  closedNumbers(repository: string): Promise<readonly number[]>;
  /** Ids of the incidents that begin so, in order. */
  incidentIds(prefix: string): Promise<readonly string[]>;
  close(): Promise<void>;
}
