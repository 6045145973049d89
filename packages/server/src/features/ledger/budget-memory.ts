import type { Account, Reservation } from '@fairlead/core/money';
import type { Statement } from 'better-sqlite3';
import { uuidBytes } from './rows.ts';

/** Statements over the tables of budgets. */
interface BudgetStatements {
  /** Key → the account's row. */
  readonly account: Statement;
  /** Key, limit, reserved, settled, overrun, of so many accounts behind one another. */
  putAccounts(rows: number): Statement;
  /** Operation, amount, accounts as JSON. */
  readonly reserve: Statement;
  /** Operation → amount and accounts of the reservation, which is removed. */
  readonly take: Statement;
  /** The same without an answer. */
  readonly drop: Statement;
}

/** Accounts and reservations of a database: written through, and read from memory where it has them. */
export interface BudgetMemory {
  account(key: string): Account | undefined;
  put(accounts: readonly Account[]): void;
  reserve(reservation: Reservation): void;
  /** Removes the reservation of an operation, and tells it. */
  take(op: string): Reservation | undefined;
  /** After a transaction that was undone. */
  forget(): void;
}

/** Accounts of sessions are many and short; when there are so many of either, all are forgotten and read again. */
const mostRemembered = 4_096;

/** In one statement: the accounts of a call are five. */
const mostRows = 16;

/**
 * The database has one writer, so that what it wrote last is what stands there: five accounts and a reservation a call
 * need not be read back.
 */
export function createBudgetMemory(statements: BudgetStatements): BudgetMemory {
  const accounts = new Map<string, Account>();
  const reservations = new Map<string, Reservation>();
  const puts = new Map<number, Statement>();
  const putStatement = (rows: number): Statement => {
    const known = puts.get(rows) ?? statements.putAccounts(rows);
    puts.set(rows, known);
    return known;
  };
  const remember = <Value>(values: Map<string, Value>, key: string, value: Value): void => {
    if (values.size >= mostRemembered) values.clear();
    values.set(key, value);
  };
  return {
    account(key) {
      const known = accounts.get(key) ?? (statements.account.get(key) as Account | undefined);
      if (known !== undefined) remember(accounts, key, known);
      return known;
    },
    put(changed) {
      for (let from = 0; from < changed.length; from += mostRows) {
        const part = changed.slice(from, from + mostRows);
        const values: (string | number)[] = [];
        for (const account of part) {
          const { key, limit, reserved, settled, overrun } = account;
          values.push(key, limit, reserved, settled, overrun);
          remember(accounts, key, account);
        }
        putStatement(part.length).run(values);
      }
    },
    reserve(reservation) {
      const { op, amount, accounts: keys } = reservation;
      statements.reserve.run(uuidBytes(op), amount, JSON.stringify(keys));
      remember(reservations, op, reservation);
    },
    take(op) {
      const known = reservations.get(op);
      if (known !== undefined) {
        reservations.delete(op);
        statements.drop.run(uuidBytes(op));
        return known;
      }
      const row = statements.take.get(uuidBytes(op)) as { amount: number; accounts: string } | undefined;
      return row && { op, amount: row.amount, accounts: JSON.parse(row.accounts) as string[] };
    },
    forget() {
      accounts.clear();
      reservations.clear();
    },
  };
}
