import type { BudgetScope, ProgramBudget } from '../program/types.ts';
import { accountKey, type LimitedAccount } from './accounts.ts';
import { periodStart } from './periods.ts';

/** Whose money a call spends. A list has more than one element where the credential leaves it open: each is charged. */
export type Spender = { readonly [scope in BudgetScope]: readonly string[] };

/**
 * The limits that apply to one id: those that name it, and those of `*` for periods that none of them has.
 */
function findLimits(limits: readonly ProgramBudget[], scope: BudgetScope, id: string): ProgramBudget[] {
  const own = limits.filter((limit) => limit.scope === scope && limit.subject === id);
  const named = new Set(own.map(({ period }) => period));
  const common = limits.filter(
    (limit) => limit.scope === scope && limit.subject === '*' && !named.has(limit.period),
  );
  return [...own, ...common];
}

interface KnownLimits {
  /** By scope and subject; of a scope, `*` alone for ids that no limit names. */
  readonly bySubject: Map<string, readonly ProgramBudget[]>;
  /** `scope\nsubject` of every limit. */
  readonly named: ReadonlySet<string>;
}

/** A program's list never changes, and calls ask it for the same few ids again and again. */
const knownLimits = new WeakMap<readonly ProgramBudget[], KnownLimits>();

function limitsOf(
  limits: readonly ProgramBudget[],
  scope: BudgetScope,
  id: string,
): readonly ProgramBudget[] {
  let known = knownLimits.get(limits);
  if (known === undefined) {
    const named = new Set(limits.map((limit) => `${limit.scope}\n${limit.subject}`));
    known = { bySubject: new Map(), named };
    knownLimits.set(limits, known);
  }
  const subject = `${scope}\n${id}`;
  const key = known.named.has(subject) ? subject : `${scope}\n*`;
  const before = known.bySubject.get(key);
  if (before !== undefined) return before;
  const found = findLimits(limits, scope, id);
  known.bySubject.set(key, found);
  return found;
}

/** The accounts that a call at `now` is charged to, in the order of their keys; none without a limit. */
export function accountsFor(
  limits: readonly ProgramBudget[],
  spender: Spender,
  now: number,
): LimitedAccount[] {
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
): LimitedAccount[] {
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
