/*
 * Members of a stored entry as the page shows them. Entries are read as whatever they are: an older or a newer version
 * may lack a member or have it in another form, and then it just isn't shown.
 */

export type StoredEntry = { readonly [member: string]: unknown };

export const textOf = (value: unknown): string | null =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;

export function memberOf(entry: StoredEntry, ...path: readonly string[]): unknown {
  let value: unknown = entry;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as StoredEntry)[name];
  }
  return value;
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const textsOf = (value: unknown): readonly string[] =>
  listOf(value).flatMap((item) => {
    const text = textOf(item);
    return text === null ? [] : [text];
  });

export interface CoverageView {
  readonly inspected: readonly string[];
  readonly skipped: readonly { readonly what: string; readonly why: string }[];
  readonly ruleset: string | null;
}

/** What was inspected and what was not; null for entries that say nothing of it. */
export function coverageOf(entry: StoredEntry): CoverageView | null {
  if (typeof entry.coverage !== 'object' || entry.coverage === null) return null;
  return {
    inspected: textsOf(memberOf(entry, 'coverage', 'inspected')),
    skipped: listOf(memberOf(entry, 'coverage', 'skipped'))
      .map((item) => ({
        what: textOf(memberOf(item as StoredEntry, 'what')) ?? '',
        why: textOf(memberOf(item as StoredEntry, 'why')) ?? '',
      }))
      // A refused call has no answer that could have been inspected.
      .filter(({ what }) => entry.decision !== 'deny' || what !== 'output'),
    ruleset: textOf(memberOf(entry, 'coverage', 'ruleset')),
  };
}

export interface FindingView {
  readonly key: string;
  readonly detector: string;
  readonly dataClass: string;
  readonly grade: string | null;
  readonly kind: string;
  readonly count: number;
}

export function findingsOf(entry: StoredEntry): readonly FindingView[] {
  return listOf(entry.findings).map((item, at) => {
    const finding = item as StoredEntry;
    const member = (name: string) => textOf(memberOf(finding, name));
    return {
      key: String(at),
      detector: member('detector') ?? '',
      dataClass: member('class') ?? '',
      grade: member('grade'),
      kind: member('kind') ?? '',
      count: Number(member('count') ?? 0),
    };
  });
}

/** `details` of a configuration or administrative entry, as names with texts or lists of them. */
export function detailsOf(entry: StoredEntry): readonly (readonly [string, string | readonly string[]])[] {
  if (typeof entry.details !== 'object' || entry.details === null) return [];
  return Object.entries(entry.details).map(([name, value]) => [
    name,
    Array.isArray(value) ? textsOf(value) : (textOf(value) ?? JSON.stringify(value)),
  ]);
}
