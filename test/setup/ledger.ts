// Ledger folders for tests of other features than the ledger itself.

// Entries as the gateway and the ledger write them.
export {
  decisionDraft,
  outcomeDraft,
  recoveryDraft,
  testInstance,
} from '../../packages/server/src/features/ledger/testing/entries.ts';
export {
  type LedgerFolder,
  ledgerFolder,
} from '../../packages/server/src/features/ledger/testing/folders.ts';
