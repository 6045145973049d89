import { grantTables } from './grants.ts';
import { recordedGrants } from './recorded-grants.ts';

/** What the log grants and has not ended by now: how many of each table; tables without any are left out. */
export async function liveGrants(
  readAdministration: (mark: string) => Promise<readonly string[]>,
  now: number,
): Promise<Readonly<Record<string, number>>> {
  const recorded = recordedGrants(now);
  const kinds = grantTables.flatMap(({ granted, ended }) => [granted, ...(ended ? [ended.what] : [])]);
  for (const what of kinds) {
    for (const text of await readAdministration(`"what":"${what}"`))
      recorded.take(JSON.parse(text) as { readonly kind?: unknown });
  }
  const counted = grantTables.map((spec) => [spec.table, recorded.live(spec).length] as const);
  return Object.fromEntries(counted.filter(([, count]) => count > 0));
}
