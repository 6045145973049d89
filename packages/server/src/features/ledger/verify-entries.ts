import { recoveryId } from '@fairlead/core/ledger';
import { nodeHash } from '../../platform/crypto/index.ts';
import { outcomeId } from './outcome-id.ts';
import { isUuid } from './rows.ts';
import type { LedgerReader } from './store.ts';
import type { StoredEntry } from './types.ts';
import { createBudgetChecks } from './verify-budgets.ts';
import type { Report } from './verify-types.ts';

/** Checks of what entries say, fed with every entry in order. */
export interface EntryChecks {
  take(entry: StoredEntry): Promise<void>;
  finish(): Promise<void>;
}

/** The parts of an entry that verification reads. Everything is unknown until it is looked at. */
interface Fields {
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
 * is what the budgets' accounts hold.
 */
export function createEntryChecks(reader: LedgerReader, report: Report): EntryChecks {
  const budgets = createBudgetChecks(reader, report);
  return {
    finish: () => budgets.finish(),
    take: async (entry) => {
      const fields = parse(entry.bytes);
      if (fields === null) {
        report('entry-unreadable', `Entry ${entry.index} is not a JSON object.`, entry.index);
        return;
      }
      checkColumns(entry, fields, report);
      budgets.take(fields);
      if ((await reader.indexOf(entry.id)) !== entry.index) {
        report('id-repeated', `The id of entry ${entry.index} occurs twice.`, entry.index);
      }
      if (fields.kind === 'decision') await checkDecision(reader, entry, fields, report);
      if (fields.kind === 'outcome' || fields.kind === 'recovery')
        await checkClosing(reader, entry, fields, report);
    },
  };
}

function parse(bytes: Uint8Array): Fields | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function checkColumns(entry: StoredEntry, fields: Fields, report: Report): void {
  const same =
    fields.id === entry.id &&
    (fields.op ?? null) === entry.op &&
    fields.kind === entry.kind &&
    typeof fields.ts === 'string' &&
    Date.parse(fields.ts) === entry.ts;
  if (!same)
    report('columns-changed', `The index columns of entry ${entry.index} differ from it.`, entry.index);
}

async function checkDecision(
  reader: LedgerReader,
  entry: StoredEntry,
  fields: Fields,
  report: Report,
): Promise<void> {
  if (fields.op !== fields.id)
    report('op-differs', `Decision ${entry.index} has another op than id.`, entry.index);
  if (fields.input === null) return;
  const known = typeof fields.input === 'string' && (await reader.readInput(fields.input)) !== null;
  if (!known) report('inputs-missing', `The inputs of decision ${entry.index} are not there.`, entry.index);
}

async function checkClosing(
  reader: LedgerReader,
  entry: StoredEntry,
  fields: Fields,
  report: Report,
): Promise<void> {
  if (typeof fields.op !== 'string' || !isUuid(fields.op)) {
    report('op-missing', `Entry ${entry.index} closes no operation.`, entry.index);
    return;
  }
  const ids = { outcome: outcomeId(fields.op), recovery: recoveryId(nodeHash, fields.op) };
  const [own, other] = fields.kind === 'outcome' ? [ids.outcome, ids.recovery] : [ids.recovery, ids.outcome];
  if (fields.id !== own)
    report('id-differs', `The id of entry ${entry.index} is not that of its op.`, entry.index);
  const closedBefore = await reader.indexOf(other);
  if (closedBefore !== null && closedBefore < entry.index) {
    report('closed-twice', `The operation of entry ${entry.index} was closed before.`, entry.index);
  }
  const decision = await reader.findEntry(fields.op);
  if (decision === null || decision.kind !== 'decision' || decision.index >= entry.index) {
    report('decision-missing', `Entry ${entry.index} has no decision before it.`, entry.index);
  } else if (parse(decision.bytes)?.decision === 'deny') {
    report('closed-denied', `Entry ${entry.index} is the outcome of a call that was denied.`, entry.index);
  }
}
