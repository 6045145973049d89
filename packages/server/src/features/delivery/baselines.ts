import type { SealedFigure } from '@fairlead/core/delivery';
import type { AuditIndex } from '../audit/api.ts';

/** A baseline as its entry says it. */
export interface SealedBaseline {
  readonly id: string;
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly subject: string;
  readonly digest: string;
  /** Null: it was sealed before entries said it. */
  readonly definitions: string | null;
  /** Days, UTC; `to` exclusive. */
  readonly from: string;
  readonly to: string;
  readonly status: string;
  readonly changes: number;
  /** How often the subject was sealed before, and whether it was again since. */
  readonly earlier: number;
  readonly replaced: boolean;
  readonly figures: readonly KnownFigure[];
}

/** Its method is null where it was sealed before entries said it, with interval and coverage. */
export type KnownFigure = Omit<SealedFigure, 'method'> & { readonly method: string | null };

type Unnumbered = Omit<SealedBaseline, 'earlier' | 'replaced'>;

const page = 200;
const mostPages = 10;

/** Every sealed baseline in the ledger, newest first. Sealing again replaces nothing: both stand, and say so. */
export async function sealedBaselines(
  audit: Pick<AuditIndex, 'entries' | 'entry'>,
): Promise<readonly SealedBaseline[]> {
  const found: Unnumbered[] = [];
  let before: number | undefined;
  for (let pages = 0; pages < mostPages; pages++) {
    const filter = { kind: 'config', text: 'baseline sealed', ...(before !== undefined && { before }) };
    const { rows, next } = await audit.entries(filter, page);
    for (const { id } of rows) {
      const sealed = readSealed((await audit.entry(id))?.json ?? '{}');
      if (sealed !== null) found.push(sealed);
    }
    if (next === null) break;
    before = next;
  }
  return found.map((one, i) => ({
    ...one,
    earlier: found.slice(i + 1).filter(({ subject }) => subject === one.subject).length,
    replaced: found.slice(0, i).some(({ subject }) => subject === one.subject),
  }));
}

/** Null for an entry that is no sealed baseline. */
function readSealed(json: string): Unnumbered | null {
  const { id, ts, what, details } = JSON.parse(json);
  if (what !== 'baseline.sealed') return null;
  const { subject, digest, definitions = null, from, to, status, changes, figures } = details;
  return {
    ...{ id, at: ts, subject, digest, definitions, from, to, status, changes },
    figures: (figures as readonly string[]).flatMap((text) => readFigure(text) ?? []),
  };
}

/** A figure as an entry has it, on one line. */
export function writeFigure({ kpi, version, value, method, ...rest }: SealedFigure): string {
  const numbers = (['n', 'lo', 'hi', 'coverage'] as const).map(
    (name) => `${name}=${rest[name] ?? 'unknown'}`,
  );
  return `${kpi}/${version} ${value ?? 'unknown'} ${numbers.join(' ')} method=${method}`;
}

const written = /^(\S+)\/(\S+) (\S+) n=(\S+)(?: lo=(\S+) hi=(\S+) coverage=(\S+) method=(.+))?$/;

function readFigure(text: string): KnownFigure | null {
  const [, kpi, version, value, n, lo, hi, coverage, method = null] = written.exec(text) ?? [];
  if (kpi === undefined || version === undefined) return null;
  const number = (part: string | undefined) =>
    part === undefined || part === 'unknown' ? null : Number(part);
  const interval = { lo: number(lo), hi: number(hi), coverage: number(coverage) };
  return { kpi, version, n: number(n), value: number(value), ...interval, method };
}
