/** One thing that is wrong. `problem` is an id from `docs/reference/ledger.md`; nothing here quotes an entry. */
export interface LedgerProblem {
  readonly problem: string;
  readonly index: number | null;
  readonly message: string;
}

/** Notes a problem; `index` is that of the entry it is about. */
export type Report = (problem: string, message: string, index?: number) => void;
