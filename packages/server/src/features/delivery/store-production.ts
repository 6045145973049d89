import { type Deployment, markProduction, productionEnvironments } from '@fairlead/core/delivery';
import { sql } from 'kysely';
import { alone, type Dialect, type SnapshotDb } from './snapshot/tables.ts';

/** Environments that are production, lower case. */
async function productionNames(db: SnapshotDb): Promise<readonly string[]> {
  const rows = await db.selectFrom('delivery_production').select('name').orderBy('name').execute();
  return rows.length === 0 ? [...productionEnvironments].sort() : rows.map(({ name }) => name);
}

/** Deployments out of their JSON, marked by what was said. */
export async function markedDeployments(
  db: SnapshotDb,
  bodies: readonly string[],
): Promise<readonly Deployment[]> {
  const mark = markProduction(await productionNames(db));
  return bodies.map((body) => mark(JSON.parse(body) as Deployment));
}

/** Says which environments are production. Facts stay as they are; whatever rests on deployments is measured again. */
export async function takeProduction(
  db: SnapshotDb,
  dialect: Dialect,
  names: readonly string[],
): Promise<void> {
  const wanted = [...new Set(names.map((name) => name.toLowerCase()))].sort();
  if (JSON.stringify(await productionNames(db)) === JSON.stringify(wanted)) return;
  await alone(db, dialect, async (on) => {
    await on.deleteFrom('delivery_production').execute();
    for (const name of wanted) await on.insertInto('delivery_production').values({ name }).execute();
    // Noted anew, also where a note stood: others follow what is noted.
    await on.deleteFrom('measured_touched').where('kind', '=', 'deployment').execute();
    await sql`insert into measured_touched (kind, id)
      select 'deployment', id from delivery_facts where type = 'deployment'`.execute(on);
  });
}
