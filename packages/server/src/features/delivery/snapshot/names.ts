import { bySlices, inSlices, type SnapshotDb, type SnapshotTables } from './tables.ts';

type Kind = SnapshotTables['measured_names']['kind'];

/** The numbers of names, from 1 on, given where there was none. */
export async function numbersOf(
  db: SnapshotDb,
  kind: Kind,
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const known = await bySlices(names, (some) =>
    db
      .selectFrom('measured_names')
      .select(['name', 'number'])
      .where('kind', '=', kind)
      .where('name', 'in', some)
      .execute(),
  );
  const numbers = new Map(known.map(({ name, number }) => [name, number]));
  const unknown = [...new Set(names)].filter((name) => !numbers.has(name)).sort();
  if (unknown.length === 0) return numbers;
  const last = await db
    .selectFrom('measured_names')
    .select(({ fn }) => fn.max('number').as('number'))
    .where('kind', '=', kind)
    .executeTakeFirst();
  const first = Number(last?.number ?? 0) + 1;
  const rows = unknown.map((name, i) => ({ kind, number: first + i, name }));
  await inSlices(rows, (some) =>
    db
      .insertInto('measured_names')
      .values([...some])
      .execute(),
  );
  for (const { name, number } of rows) numbers.set(name, number);
  return numbers;
}

/** Names with numbers above those that are known. */
export function namesAfter(
  db: SnapshotDb,
  kind: Kind,
  number: number,
): Promise<readonly { readonly name: string; readonly number: number }[]> {
  return db
    .selectFrom('measured_names')
    .select(['name', 'number'])
    .where('kind', '=', kind)
    .where('number', '>', number)
    .orderBy('number')
    .execute();
}
