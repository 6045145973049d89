/** Errors of the server area. */
export const serverErrors = {
  'server.internal': {
    status: 500,
    safeMessage: 'Something went wrong inside Fairlead.',
    fix: 'Look up the operation id in the server log.',
  },
} as const;
