import type { ProgramIndex } from '@fairlead/core/decision';
import type { DecisionEntry, OutcomeEntry } from '@fairlead/core/ledger';
import type { Account, CallSize, Exchange } from '@fairlead/core/money';
import type { Program } from '@fairlead/core/program';
import type { Draft, Effect } from '../ledger/api.ts';

/** A place among a key's calls, held until the call is over. */
export interface CallSlot {
  /** Counts bytes that the call keeps in memory. @throws FairleadError `gateway.key-share` */
  hold(bytes: number): void;
  release(): void;
}

/** A call that is about to be decided. */
export interface CallAsk {
  readonly op: string;
  readonly index: ProgramIndex;
  readonly keyId: string;
  readonly principal: string;
  /** Each that the credential leaves open. */
  readonly repositories: readonly string[];
  readonly session: string;
  /** Null when no vendor lists the model: such a call goes nowhere. */
  readonly vendor: string | null;
  readonly model: string;
  readonly size: CallSize;
}

/** What a decision is told of money. */
export interface MoneyFacts {
  readonly budgetReserved: boolean;
  readonly unpriced: boolean;
  readonly keyPaused: boolean;
  /** The budget without room, in words. */
  readonly exhausted: string | null;
}

/** What an outcome entry says of money, what it does, and what stands beside it in the same append. */
export interface Settled {
  readonly fields: Pick<OutcomeEntry, 'cost' | 'costBasis' | 'prices'>;
  readonly effect: Effect | undefined;
  readonly also: readonly Draft[];
}

/** What is set aside for one call. Exactly one of `release`, `refused` and `settle` ends it. */
export interface Held {
  readonly facts: MoneyFacts;
  /** What the entry of an allowed decision says. */
  readonly fields: Pick<
    DecisionEntry,
    'reserved' | 'reservedOutputTokens' | 'budgets' | 'prices' | 'serviceTier'
  >;
  readonly effect: Effect | undefined;
  /** The call isn't made. Does nothing when it has ended already. */
  release(): void;
  /** The store, which has the last word, found no room: what is to be decided on instead. */
  refused(full: Account): Held;
  /** The call is over. */
  settle(exchange: Exchange): Settled;
}

/** Budgets, prices and the rates of keys. */
export interface Budgets {
  /** Puts a program's prices and limits in force, as an entry. */
  activate(program: Program): Promise<void>;
  /**
   * Admits one more call of a key.
   * @throws FairleadError `gateway.rate`, `gateway.concurrency` or `gateway.key-share` (429)
   */
  admit(index: ProgramIndex, keyId: string): CallSlot;
  /** Sets the most that a call may cost aside, in memory and at once. Never throws for want of money. */
  reserve(ask: CallAsk): Held;
  /** Whether a model has a price. */
  isPriced(program: Program, vendor: string, model: string): boolean;
  /** Lets a paused key go on. @throws FairleadError `budget.key-not-paused` */
  resumeKey(keyId: string, by: string, reason?: string): Promise<void>;
  /** Reads again which keys are paused: other replicas pause and resume them too. */
  refresh(): Promise<void>;
}
