import { FairleadError, isFairleadError } from '@fairlead/core/errors';
import { type LedgerCut, ledgerCut, type Program } from '@fairlead/core/program';
import type { AuditIndex } from '../audit/api.ts';
import type { Content } from '../content/api.ts';
import type { ControlCaller } from '../identity/api.ts';
import { adminEntry, type EntrySource, type Keeping, type Ledger, type Pruning } from '../ledger/api.ts';
import type { FailureCode, RecordedRun, RetentionRun } from './types.ts';

export interface RetentionDeps extends EntrySource {
  readonly program: () => Pick<Program, 'retention'>;
  readonly ledger: Pick<Ledger, 'append'> & {
    readonly keeping: Keeping;
    readAdministration(mark: string): Promise<readonly string[]>;
  };
  readonly content: Pick<Content, 'status' | 'expire'>;
  readonly audit: Pick<AuditIndex, 'forget'>;
}

/** `what` of the entry of a run. */
const applied = 'retention.applied';

/**
 * Deletes what is over: periods of kept content, the bytes of calls, and the rows about them. What cannot be done is
 * named in the entry, and the rest is done all the same; the next run tries it again.
 * @throws FairleadError `ledger.retention-off`, and the ledger's own when the run cannot be recorded.
 */
export async function applyRetention(deps: RetentionDeps, by: string): Promise<RetentionRun> {
  const { retention } = deps.program();
  if (!retention?.enforce) throw new FairleadError('ledger.retention-off');
  const failed: FailureCode[] = [];
  const trying = async <Result>(work: () => Promise<Result>, otherwise: Result): Promise<Result> => {
    try {
      return await work();
    } catch (error) {
      failed.push(isFairleadError(error) ? error.code : 'unknown');
      return otherwise;
    }
  };
  const expired = await trying(
    async () => (deps.content.status().state === 'off' ? [] : await deps.content.expire()),
    [],
  );
  const cut = ledgerCut(retention, deps.clock.now());
  const pruning = await trying<Pruning | null>(() => deps.ledger.keeping.prune(cut, by), null);
  const rows = await trying(() => deps.audit.forget(pruning?.minimum ?? 0), 0);
  const holds = await trying(() => deps.ledger.keeping.holds(), []);
  const run: RetentionRun = {
    by,
    periods: expired.length,
    items: expired.reduce((sum, { items }) => sum + items, 0),
    minimum: pruning?.minimum ?? null,
    entries: pruning?.entries ?? 0,
    inputs: pruning?.inputs ?? 0,
    rows,
    holds: holds.map(({ id }) => id),
    stopped: pruning?.stopped ?? false,
    // That another server on the same database prunes at the moment is no failure of the run.
    failed: failed.filter((code) => code !== 'ledger.prune-busy'),
  };
  const { ledgerDays, contentDays } = retention;
  const { minimum, ...rest } = run;
  const details = { ...rest, ...(minimum !== null && { minimum }), ledgerDays, contentDays };
  await deps.ledger.append([{ entry: adminEntry(deps, applied, details) }]);
  return run;
}

/** The newest run that the ledger knows of. */
export async function lastRun({ ledger }: Pick<RetentionDeps, 'ledger'>): Promise<RecordedRun | null> {
  const texts = await ledger.readAdministration(`"${applied}"`);
  for (const text of texts.toReversed()) {
    const { what, ts, details } = JSON.parse(text) as {
      what: string;
      ts: string;
      details: Omit<RetentionRun, 'minimum'> & { readonly minimum?: number };
    };
    if (what !== applied) continue;
    const { by, periods, items, minimum = null, entries, inputs, rows, holds, stopped, failed } = details;
    return { at: ts, by, periods, items, minimum, entries, inputs, rows, holds, stopped, failed };
  }
  return null;
}

/** What is younger never goes: calls that come now may share their decision inputs with it. */
const youngestMs = 10_000;

/**
 * What a caller may prune: at most what is over by the program's retention. Where the program says nothing, whoever runs
 * the machine decides, and no person does.
 * @param before milliseconds since the epoch; null: what is over
 * @throws FairleadError `ledger.retention-unsaid`
 */
export function cutFor(
  { program, clock }: Pick<RetentionDeps, 'program' | 'clock'>,
  caller: Pick<ControlCaller, 'kind'>,
  before: number | null,
): LedgerCut {
  const { retention } = program();
  if (retention === undefined) {
    if (before === null || caller.kind === 'session') throw new FairleadError('ledger.retention-unsaid');
    return { before: Math.min(before, clock.now() - youngestMs), classes: {} };
  }
  const cut = ledgerCut(retention, clock.now());
  if (before === null) return cut;
  const classes = Object.entries(cut.classes).map(([id, own]) => [id, Math.min(own, before)] as const);
  return { before: Math.min(cut.before, before), classes: Object.fromEntries(classes) };
}
