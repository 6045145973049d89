import type { DeliveryFact } from '@fairlead/core/delivery';
import type { Kysely } from 'kysely';
import type { Account } from './store.ts';
import type { Tables } from './store-tables.ts';

type Db = Kysely<Tables>;
const rowsAtOnce = 2_000;

/** Of some accounts those that a program names, with the person they are of; null: a machine's. */
export async function accountsAmong(
  db: Db,
  accounts: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  if (accounts.length === 0) return new Map();
  const rows = await db
    .selectFrom('delivery_accounts')
    .select(['account', 'person'])
    .where('account', 'in', accounts)
    .execute();
  return new Map(rows.map(({ account, person }) => [account, person]));
}

/**
 * Says whose accounts are whose. That is in force at once for what comes; facts that have another pseudonym are rewritten
 * after it, bite by bite, and what a crash leaves of that is done the next time.
 */
export async function takeAccounts(db: Db, accounts: readonly Account[]): Promise<void> {
  await db.transaction().execute((on) => declare(on, accounts));
  const waiting = await db.selectFrom('delivery_accounts').selectAll().where('was', 'is not', null).execute();
  if (waiting.length === 0) return;
  const instead = new Map<string, Instead>();
  for (const { account, person, was } of waiting) {
    const pseudonym = person === null ? null : await pseudonymOf(db, person);
    if (person === null) instead.set(was!, { login: account, isMachine: true });
    else if (pseudonym !== null) instead.set(was!, { login: pseudonym, isMachine: false });
  }
  await rewriteFacts(db, instead);
  await db
    .updateTable('delivery_accounts')
    .set({ was: null })
    .where('was', 'in', [...instead.keys()])
    .execute();
}

async function declare(db: Db, accounts: readonly Account[]): Promise<void> {
  const known = new Map(
    (await db.selectFrom('delivery_accounts').selectAll().execute()).map((row) => [row.account, row]),
  );
  const wanted = new Map(accounts.map((one) => [one.account.toLowerCase(), one.person]));
  for (const account of known.keys()) {
    if (!wanted.has(account))
      await db.deleteFrom('delivery_accounts').where('account', '=', account).execute();
  }
  for (const [account, person] of wanted) {
    const before = known.get(account);
    if (before !== undefined && before.person === person) continue;
    const own = await pseudonymOf(db, account);
    const was = before?.was ?? (await leaves(db, account, person, own));
    await db
      .insertInto('delivery_accounts')
      .values({ account, person, was })
      .onConflict((conflict) => conflict.column('account').doUpdateSet({ person, was }))
      .execute();
  }
}

/** Takes an account's own name away. @returns the pseudonym that its facts have to leave, if they do. */
async function leaves(
  db: Db,
  account: string,
  person: string | null,
  own: string | null,
): Promise<string | null> {
  if (own === null || person === account) return null;
  // Alone, it goes on under the person's name: then there is nothing to rewrite.
  if (person !== null && (await pseudonymOf(db, person)) === null) {
    await db.updateTable('delivery_people').set({ login: person }).where('login', '=', account).execute();
    return null;
  }
  await db.deleteFrom('delivery_people').where('login', '=', account).execute();
  return own;
}

async function pseudonymOf(db: Db, login: string): Promise<string | null> {
  const row = await db
    .selectFrom('delivery_people')
    .select('pseudonym')
    .where('login', '=', login)
    .executeTakeFirst();
  return row?.pseudonym ?? null;
}

interface Instead {
  readonly login: string;
  readonly isMachine: boolean;
}

async function rewriteFacts(db: Db, instead: ReadonlyMap<string, Instead>): Promise<void> {
  for (const type of ['change', 'event', 'commit'] as const) {
    for (let after: string | null = ''; after !== null; )
      after = await db.transaction().execute((on) => rewriteSome(on, type, after!, instead));
  }
}

async function rewriteSome(
  db: Db,
  type: DeliveryFact['type'],
  after: string,
  instead: ReadonlyMap<string, Instead>,
): Promise<string | null> {
  const rows = await db
    .selectFrom('delivery_facts')
    .select(['id', 'body'])
    .where('type', '=', type)
    .where('id', '>', after)
    .orderBy('id')
    .limit(rowsAtOnce)
    .execute();
  for (const { id, body } of rows) {
    const next = rewritten(body, instead);
    if (next === body) continue;
    await db
      .updateTable('delivery_facts')
      .set({ body: next })
      .where('type', '=', type)
      .where('id', '=', id)
      .execute();
  }
  return rows.length < rowsAtOnce ? null : rows.at(-1)!.id;
}

/** Whoever turns out to be a machine is no human any more, wherever it says what they are. */
function rewritten(body: string, instead: ReadonlyMap<string, Instead>): string {
  const person = /"(p-[0-9a-f]{16})"(,"kind":"(?:human|unknown)")?/g;
  return body.replaceAll(person, (text, pseudonym: string, kind = '') => {
    const other = instead.get(pseudonym);
    if (other === undefined) return text;
    return `${JSON.stringify(other.login)}${other.isMachine && kind !== '' ? ',"kind":"bot"' : kind}`;
  });
}
