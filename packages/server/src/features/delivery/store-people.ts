import { createHmac } from 'node:crypto';
import type { DeliveryFact } from '@fairlead/core/delivery';
import type { Random } from '@fairlead/core/ports';
import type { Database } from 'better-sqlite3';
import type { Kysely } from 'kysely';
import { giveBack, overwritingAll } from '../../platform/db/index.ts';
import { withoutBranches } from './forget-branches.ts';
import type { DeliveryStore, Forgotten, HeldFacts, Pseudonyms } from './store.ts';
import { accountsAmong, takeAccounts } from './store-accounts.ts';
import type { Tables } from './store-tables.ts';

type Db = Kysely<Tables>;
const atOnce = 500;

/** Whose facts are whose; the only place that knows names. */
export function people(
  db: Db,
  random: Random,
  sqlite: Database | null,
): Pick<DeliveryStore, 'pseudonyms' | 'knownPseudonyms' | 'forget' | 'held' | 'takeAccounts'> {
  return {
    pseudonyms: (logins) => db.transaction().execute((on) => pseudonyms(on, logins, random)),
    knownPseudonyms: (logins) => pseudonyms(db, logins, null),
    forget: (accounts, at) =>
      overwritingAll(sqlite, async () => {
        const forgotten = await db.transaction().execute((on) => forget(on, accounts, at, random));
        if (sqlite) await giveBack(sqlite);
        return forgotten;
      }),
    held: (accounts, limit) => held(db, accounts, limit),
    takeAccounts: (accounts) => takeAccounts(db, accounts),
  };
}

/** @param random gives pseudonyms to those who have none; null: they stay without. */
async function pseudonyms(db: Db, logins: readonly string[], random: Random | null): Promise<Pseudonyms> {
  const found = new Map<string, string>();
  const forgotten = new Set<string>();
  const machines = new Set<string>();
  for (const some of slices([...new Set(logins)])) {
    const accounts = await accountsAmong(db, some);
    for (const login of some) if (accounts.get(login) === null) machines.add(login);
    const keyOf = (login: string) => accounts.get(login) ?? login;
    const asked = some.filter((login) => !machines.has(login));
    const keys = [...new Set(asked.map(keyOf))];
    const known = await rowsOf(db, keys);
    const unknown = keys.filter((key) => !known.has(key));
    // Where everybody is known nothing is written: that would cost a sync of the disk.
    const gone = unknown.length === 0 ? new Map<string, string>() : await forgottenAmong(db, unknown);
    const fresh = unknown.filter((key) => !gone.has(key));
    if (fresh.length > 0 && random !== null) {
      await db
        .insertInto('delivery_people')
        .values(fresh.map((login) => ({ login, pseudonym: newPseudonym(random) })))
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      for (const [login, pseudonym] of await rowsOf(db, fresh)) known.set(login, pseudonym);
    }
    for (const login of asked) {
      const key = keyOf(login);
      const pseudonym = known.get(key) ?? gone.get(key);
      if (pseudonym !== undefined) found.set(login, pseudonym);
      if (gone.has(key)) forgotten.add(login);
    }
  }
  return Object.assign(found, { forgotten, machines });
}

async function rowsOf(db: Db, logins: readonly string[]): Promise<Map<string, string>> {
  if (logins.length === 0) return new Map();
  const rows = await db.selectFrom('delivery_people').selectAll().where('login', 'in', logins).execute();
  return new Map(rows.map(({ login, pseudonym }) => [login, pseudonym]));
}

async function forgottenAmong(db: Db, logins: readonly string[]): Promise<Map<string, string>> {
  const salt = await saltOf(db);
  if (salt === null) return new Map();
  const byDigest = new Map(logins.map((login) => [digestOf(login, salt), login]));
  const rows = await db
    .selectFrom('delivery_forgotten')
    .select(['digest', 'pseudonym'])
    .where('digest', 'in', [...byDigest.keys()])
    .execute();
  return new Map(rows.map(({ digest, pseudonym }) => [byDigest.get(digest)!, pseudonym]));
}

/** A digest of a name alone would be found by trying names; with a key of its own it says nothing outside this store. */
function digestOf(login: string, salt: string): string {
  return createHmac('sha256', Buffer.from(salt, 'hex')).update(login).digest('hex');
}

async function saltOf(db: Db): Promise<string | null> {
  const row = await db.selectFrom('delivery_salt').select('salt').executeTakeFirst();
  return row?.salt ?? null;
}

async function forget(db: Db, accounts: readonly string[], at: number, random: Random): Promise<Forgotten> {
  const fresh = { name: 'forgotten', salt: hex(random.bytes(32)) };
  await db
    .insertInto('delivery_salt')
    .values(fresh)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const salt = (await saltOf(db))!;
  const result = { known: 0, before: 0, renamed: 0 };
  for (const account of new Set(accounts.map((one) => one.toLowerCase()))) {
    const names = await namesOf(db, account);
    const rows = await rowsOf(db, names);
    const gone = await forgottenAmong(db, names);
    if (rows.size > 0) result.known++;
    else if (gone.size > 0) result.before++;
    // What a program says of them names them, too. It is said again, and brings nobody back.
    await db.deleteFrom('delivery_accounts').where('account', 'in', names).execute();
    const own = names.map((name) => rows.get(name) ?? gone.get(name)).find((one) => one !== undefined);
    const pseudonym = own ?? newPseudonym(random);
    for (const name of names.filter((one) => !gone.has(one))) {
      const digest = digestOf(name, salt);
      const kept = { digest, pseudonym: rows.get(name) ?? pseudonym, at };
      await db.insertInto('delivery_forgotten').values(kept).execute();
    }
    await db.deleteFrom('delivery_people').where('login', 'in', names).execute();
    for (const one of new Set([pseudonym, ...rows.values(), ...gone.values()]))
      result.renamed += await withoutBranches(db, one, names);
  }
  return result;
}

/** An account, the person whose it is, and all that are theirs. */
async function namesOf(db: Db, account: string): Promise<readonly string[]> {
  const person = (await accountsAmong(db, [account])).get(account) ?? account;
  const others = await db
    .selectFrom('delivery_accounts')
    .select('account')
    .where('person', '=', person)
    .execute();
  return [...new Set([account, person, ...others.map((row) => row.account)])];
}

async function held(db: Db, accounts: readonly string[], limit: number): Promise<HeldFacts> {
  const logins = [...new Set(accounts.map((account) => account.toLowerCase()))];
  const found = await pseudonyms(db, logins, null);
  const facts: DeliveryFact[] = [];
  let isCut = false;
  for (const pseudonym of new Set(found.values())) {
    const rows = await db
      .selectFrom('delivery_facts')
      .select('body')
      .where('body', 'like', `%"${pseudonym}"%`)
      .orderBy('type')
      .orderBy('id')
      .limit(limit - facts.length + 1)
      .execute();
    const account = logins.find((login) => found.get(login) === pseudonym)!;
    facts.push(...rows.map(({ body }) => JSON.parse(aboutOne(body, pseudonym, account)) as DeliveryFact));
    isCut ||= facts.length > limit;
    if (isCut) break;
  }
  return {
    accounts: logins.map((account) => ({
      account,
      pseudonym: found.get(account) ?? null,
      forgotten: found.forgotten.has(account),
    })),
    facts: facts.slice(0, limit),
    isCut,
  };
}

/** A fact with one person's account in the place of the pseudonym; others' pseudonyms are theirs and not shown. */
function aboutOne(body: string, pseudonym: string, account: string): string {
  return body.replaceAll(/"(p-[0-9a-f]{16})"/g, (_, one: string) =>
    JSON.stringify(one === pseudonym ? account : 'somebody else'),
  );
}

function newPseudonym(random: Random): string {
  return `p-${hex(random.bytes(8))}`;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function slices<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  const result: (readonly Item[])[] = [];
  for (let i = 0; i < items.length; i += atOnce) result.push(items.slice(i, i + atOnce));
  return result;
}
