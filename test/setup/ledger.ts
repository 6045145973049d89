// Ledger folders for tests of other features than the ledger itself.
export {
  type LedgerFolder,
  ledgerFolder,
} from '../../packages/server/src/features/ledger/testing/folders.ts';
