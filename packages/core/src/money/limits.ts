import type { BudgetScope, ProgramBudget } from '../program/types.ts';
import { accountKey, type LimitedAccount } from './accounts.ts';
import { periodStart } from './periods.ts';

/** Whose money a call spends. A list has more than one element where the credential leaves it open: each is charged. */
export type Spender = { readonly [scope in BudgetScope]: readonly string[] };

/**
 * The limits that apply to one id: those that name it, and those of `*` for periods that none of them has.
 */
function limitsOf(limits: readonly ProgramBudget[], scope: BudgetScope, id: string): ProgramBudget[] {
  const own = limits.filter((limit) => limit.scope === scope && limit.subject === id);
  const named = new Set(own.map(({ period }) => period));
  const common = limits.filter(
    (limit) => limit.scope === scope && limit.subject === '*' && !named.has(limit.period),
  );
  return [...own, ...common];
}

/** Lists of accounts that calls were charged to, by day and spender. They are frozen. */
const mostLists = 4_096;
const knownLists = new WeakMap<readonly ProgramBudget[], Map<string, readonly LimitedAccount[]>>();

/** The accounts that a call at `now` is charged to, in the order of their keys; none without a limit. */
export function accountsFor(
  limits: readonly ProgramBudget[],
  spender: Spender,
  now: number,
): readonly LimitedAccount[] {
  if (limits.length === 0) return [];
  let lists = knownLists.get(limits);
  if (lists === undefined) {
    lists = new Map();
    knownLists.set(limits, lists);
  }
  // The calls of a session are charged to the same accounts until a period ends, and periods end with a day.
  let key = periodStart('day', now);
  for (const scope in spender) key += `\n\n${scope}\n${spender[scope as BudgetScope].join('\n')}`;
  const known = lists.get(key);
  if (known !== undefined) return known;
  if (lists.size >= mostLists) lists.clear();
  const found = Object.freeze(findAccounts(limits, spender, now));
  lists.set(key, found);
  return found;
}

function findAccounts(limits: readonly ProgramBudget[], spender: Spender, now: number): LimitedAccount[] {
  const found = new Map<string, LimitedAccount>();
  for (const [scope, ids] of Object.entries(spender) as [BudgetScope, readonly string[]][]) {
    for (const id of ids) {
      for (const { period, limit } of limitsOf(limits, scope, id)) {
        const key = accountKey({ scope, id, period, start: periodStart(period, now) });
        found.set(key, { key, limit });
      }
    }
  }
  return [...found.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** The accounts of every limit that names its subject, and of the organisation's: they exist before any call. */
export function namedAccounts(
  limits: readonly ProgramBudget[],
  organisation: string,
  now: number,
): readonly LimitedAccount[] {
  const none = { organisation: [], stage: [], team: [], repository: [], key: [], session: [] };
  const named = limits.filter(({ subject }) => subject !== '*');
  const spender = Object.fromEntries(
    Object.keys(none).map((scope) => [
      scope,
      named.filter((limit) => limit.scope === scope).map(({ subject }) => subject),
    ]),
  ) as unknown as Spender;
  return accountsFor(limits, { ...spender, organisation: [organisation] }, now);
}
