import type { AccountSheet, PriceBook } from '@fairlead/core/money';
import type { Clock, Hash } from '@fairlead/core/ports';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Draft, Ledger } from '../ledger/api.ts';
import type { KeyShare } from './call-limits.ts';
import type { BudgetMetrics } from './metrics.ts';

export interface BudgetsOptions {
  readonly ledger: Pick<Ledger, 'append' | 'readBudgets'>;
  readonly clock: Clock;
  readonly hash: Hash;
  readonly log: Logger;
  readonly registry: Registry;
  readonly instance: { readonly id: string; readonly incarnation: string };
  readonly origin: 'live' | 'demo';
  readonly share: KeyShare;
  /** Other replicas spend from the same accounts, so what is remembered here is only this replica's part. */
  readonly isShared?: boolean;
}

/** A call that cost more than was set aside for it. Amounts in micro-dollars. */
export interface Overrun {
  readonly keyId: string;
  readonly op: string;
  readonly reserved: number;
  readonly cost: number;
}

/** What reserving works on. */
export interface ReserveDeps {
  readonly sheet: AccountSheet;
  readonly isShared: boolean;
  readonly book: PriceBook;
  readonly isPaused: boolean;
  readonly clock: Clock;
  readonly metrics: BudgetMetrics;
  /** Pauses a key at once; what is returned makes it lasting. */
  readonly pause: (overrun: Overrun) => readonly Draft[];
}
