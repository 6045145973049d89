/** Errors of the ledger area. */
export const ledgerErrors = {
  'ledger.unavailable': {
    status: 503,
    safeMessage: 'The audit ledger cannot record this call, so it is not made.',
    fix: 'Try again shortly; if it stays so, the operator checks `fairlead ledger verify` and the disk.',
  },
} as const;
