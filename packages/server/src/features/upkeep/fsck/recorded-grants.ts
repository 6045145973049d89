import type { EntryFields } from '../../ledger/fsck/api.ts';
import { type GrantTable, grantTables } from './grants.ts';

type Row = Readonly<Record<string, string | number | null>>;
type Details = Readonly<Record<string, unknown>>;

/** What the entries say of grants. */
export interface Recorded {
  take(fields: EntryFields): void;
  /** What the entry that granted a row says; by its id, or by the binding where the entry names none. */
  grant(spec: GrantTable, key: string): { fits(row: Row, binding: string): boolean } | null;
  isEnded(spec: GrantTable, key: string): boolean;
  isCodeUsed(codeId: string): boolean;
  /** Ids, or bindings, of the grants of a table that have neither ended nor expired. */
  live(spec: GrantTable): readonly string[];
  /** Ids of revoked assistant tokens, and until when that matters, milliseconds. */
  revokedTokens(): ReadonlyMap<string, number>;
}

const byGranted = new Map(grantTables.map((spec) => [spec.granted, spec]));
const byEnded = new Map(
  grantTables.flatMap((spec) => (spec.ended ? [[spec.ended.what, spec] as const] : [])),
);

export function recordedGrants(now: number): Recorded {
  const grants = new Map<string, Details>();
  const ended = new Set<string>();
  const codes = new Set<string>();
  const tokens = new Map<string, number>();
  /** Links and sessions of entries that had no binding yet, which can only be counted. */
  const unbound = new Map<string, number>();
  const take = (what: string, details: Details) => {
    const granting = byGranted.get(what);
    if (granting) {
      const key = keyOf(granting, details);
      if (key === null) unbound.set(granting.table, (unbound.get(granting.table) ?? 0) + 1);
      else grants.set(`${granting.table} ${key}`, details);
    }
    const ending = byEnded.get(what);
    const key = ending === undefined ? null : keyOf(ending, details);
    if (ending && key !== null) ended.add(`${ending.table} ${key}`);
    const { by, tokenId, until } = details;
    if (what === 'device.enrolled' && typeof by === 'string') codes.add(by.replace(/^code:/, ''));
    if (what === 'assistant-token.revoked' && typeof tokenId === 'string' && typeof until === 'string') {
      if (Date.parse(until) > now) tokens.set(tokenId, Date.parse(until));
    }
  };
  return {
    take: (fields) => {
      const { what, details } = fields as { readonly what?: unknown; readonly details?: unknown };
      if (fields.kind !== 'admin' || typeof what !== 'string' || typeof details !== 'object') return;
      take(what, (details ?? {}) as Details);
    },
    grant: (spec, key) => {
      const details = grants.get(`${spec.table} ${key}`);
      if (details !== undefined) return { fits: (row, binding) => fits(details, row, binding) };
      // Before entries had bindings, a link or a session left no more than the fact that there was one.
      return spec.idDetail === null && (unbound.get(spec.table) ?? 0) > 0 ? { fits: () => true } : null;
    },
    isEnded: (spec, key) => ended.has(`${spec.table} ${key}`),
    isCodeUsed: (codeId) => codes.has(codeId),
    live: ({ table }) =>
      [...grants].flatMap(([named, { expiresAt }]) => {
        if (!named.startsWith(`${table} `) || ended.has(named)) return [];
        const key = named.slice(table.length + 1);
        if (table === 'device_codes' && codes.has(key)) return [];
        return typeof expiresAt === 'string' && Date.parse(expiresAt) > now ? [key] : [];
      }),
    revokedTokens: () => tokens,
  };
}

function keyOf(spec: GrantTable, details: Details): string | null {
  const key = spec.idDetail === null ? details.binding : details[spec.idDetail];
  return typeof key === 'string' ? key : null;
}

/** Entries from before bindings are compared by what they say in the open. */
function fits(details: Details, row: Row, binding: string): boolean {
  if (typeof details.binding === 'string') return details.binding === binding;
  const { expiresAt, loginExpiresAt, repositories, assistant, scope } = details;
  return (
    same(expiresAt, row.expires_at, (value) => new Date(Number(value)).toISOString()) &&
    same(loginExpiresAt, row.login_expires_at, (value) => new Date(Number(value)).toISOString()) &&
    same(repositories && JSON.stringify(repositories), row.repositories, String) &&
    same(assistant, row.assistant, String) &&
    same(scope, row.scope, String)
  );
}

function same(
  said: unknown,
  column: Row[string] | undefined,
  text: (value: string | number) => string,
): boolean {
  return said === undefined || (column != null && said === text(column));
}
