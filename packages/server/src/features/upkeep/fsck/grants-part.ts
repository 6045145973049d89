import { setTimeout as sleep } from 'node:timers/promises';
import { type BoundRow, rowBinding } from '../../ledger/api.ts';
import type { FsckPart, FsckProblemId, Rows } from '../../ledger/fsck/api.ts';
import { type GrantTable, grantTables } from './grants.ts';
import { type Recorded, recordedGrants } from './recorded-grants.ts';

type Row = Awaited<ReturnType<Rows>>[number];

interface Finding {
  readonly problem: FsckProblemId;
  readonly where: string;
  readonly message: string;
}

/** Rows of every grant table that is there, read before and after the log. */
type Snapshot = ReadonlyMap<string, readonly Row[]>;

/**
 * Compares keys, tokens, logins, codes, links and sessions with the entries that grant and end them. The rows are read
 * before the log and once more behind it: beside a running server only what is wrong both times is wrong.
 */
export async function grantsPart(rows: Rows, now: number): Promise<FsckPart> {
  const recorded = recordedGrants(now);
  const before = await readTables(rows);
  return {
    take: (page) => {
      for (const { fields } of page) recorded.take(fields);
    },
    finish: async (report) => {
      const again = async (found: readonly Finding[]) => {
        const still = new Set(findingsOf(await readTables(rows), recorded, now).map(keyOf));
        return found.filter((one) => still.has(keyOf(one)));
      };
      let found = await again(findingsOf(before, recorded, now));
      if (found.some(({ problem }) => problem === 'grant-missing')) {
        await sleep(rowFollowsMs);
        found = await again(found);
      }
      for (const { problem, where, message } of found) report(problem, where, message);
      return Object.fromEntries([...before].map(([table, found]) => [table, found.length]));
    },
  };
}

/** A row is written right behind its entry, which may be the last one that was read. */
const rowFollowsMs = 250;

const keyOf = ({ problem, where }: Finding) => `${problem} ${where}`;

async function readTables(rows: Rows): Promise<Snapshot> {
  const tables = [...grantTables.map(({ table }) => table), 'device_revocations'];
  const found = new Map<string, readonly Row[]>();
  for (const table of tables) found.set(table, await rows(`select * from ${table}`).catch(noTable));
  return found;
}

/** A part of the state that this installation never used has no table yet. */
function noTable(error: unknown): readonly Row[] {
  const { code, message } = error as { code?: string; message?: string };
  if (code === '42P01' || /no such table/.test(message ?? '')) return [];
  throw error;
}

function findingsOf(snapshot: Snapshot, recorded: Recorded, now: number): readonly Finding[] {
  const found = grantTables.flatMap((spec) =>
    (snapshot.get(spec.table) ?? []).flatMap((row) => rowFindings(spec, row, recorded)),
  );
  const missing = grantTables.flatMap((spec) =>
    missingFindings(spec, snapshot.get(spec.table) ?? [], recorded),
  );
  return [
    ...found,
    ...missing,
    ...revocationFindings(snapshot.get('device_revocations') ?? [], recorded, now),
  ];
}

function missingFindings(spec: GrantTable, rows: readonly Row[], recorded: Recorded): readonly Finding[] {
  const there = new Set(
    rows.map((row) => (spec.idDetail === null ? rowBinding(boundRow(spec, row)) : String(row.id))),
  );
  return recorded
    .live(spec)
    .filter((key) => !there.has(key))
    .map((key) => ({
      problem: 'grant-missing',
      where: `${spec.table} ${key}`,
      message: `An entry ${spec.granted} describes a row that is not there, and nothing ended it.`,
    }));
}

function rowFindings(spec: GrantTable, row: Row, recorded: Recorded): readonly Finding[] {
  const binding = rowBinding(boundRow(spec, row));
  const id = spec.idDetail === null ? null : String(row.id);
  const where = `${spec.table} ${id ?? `created ${row.created_at}`}`;
  const grant = recorded.grant(spec, id ?? binding);
  const findings: Finding[] = [];
  if (grant === null) {
    const message = `No entry ${spec.granted} describes this row.`;
    return [{ problem: id === null ? 'grant-differs' : 'grant-unrecorded', where, message }];
  }
  if (!grant.fits(row, binding)) {
    findings.push({
      problem: 'grant-differs',
      where,
      message: `The entry ${spec.granted} describes another row.`,
    });
  }
  if (spec.ended !== null) {
    const isEnded = row[spec.ended.column] !== null;
    const says = recorded.isEnded(spec, id ?? binding);
    if (says && !isEnded) {
      findings.push({
        problem: 'revocation-missing',
        where,
        message: `An entry ${spec.ended.what} ends it.`,
      });
    }
    // A session ends before its entry is written; a crash between the two is no fault.
    if (!says && isEnded && id !== null) {
      findings.push({
        problem: 'revocation-unrecorded',
        where,
        message: `No entry ${spec.ended.what} ends it.`,
      });
    }
  }
  if (spec.table === 'device_codes' && row.used_at === null && recorded.isCodeUsed(String(row.id))) {
    findings.push({ problem: 'revocation-missing', where, message: 'A device was enrolled with this code.' });
  }
  return findings;
}

function revocationFindings(rows: readonly Row[], recorded: Recorded, now: number): readonly Finding[] {
  const found = new Map(rows.map((row) => [String(row.jti), row]));
  const findings: Finding[] = [];
  for (const [token, until] of recorded.revokedTokens()) {
    const row = found.get(token);
    if (until <= now || (row !== undefined && Number(row.until) >= until)) continue;
    const where = `device_revocations ${token}`;
    findings.push({
      problem: 'revocation-missing',
      where,
      message: 'An entry assistant-token.revoked ends it.',
    });
  }
  return findings;
}

function boundRow({ members, lists }: GrantTable, row: Row): BoundRow {
  return Object.fromEntries(
    members.map((member) => {
      const value = row[member.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] ?? null;
      return [member, lists.includes(member) && typeof value === 'string' ? listOf(value) : value];
    }),
  );
}

function listOf(json: string): readonly string[] | string {
  try {
    return JSON.parse(json) as string[];
  } catch {
    return json;
  }
}
