import type { FsckPart, FsckReport, Rows } from './api.ts';

interface Held {
  readonly amount: number;
  /** JSON, as the row has it. */
  readonly accounts: string;
}

interface Tables {
  readonly operations: string;
  readonly reservations: string;
  readonly paused: string;
}

const sqliteTables: Tables = {
  operations: 'select lower(hex(op)) as op from open_operations',
  reservations: 'select lower(hex(op)) as op, amount, accounts from budget_reservations',
  paused: 'select key_id from paused_keys',
};

const postgresTables: Tables = {
  operations: `select replace(op::text, '-', '') as op from ledger_open_operations`,
  reservations: `select replace(op::text, '-', '') as op, amount::float8 as amount, accounts
    from ledger_budget_reservations`,
  paused: 'select key_id from ledger_paused_keys',
};

interface State {
  /** Calls that nothing closed, as hex of their op. */
  readonly open: Set<string>;
  readonly held: Map<string, Held>;
  readonly paused: Set<string>;
}

/** Open operations, what they set aside, and paused keys: rows that each entry changes in its own transaction. */
export function effectsPart(rows: Rows, kind: 'sqlite' | 'postgres'): FsckPart {
  const tables = kind === 'sqlite' ? sqliteTables : postgresTables;
  const state: State = { open: new Set(), held: new Map(), paused: new Set() };
  return {
    take: (page) => {
      for (const { fields } of page) takeEntry(state, fields as Fields);
    },
    finish: async (report) => ({
      openOperations: compareOperations(state.open, await rows(tables.operations), report),
      reservations: compareReservations(state.held, await rows(tables.reservations), report),
      pausedKeys: comparePaused(state.paused, await rows(tables.paused), report),
    }),
  };
}

interface Fields {
  readonly kind?: unknown;
  readonly op?: unknown;
  readonly decision?: unknown;
  readonly reserved?: unknown;
  readonly budgets?: unknown;
  readonly what?: unknown;
  readonly details?: { readonly keyId?: unknown };
}

function takeEntry({ open, held, paused }: State, fields: Fields): void {
  const op = typeof fields.op === 'string' ? fields.op.replaceAll('-', '') : null;
  if (fields.kind === 'decision' && op !== null && fields.decision !== 'deny') {
    open.add(op);
    const { reserved, budgets } = fields;
    if (typeof reserved === 'number' && Array.isArray(budgets) && budgets.length > 0) {
      held.set(op, { amount: reserved, accounts: JSON.stringify(budgets) });
    }
  } else if ((fields.kind === 'outcome' || fields.kind === 'recovery') && op !== null) {
    open.delete(op);
    held.delete(op);
  } else if (fields.kind === 'admin' && typeof fields.details?.keyId === 'string') {
    if (fields.what === 'key.paused') paused.add(fields.details.keyId);
    if (fields.what === 'key.resumed') paused.delete(fields.details.keyId);
  }
}

type Found = Awaited<ReturnType<Rows>>;

function compareOperations(expected: ReadonlySet<string>, rows: Found, report: FsckReport): number {
  const missing = new Set(expected);
  for (const { op } of rows) {
    if (!missing.delete(String(op))) {
      report('open-operation-unknown', `op ${op}`, 'The ledger holds no open call with this operation.');
    }
  }
  for (const op of missing)
    report('open-operation-missing', `op ${op}`, 'The call is open in the ledger only.');
  return rows.length;
}

function compareReservations(expected: ReadonlyMap<string, Held>, rows: Found, report: FsckReport): number {
  const missing = new Map(expected);
  for (const { op, amount, accounts } of rows) {
    const held = missing.get(String(op));
    missing.delete(String(op));
    if (held === undefined) {
      report('reservation-unknown', `op ${op}`, 'The ledger holds no open call that set this aside.');
    } else if (held.amount !== amount || held.accounts !== accounts) {
      report('reservation-differs', `op ${op}`, 'The decision names another amount or other accounts.');
    }
  }
  for (const op of missing.keys())
    report('reservation-missing', `op ${op}`, 'The decision set something aside.');
  return rows.length;
}

function comparePaused(expected: ReadonlySet<string>, rows: Found, report: FsckReport): number {
  const missing = new Set(expected);
  for (const { key_id: id } of rows) {
    if (!missing.delete(String(id))) report('paused-key-unknown', `key ${id}`, 'No entry pauses this key.');
  }
  for (const id of missing) report('paused-key-missing', `key ${id}`, 'An entry paused this key.');
  return rows.length;
}
