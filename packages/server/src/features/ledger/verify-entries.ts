import { recoveryId } from '@fairlead/core/ledger';
import { nodeHash } from '../../platform/crypto/index.ts';
import { outcomeId } from './outcome-id.ts';
import { isUuid } from './rows.ts';
import type { LogCompanions, LogReader } from './store.ts';
import type { StoredEntry } from './types.ts';
import { createBudgetChecks } from './verify-budgets.ts';
import { createPruningChecks } from './verify-pruning.ts';
import type { Report } from './verify-types.ts';

/** Checks of what entries say, fed with every entry in order, a page at a time. */
export interface EntryChecks {
  take(page: readonly StoredEntry[]): Promise<void>;
  finish(): Promise<void>;
}

/** An entry with what its bytes say. */
export interface ReadEntry {
  readonly entry: StoredEntry;
  readonly fields: EntryFields;
}

/** What is shown every entry that can be read, in order, a page at a time, to make up its own mind. */
export interface EntryFollower {
  take(page: readonly ReadEntry[]): void | Promise<void>;
  /** The same for entries whose bytes were pruned. */
  takePruned?(page: readonly StoredEntry[]): void | Promise<void>;
}

/** The parts of an entry that verification reads. Everything is unknown until it is looked at. */
export interface EntryFields {
  readonly id?: unknown;
  readonly op?: unknown;
  readonly kind?: unknown;
  readonly ts?: unknown;
  readonly input?: unknown;
  readonly decision?: unknown;
}

/**
 * Compares the columns that queries use with the hashed bytes, the inputs of each decision, and the joins by `op`: an
 * outcome or recovery belongs to an earlier, allowed decision, and there is at most one of them. What they say of money
 * is what the budgets' accounts hold. Without `companions` there is only the log to check. Memory grows with the calls that are open at once, not with the log.
 */
export function createEntryChecks(
  reader: LogReader,
  companions: LogCompanions | null,
  report: Report,
  followers: readonly EntryFollower[] = [],
): EntryChecks {
  const budgets = companions && createBudgetChecks(companions, report);
  const pruning = createPruningChecks(report);
  /** Allowed decisions that nothing closed yet. */
  const open = new Set<string>();
  /** A database still has the ids of pruned entries, an export hasn't. */
  const isForgotten = () => companions === null && pruning.anything();
  return {
    finish: async () => {
      pruning.finish();
      await budgets?.finish(pruning.anything());
    },
    take: async (page) => {
      const gone = page.filter(({ bytes }) => bytes.length === 0);
      const read = page.filter(({ bytes }) => bytes.length > 0).flatMap((entry) => readEntry(entry, report));
      pruning.takePruned(gone);
      for (const follower of followers) await follower.takePruned?.(gone);
      await checkIds(reader, page, report);
      if (companions) await checkInputsOf(companions, read, report);
      for (const one of read) {
        const { entry, fields } = one;
        checkColumns(entry, fields, report);
        budgets?.take(fields);
        pruning.take(entry, fields);
        if (fields.kind === 'decision') openCall(one, open, report);
        if (fields.kind === 'outcome' || fields.kind === 'recovery')
          await checkClosing(reader, one, open, isForgotten, report);
      }
      for (const follower of followers) await follower.take(read);
    },
  };
}

function readEntry(entry: StoredEntry, report: Report): readonly ReadEntry[] {
  const fields = parse(entry.bytes);
  if (fields !== null) return [{ entry, fields }];
  report('entry-unreadable', `Entry ${entry.index} is not a JSON object.`, entry.index);
  return [];
}

function parse(bytes: Uint8Array): EntryFields | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

async function checkIds(reader: LogReader, page: readonly StoredEntry[], report: Report): Promise<void> {
  const indexes = await reader.indexesOf(page.map(({ id }) => id));
  for (const { id, index } of page) {
    if (indexes.get(id) !== index) report('id-repeated', `The id of entry ${index} occurs twice.`, index);
  }
}

function checkColumns(entry: StoredEntry, fields: EntryFields, report: Report): void {
  const same =
    fields.id === entry.id &&
    (fields.op ?? null) === entry.op &&
    fields.kind === entry.kind &&
    typeof fields.ts === 'string' &&
    Date.parse(fields.ts) === entry.ts;
  if (!same)
    report('columns-changed', `The index columns of entry ${entry.index} differ from it.`, entry.index);
}

async function checkInputsOf(
  reader: LogCompanions,
  read: readonly ReadEntry[],
  report: Report,
): Promise<void> {
  const decisions = read.filter(({ fields }) => fields.kind === 'decision' && fields.input !== null);
  const digestOf = ({ fields: { input } }: ReadEntry) =>
    typeof input === 'string' && /^[0-9a-f]{64}$/.test(input) ? input : null;
  const known = await reader.knownInputs(decisions.flatMap((one) => digestOf(one) ?? []));
  for (const one of decisions) {
    if (known.has(digestOf(one) ?? '')) continue;
    const { index } = one.entry;
    report('inputs-missing', `The inputs of decision ${index} are not there.`, index);
  }
}

function openCall({ entry, fields }: ReadEntry, open: Set<string>, report: Report): void {
  if (fields.op !== fields.id)
    report('op-differs', `Decision ${entry.index} has another op than id.`, entry.index);
  if (fields.decision !== 'deny' && typeof fields.op === 'string') open.add(fields.op);
}

async function checkClosing(
  reader: LogReader,
  { entry, fields }: ReadEntry,
  open: Set<string>,
  isForgotten: () => boolean,
  report: Report,
): Promise<void> {
  if (typeof fields.op !== 'string' || !isUuid(fields.op)) {
    report('op-missing', `Entry ${entry.index} closes no operation.`, entry.index);
    return;
  }
  const own = fields.kind === 'outcome' ? outcomeId(fields.op) : recoveryId(nodeHash, fields.op);
  if (fields.id !== own)
    report('id-differs', `The id of entry ${entry.index} is not that of its op.`, entry.index);
  if (open.delete(fields.op)) return;
  const decision = await reader.findEntry(fields.op);
  if (decision === null && isForgotten()) return;
  if (decision === null || decision.kind !== 'decision' || decision.index >= entry.index) {
    report('decision-missing', `Entry ${entry.index} has no decision before it.`, entry.index);
  } else if (parse(decision.bytes)?.decision === 'deny') {
    report('closed-denied', `Entry ${entry.index} is the outcome of a call that was denied.`, entry.index);
  } else if (decision.bytes.length > 0 || (await isClosedBefore(reader, entry, fields.op))) {
    report('closed-twice', `The operation of entry ${entry.index} was closed before.`, entry.index);
  }
}

/** A decision that was pruned says nothing; whether another entry closed its call before can still be looked up. */
async function isClosedBefore(reader: LogReader, entry: StoredEntry, op: string): Promise<boolean> {
  const ids = [outcomeId(op), recoveryId(nodeHash, op)].filter((id) => id !== entry.id);
  const indexes = await reader.indexesOf(ids);
  return [...indexes.values()].some((index) => index < entry.index);
}
