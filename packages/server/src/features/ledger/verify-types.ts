/** Everything that a verification can find, and what it means. The ids are part of the JSON output. */
export const ledgerProblems = {
  'database-unreadable': 'The database file is damaged, so not all of it could be read.',
  'identity-missing': 'The database does not say which log it holds.',
  'key-differs': 'The database names another verifier key than the one kept or given from outside.',
  'rotation-unsigned': 'A change of the signing key was not signed by the key before it, or has no entry.',
  'outside-checkpoint-invalid': 'The checkpoint kept or given from outside does not verify.',
  'cosignature-missing': 'A witness that was named did not cosign the checkpoint.',
  'rolled-back': 'A checkpoint from outside covers more entries than the database has.',
  truncated: 'A signed checkpoint in the database covers more entries than there are.',
  'checkpoint-differs': 'The entries are not those that a checkpoint was signed for.',
  'signature-invalid': 'The signature of a checkpoint does not verify.',
  'tile-changed': 'A stored hash of the tree is not that of its entries.',
  'entry-missing': 'The numbering of entries has a gap.',
  'entry-changed': 'The bytes of an entry are not those that were hashed.',
  'entry-unreadable': 'An entry is not a JSON object.',
  'columns-changed': 'The columns that queries use differ from the entry.',
  'id-repeated': 'An id stands in more than one entry.',
  'id-differs': 'The id of an outcome or recovery does not follow from its operation.',
  'op-differs': 'A decision has another operation than its id.',
  'op-missing': 'An outcome or recovery names no operation.',
  'decision-missing': 'An outcome or recovery has no decision before it.',
  'closed-denied': 'An outcome or recovery belongs to a call that was denied.',
  'closed-twice': 'An operation has both an outcome and a recovery.',
  'inputs-changed': 'Decision inputs are not those that their digest names.',
  'inputs-missing': 'The inputs of a decision are not there.',
  'budget-differs': 'The account of a budget does not hold what the entries say.',
} as const;

export type ProblemId = keyof typeof ledgerProblems;

/** One thing that is wrong. Nothing here quotes an entry. */
export interface LedgerProblem {
  readonly problem: ProblemId;
  /** Index of the entry it is about, where it is about one. */
  readonly index: number | null;
  readonly message: string;
}

/** Notes a problem; `index` is that of the entry it is about. */
export type Report = (problem: ProblemId, message: string, index?: number) => void;
