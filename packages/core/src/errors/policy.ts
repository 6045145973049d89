/** Errors of the policy area and of the bundles that policies are put in force with. */
export const policyErrors = {
  'bundle.unsigned': {
    status: 500,
    safeMessage: 'An unsigned program runs only on loopback addresses.',
    fix: 'Listen on 127.0.0.1 or ::1; a TLS-terminating proxy on this machine can make it reachable.',
  },
  'policy.invalid': {
    status: 422,
    safeMessage: 'A policy does not validate.',
    fix: 'Run `fairlead policy check` and mend what it names.',
  },
  'policy.request-unreadable': {
    status: 422,
    safeMessage: 'The file does not hold a policy request.',
    fix: 'Give a JSON file with principal, action, resource, context and entities, as decisions record them.',
  },
  'policy.no-tests': {
    status: 422,
    safeMessage: 'There are no policy tests to run.',
    fix: 'Write tests/NAME.test.yaml in the program directory.',
  },
  'policy.decision-unknown': {
    status: 404,
    safeMessage: 'The ledger holds no decision of this operation.',
    fix: 'Take the operation id from the refusal, the x-fairlead-op header or `fairlead ledger list`.',
  },
} as const;
