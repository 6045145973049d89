/** Errors of the program area. */
export const programErrors = {
  'program.invalid': {
    status: 422,
    safeMessage: 'The program directory does not validate; nothing was activated.',
    fix: 'Run `fairlead validate` and mend what it names.',
  },
} as const;
