import type { Program, ProgramRetention } from './types.ts';

const dayMs = 86_400_000;

/** What decides how long the content of a call is kept. */
export interface ContentQuestion {
  readonly repository: string | null;
  /** Found in the call. */
  readonly dataClasses: readonly string[];
  readonly vendor: string | null;
}

/**
 * Days that the content of a call is kept: the shortest of the rules that fit, the default, and what its data classes say,
 * for the vendor it went to. Null where none is kept.
 */
export function contentDays(
  { content, retention }: Pick<Program, 'content' | 'retention'>,
  question: ContentQuestion,
): number | null {
  const fitting = (content?.keep ?? []).filter((one) => fits(one, question));
  if (fitting.length === 0) return null;
  const bounds = retention?.enforce ? boundsOf(retention, question) : [];
  const days = Math.min(...fitting.map((one) => one.days), ...bounds);
  return days > 0 ? days : null;
}

function fits(
  rule: NonNullable<Program['content']>['keep'][number],
  { repository, dataClasses }: ContentQuestion,
): boolean {
  return (
    (rule.repositories.includes('*') || (repository !== null && rule.repositories.includes(repository))) &&
    (rule.dataClasses.includes('*') || dataClasses.some((found) => rule.dataClasses.includes(found)))
  );
}

function boundsOf(retention: ProgramRetention, { dataClasses, vendor }: ContentQuestion): number[] {
  const ofClasses = dataClasses.flatMap((found) => {
    const own = ownOf(retention.classes, found)?.contentDays;
    const row = ownOf(retention.shared, found) ?? {};
    const cell = (vendor === null ? undefined : ownOf(row, vendor)) ?? ownOf(row, '*');
    return [own, cell].filter((days) => days !== undefined);
  });
  return [retention.contentDays, ...ofClasses];
}

/** Names come out of calls: nothing that every object has may be taken for a time. */
function ownOf<Value>(of: { readonly [name: string]: Value }, name: string): Value | undefined {
  return Object.hasOwn(of, name) ? of[name] : undefined;
}

/** Until when the bytes of entries are needed. */
export interface LedgerCut {
  /** What is older may go unless a class says otherwise; milliseconds since the epoch. */
  readonly before: number;
  /** The same for calls in which a class with a longer time was found; only such classes. */
  readonly classes: { readonly [dataClass: string]: number };
}

/**
 * What of the ledger is over at `now` (milliseconds). The log has one minimum index, so a class can keep an entry, and with
 * it all behind it, for longer; it can't let one go sooner.
 */
export function ledgerCut({ ledgerDays, classes }: ProgramRetention, now: number): LedgerCut {
  const longer = Object.entries(classes).flatMap(([id, { ledgerDays: own = 0 }]) =>
    own > ledgerDays ? [[id, now - own * dayMs] as const] : [],
  );
  return { before: now - ledgerDays * dayMs, classes: Object.fromEntries(longer) };
}

/** Whether an entry has to stay. @param ts milliseconds since the epoch */
export function isNeeded(cut: LedgerCut, ts: number, dataClasses: readonly string[]): boolean {
  if (ts >= cut.before) return true;
  return dataClasses.some((found) => {
    const before = ownOf(cut.classes, found);
    return before !== undefined && ts >= before;
  });
}
