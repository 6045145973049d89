import type { AuditIndex } from '../audit/api.ts';

/** A baseline as its entry says it. */
export interface SealedBaseline {
  readonly id: string;
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly subject: string;
  readonly digest: string;
  /** Days, UTC; `to` exclusive. */
  readonly from: string;
  readonly to: string;
  readonly status: string;
  readonly changes: number;
  /** How often the subject was sealed before, and whether it was again since. */
  readonly earlier: number;
  readonly replaced: boolean;
  readonly figures: readonly SealedFigure[];
}

export interface SealedFigure {
  readonly kpi: string;
  readonly version: string;
  /** Null: unknown when it was sealed. */
  readonly value: number | null;
  readonly n: number | null;
}

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
  const { subject, digest, from, to, status, changes, figures } = details;
  return {
    ...{ id, at: ts, subject, digest, from, to, status, changes },
    figures: (figures as readonly string[]).flatMap((text) => readFigure(text) ?? []),
  };
}

const written = /^(\S+)\/(\S+) (unknown|\S+) n=(unknown|\d+)$/;

function readFigure(text: string): SealedFigure | null {
  const [, kpi, version, value, n] = written.exec(text) ?? [];
  if (kpi === undefined || version === undefined) return null;
  const number = (part: string | undefined) => (part === 'unknown' ? null : Number(part));
  return { kpi, version, value: number(value), n: number(n) };
}
