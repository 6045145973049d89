import type { Grouping, IncidentLink, KpiRow, KpiSource, LateFacts, PartsRow } from '@fairlead/core/delivery';
import type { AheadFacts } from './ahead.ts';
import type { FiguresQuery } from './figures.ts';
import type { TimelineDocument } from './service.ts';
import type { Account, Forgotten, HeldFacts } from './store.ts';

/** Of one answer about a person. */
export const mostHeld = 20_000;

/** What is known of one source of facts. */
export interface SourceHealth {
  readonly source: KpiSource | 'commits';
  readonly connected: boolean;
  /** Null where the source isn't one of delivery. */
  readonly facts: number | null;
  /** Repositories that have any. */
  readonly repositories: number | null;
  /** Milliseconds since the epoch; null when nothing says so. */
  readonly newest: number | null;
  /** Share of the changes (of the repositories, for deployments) of which it's known. */
  readonly coverage: number | null;
}

/** What an incident says it was caused or fixed by, where that isn't known. */
export interface UnknownLink {
  readonly incident: string;
  readonly rel: IncidentLink['rel'];
  readonly kind: 'change' | 'deployment';
  /** As the incident names it. */
  readonly name: string;
}

/** How complete the facts are. People are counted, never named. */
export interface DeliveryHealth {
  readonly sources: readonly SourceHealth[];
  /** Repositories with changes. */
  readonly repositories: readonly string[];
  readonly people: {
    readonly known: number;
    /** Whose login is no id of a member of the program. */
    readonly unmapped: number;
  };
  /** Accounts of machines. */
  readonly bots: readonly string[];
  readonly unknownLinks: {
    readonly count: number;
    /** The first of them, by incident. */
    readonly links: readonly UnknownLink[];
  };
  /** Facts that are dated more than a day ahead. */
  readonly ahead: AheadFacts;
  readonly restating: Restating;
}

/** When figures that were published count what came late. */
export interface Restating {
  readonly lateFacts: LateFacts;
  /** Changes of which a published figure shows something else than the facts say. */
  readonly waiting: number;
  /** Milliseconds since the epoch; null: never yet. */
  readonly restatedAt: number | null;
}

/** Reads delivery facts for the control API; beside imports, and never on the thread of calls. */
export interface DeliveryReader {
  rows(query: FiguresQuery): Promise<readonly KpiRow[]>;
  parts(query: FiguresQuery): Promise<readonly PartsRow[]>;
  /** `host/owner/name#number`; null when it isn't known. */
  timeline(change: string): Promise<TimelineDocument | null>;
  health(): Promise<DeliveryHealth>;
  /** What is held of a person's accounts, up to `mostHeld` facts. */
  held(accounts: readonly string[]): Promise<HeldFacts>;
  /** Takes a person out; see `DeliveryStore.forget`. */
  forget(accounts: readonly string[]): Promise<Forgotten>;
  close(): Promise<void>;
}

/** What the program says, as data: it goes to another thread. */
export interface DeliveryProgram {
  /** Team of each repository, aliases included. */
  readonly teams: { readonly [repository: string]: string };
  /** Ids of everybody in teams.yaml, lower case. */
  readonly members: readonly string[];
  /** Whose accounts are whose; what was said before stands where this says nothing. */
  readonly accounts?: readonly Account[];
  /** Environments that are production; the same. */
  readonly production?: readonly string[];
  /** When published figures count what comes late; the same. */
  readonly lateFacts?: LateFacts;
}

export type { FiguresQuery, Grouping };
