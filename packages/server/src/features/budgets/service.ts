import { FairleadError } from '@fairlead/core/errors';
import { type AdminEntry, type ConfigEntry, type EntryEnvelope, entryVersion } from '@fairlead/core/ledger';
import {
  type AccountSheet,
  accountName,
  namedAccounts,
  openSheet,
  periodStart,
  usdText,
} from '@fairlead/core/money';
import type { Program } from '@fairlead/core/program';
import { v7 as uuidv7 } from 'uuid';
import type { BudgetRows, Draft } from '../ledger/api.ts';
import type { Budgets } from './api.ts';
import { createCallLimits } from './call-limits.ts';
import type { BudgetMetrics } from './metrics.ts';
import { createPausedKeys } from './paused-keys.ts';
import { createPriceBooks } from './price-books.ts';
import { reserveCall } from './reserve-call.ts';
import type { BudgetsOptions, Overrun } from './types.ts';

type ServiceDeps = Omit<BudgetsOptions, 'registry'> & { readonly metrics: BudgetMetrics };

/**
 * Budgets over an in-memory sheet of what the database has. The sheet answers at once, so that a decision has its
 * facts; the ledger's transaction has the last word, and corrects the sheet where it refuses. The sheet of one of
 * several replicas holds its own part only: it says yes too often, never too rarely, and the transaction says no.
 */
export function createBudgetsService(deps: ServiceDeps, rows: BudgetRows): Budgets {
  const { ledger, clock, hash, log, metrics } = deps;
  const { isShared = false } = deps;
  const sheet = openSheet(isShared ? [] : rows.accounts);
  const paused = createPausedKeys(rows.paused);
  const bookOf = createPriceBooks(hash, clock);
  let reserves = 0;
  const envelope = (): EntryEnvelope => ({
    v: entryVersion,
    id: uuidv7(),
    ts: new Date(clock.now()).toISOString(),
    op: null,
    origin: deps.origin,
    instance: deps.instance,
  });
  const admin = (what: string, details: AdminEntry['details'], effect: Draft['effect']): Draft => ({
    entry: { ...envelope(), kind: 'admin', what, actor: null, details },
    effect,
  });
  const pause = ({ keyId, op, reserved, cost }: Overrun): Draft[] => {
    metrics.overruns.inc();
    log.warn({ op, keyId, reserved, cost }, 'a call cost more than was set aside for it: its key is paused');
    if (!paused.pause(keyId)) return [];
    return [admin('key.paused', { keyId, op, reserved, cost }, { kind: 'pause', keyId })];
  };
  return {
    async activate(program) {
      const { version, json } = bookOf(program);
      const accounts = namedAccounts(program.budgets?.limits ?? [], program.organisation.id, clock.now());
      sheet.declare(accounts);
      const entry = activation(envelope(), program, version, (vendor, model) =>
        bookOf(program).price(vendor, model),
      );
      const inputs = [{ digest: version, json }];
      await ledger.append([{ entry, inputs, effect: { kind: 'declare', accounts } }]);
    },
    admit: createCallLimits(clock, deps.share),
    reserve(ask) {
      reserves += 1;
      if (reserves % reservesPerTidying === 0) forgetOld(sheet, clock.now());
      const book = bookOf(ask.index.program);
      const isPaused = paused.has(ask.keyId);
      return reserveCall({ sheet, isShared, book, isPaused, clock, metrics, pause }, ask);
    },
    isPriced: (program, vendor, model) => bookOf(program).price(vendor, model) !== null,
    async resumeKey(keyId, by, reason = '') {
      if (!paused.has(keyId)) throw new FairleadError('budget.key-not-paused');
      await ledger.append([admin('key.resumed', { keyId, by, reason }, { kind: 'resume', keyId })]);
      paused.resume(keyId);
    },
    refresh: async () => paused.take((await ledger.readBudgets()).paused),
  };
}

const reservesPerTidying = 4096;

/** Sessions and past periods: the ledger's database still knows them, should one be asked for again. */
function forgetOld(sheet: AccountSheet, now: number): void {
  sheet.forget(({ key }) => {
    const { scope, period, start } = accountName(key);
    return scope === 'session' || start !== periodStart(period, now);
  });
}

function activation(
  envelope: EntryEnvelope,
  program: Program,
  version: string,
  price: (vendor: string, model: string) => { readonly source: string } | null,
): ConfigEntry {
  const named = program.models.map(({ vendor, id }) => ({
    name: `${vendor}/${id}`,
    source: price(vendor, id)?.source ?? 'none',
  }));
  const from = (source: string) => named.filter((model) => model.source === source).map(({ name }) => name);
  return {
    ...envelope,
    kind: 'config',
    what: 'prices.activated',
    bundle: null,
    details: {
      prices: version,
      ownPrices: from('program').length,
      listPrices: from('list').slice(0, 100),
      unpriced: from('none').slice(0, 100),
      limits: (program.budgets?.limits ?? [])
        .slice(0, 100)
        .map(({ scope, subject, period, limit }) => `${scope} ${subject} ${period} ${usdText(limit)}`),
    },
  };
}
