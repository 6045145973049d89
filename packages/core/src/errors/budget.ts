/** Errors of the budgets area. */
export const budgetErrors = {
  'budget.exhausted': {
    status: 400,
    safeMessage: 'A budget has no room for the most this call may cost.',
    fix: 'Wait until its period ends, ask for fewer output tokens, or ask its owner for more.',
  },
  'budget.key-not-paused': {
    status: 404,
    safeMessage: 'This key is not paused.',
    fix: 'Take the key id from the `key.paused` entry in `fairlead ledger list --kind admin`.',
  },
} as const;
