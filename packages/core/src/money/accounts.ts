import type { BudgetScope } from '../program/types.ts';
import { type Period, periodEnd } from './periods.ts';

/** One budget in one period: what entries and stores count on. */
export interface AccountName {
  readonly scope: BudgetScope;
  /** Id of the team, repository, key, session, stage or organisation. */
  readonly id: string;
  readonly period: Period;
  /** First day of the period, empty for `total`. */
  readonly start: string;
}

/** An account with its limit. Amounts in micro-dollars. */
export interface LimitedAccount {
  /** `scope|period|start|id` */
  readonly key: string;
  readonly limit: number;
}

/**
 * The state of an account. `settled + reserved` never exceeds the limit it was reserved under; what a call cost beyond
 * its reservation stands in `overrun` and takes room from later calls.
 */
export interface Account extends LimitedAccount {
  readonly reserved: number;
  readonly settled: number;
  readonly overrun: number;
}

/** What one operation holds of its accounts, until it is settled. */
export interface Reservation {
  readonly op: string;
  readonly amount: number;
  /** Account keys. */
  readonly accounts: readonly string[];
}

export function accountKey({ scope, id, period, start }: AccountName): string {
  return `${scope}|${period}|${start}|${id}`;
}

/** Reads an account's key. The id comes last, since only it may hold a `|`. */
export function accountName(key: string): AccountName {
  const [scope = '', period = '', start = '', ...id] = key.split('|');
  return { scope: scope as BudgetScope, period: period as Period, start, id: id.join('|') };
}

/** The budget in words, with the end of its period: `the day's budget of key k-1 (the next begins 2026-11-02 UTC)`. */
export function accountText(key: string): string {
  const { scope, id, period, start } = accountName(key);
  const end = periodEnd(period, start);
  const whose = scope === 'session' ? 'this session' : `${scope} ${id}`;
  if (end === null) return `the whole budget of ${whose}`;
  return `the ${period}'s budget of ${whose} (the next ${period} begins ${end} UTC)`;
}

/** Accounts and reservations as they are worked on: by a store within a transaction, by a server in memory. */
export interface AccountSheet {
  /** Null when all have room and the amount is now held by `op`; else the first account that has none. */
  reserve(op: string, accounts: readonly LimitedAccount[], amount: number): Account | null;
  /** Ends a reservation. A number is what the call cost; `reserved` charges what was held; `released` nothing. */
  settle(op: string, cost: number | 'reserved' | 'released'): void;
  /** Opens accounts without charging them, or gives them another limit. */
  declare(accounts: readonly LimitedAccount[]): void;
  /** Takes over an account as somebody else knows it. */
  put(account: Account): void;
  /** Drops accounts that hold nothing, to keep memory bounded; whoever keeps them lasting still knows them. */
  forget(isOld: (account: Account) => boolean): void;
  account(key: string): Account | undefined;
  accounts(): readonly Account[];
  reservation(op: string): Reservation | undefined;
}

/** A sheet that begins with what is known. Amounts must be non-negative safe integers. */
export function openSheet(known: readonly Account[] = [], held: readonly Reservation[] = []): AccountSheet {
  const accounts = new Map(known.map((account) => [account.key, account]));
  const reservations = new Map(held.map((reservation) => [reservation.op, reservation]));
  const blank = ({ key, limit }: LimitedAccount): Account => ({
    key,
    limit,
    reserved: 0,
    settled: 0,
    overrun: 0,
  });
  // Every member by name here and below: those behind a spread are defined one by one, each by a call into the engine.
  const current = (limited: LimitedAccount): Account => {
    const known = accounts.get(limited.key);
    if (known === undefined) return blank(limited);
    const { key, reserved, settled, overrun } = known;
    return known.limit === limited.limit ? known : { key, limit: limited.limit, reserved, settled, overrun };
  };
  return {
    reserve(op, limited, amount) {
      if (reservations.has(op)) return null;
      const states = limited.map(current);
      const full = states.find(
        ({ limit, reserved, settled, overrun }) => settled + overrun + reserved + amount > limit,
      );
      if (full) return full;
      for (const { key, limit, reserved, settled, overrun } of states) {
        accounts.set(key, { key, limit, reserved: reserved + amount, settled, overrun });
      }
      reservations.set(op, { op, amount, accounts: states.map(({ key }) => key) });
      return null;
    },
    settle(op, cost) {
      const held = reservations.get(op);
      if (!held) return;
      reservations.delete(op);
      const charged = cost === 'reserved' ? held.amount : cost === 'released' ? 0 : cost;
      const within = Math.min(charged, held.amount);
      for (const key of held.accounts) {
        const { limit, reserved, settled, overrun } = accounts.get(key) ?? blank({ key, limit: 0 });
        accounts.set(key, {
          key,
          limit,
          reserved: Math.max(0, reserved - held.amount),
          settled: settled + within,
          overrun: overrun + charged - within,
        });
      }
    },
    declare(limited) {
      for (const account of limited) accounts.set(account.key, current(account));
    },
    put: (account) => void accounts.set(account.key, account),
    forget(isOld) {
      for (const account of accounts.values()) {
        if (account.reserved === 0 && isOld(account)) accounts.delete(account.key);
      }
    },
    account: (key) => accounts.get(key),
    accounts: () => [...accounts.values()],
    reservation: (op) => reservations.get(op),
  };
}
