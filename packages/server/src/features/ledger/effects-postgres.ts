import type { Account } from '@fairlead/core/money';
import type pg from 'pg';
import { type EffectPlan, keysOf, planEffects } from './effects.ts';
import { type AccountRow, accountColumns, toAccount } from './reader-postgres.ts';
import type { PreparedDraft } from './types.ts';

/* Budgets in PostgreSQL, within the transaction that holds the head's row: writers take turns there. */

/** Reads what the drafts need, and decides which of them have no room. */
export async function planOver(writer: pg.Client, drafts: readonly PreparedDraft[]): Promise<EffectPlan> {
  const keys = keysOf(drafts);
  const reservations = await writer.query<{ op: string; amount: string; accounts: string }>(
    'select op, amount, accounts from ledger_budget_reservations where op = any($1::uuid[])',
    [keys.ops],
  );
  const held = reservations.rows.map(({ op, amount, accounts }) => ({
    op,
    amount: Number(amount),
    accounts: JSON.parse(accounts) as string[],
  }));
  const names = new Set([...keys.accounts, ...held.flatMap(({ accounts }) => accounts)]);
  const known = await writer.query<AccountRow>(
    `select ${accountColumns} from ledger_budget_accounts where key = any($1::text[])`,
    [[...names]],
  );
  return planEffects(drafts, known.rows.map(toAccount), held);
}

const writeSql = `
  with accounts as (
    insert into ledger_budget_accounts (key, most, reserved, settled, overrun)
    select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])
    on conflict (key) do update set most = excluded.most, reserved = excluded.reserved,
      settled = excluded.settled, overrun = excluded.overrun
  ), reserved as (
    insert into ledger_budget_reservations (op, amount, accounts)
    select * from unnest($6::uuid[], $7::bigint[], $8::text[])
  ), settled as (
    delete from ledger_budget_reservations where op = any($9::uuid[])
  ), paused as (
    insert into ledger_paused_keys (key_id) select unnest($10::text[]) on conflict do nothing
  )
  delete from ledger_paused_keys where key_id = any($11::text[])`;

/** Writes what a plan changes. */
export async function writePlan(writer: pg.Client, plan: EffectPlan): Promise<void> {
  const column = <Name extends keyof Account>(name: Name) => plan.accounts.map((account) => account[name]);
  await writer.query({
    name: 'ledger-effects',
    text: writeSql,
    values: [
      column('key'),
      column('limit'),
      column('reserved'),
      column('settled'),
      column('overrun'),
      plan.reserved.map(({ op }) => op),
      plan.reserved.map(({ amount }) => amount),
      plan.reserved.map(({ accounts }) => JSON.stringify(accounts)),
      plan.settled,
      plan.paused,
      plan.resumed,
    ],
  });
}
