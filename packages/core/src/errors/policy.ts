/** Errors of the policy area. */
export const policyErrors = {
  'policy.invalid': {
    status: 422,
    safeMessage: 'A policy does not validate.',
    fix: 'Run `fairlead policy check` and mend what it names.',
  },
} as const;
