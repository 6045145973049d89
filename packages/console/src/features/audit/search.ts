import type { EntriesQuery } from '../../api/types.ts';

/** The filters that the address can hold, in the order of the page. */
export const filterNames = [
  'q',
  'decision',
  'policyId',
  'repository',
  'assistant',
  'vendor',
  'model',
  'kind',
  'session',
  'actor',
  'from',
  'to',
] as const;
export type FilterName = (typeof filterNames)[number];

export type AuditSearch = { readonly [name in Exclude<FilterName, keyof typeof closed>]?: string } & {
  readonly [name in keyof typeof closed]?: EntriesQuery[name];
} & { readonly cursor?: string };

/** Filters with a closed list of values: the server refuses others. */
const closed = {
  decision: ['allow', 'deny', 'redact'],
  kind: ['decision', 'outcome', 'recovery', 'repeat', 'config', 'admin'],
} as const satisfies { readonly [name in FilterName]?: readonly EntriesQuery[name & keyof EntriesQuery][] };

const longest = { q: 200, other: 300 } as const;
export const pageSize = 50;

/** What the address says, as short strings; anything else is left out. */
export function readAuditSearch(search: Record<string, unknown>): AuditSearch {
  const names: readonly (keyof AuditSearch)[] = [...filterNames, 'cursor'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = search[name];
      // A search for "12" comes back from the address as a number.
      const text = typeof value === 'number' ? String(value) : value;
      if (!isKnown(name, text)) return [];
      return typeof text === 'string' && text !== ''
        ? [[name, text.slice(0, name === 'q' ? longest.q : longest.other)]]
        : [];
    }),
  );
}

function isKnown(name: string, value: unknown): boolean {
  const values: readonly unknown[] | undefined = closed[name as keyof typeof closed];
  return values === undefined || values.includes(value);
}

export function activeFilters(search: AuditSearch): readonly (readonly [FilterName, string])[] {
  return filterNames.flatMap((name) => {
    const value = search[name];
    return value === undefined ? [] : [[name, value] as const];
  });
}

/** Sets one filter (`''` removes it) and goes back to the newest entries. */
export function withFilter(search: AuditSearch, name: FilterName, value: string): AuditSearch {
  const { cursor: _cursor, [name]: _old, ...rest } = search;
  return value === '' ? rest : readAuditSearch({ ...rest, [name]: value });
}

export function entriesQueryOf(search: AuditSearch): EntriesQuery {
  return { ...search, limit: pageSize };
}

/** The local day of an instant as a date field has it; `''` when there is none. */
export function dayField(iso: string | undefined): string {
  const at = iso === undefined ? Number.NaN : Date.parse(iso);
  if (Number.isNaN(at)) return '';
  const local = new Date(at);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${local.getFullYear()}-${two(local.getMonth() + 1)}-${two(local.getDate())}`;
}

/** The first or the last instant of a local day. */
export function instantOfDay(field: string, edge: 'first' | 'last'): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(field)) return '';
  const at = new Date(`${field}T${edge === 'first' ? '00:00:00.000' : '23:59:59.999'}`);
  return Number.isNaN(at.getTime()) ? '' : at.toISOString();
}
