/** Errors of the program area. What is wrong inside a program is a finding; these say why none could be had. */
export const programErrors = {
  'program.invalid': {
    status: 422,
    safeMessage: 'The program directory does not validate; nothing was activated.',
    fix: 'Run `fairlead validate` and mend what it names.',
  },
  'program.not-found': {
    status: 404,
    safeMessage: 'There is no program directory at this place.',
    fix: 'Name the directory that holds fairlead.yaml, or write a new one with `fairlead init`.',
  },
  'program.unreadable': {
    status: 500,
    safeMessage: 'The program directory cannot be read.',
    fix: 'Check that the directory and its files may be read by the user that runs Fairlead.',
  },
  'program.exists': {
    status: 409,
    safeMessage: 'There is already a file where a new program would be written; nothing was changed.',
    fix: 'Name an empty directory, or move the files away first.',
  },
  'program.unwritable': {
    status: 500,
    safeMessage: 'The files cannot be written at this place.',
    fix: 'Name a directory that you may write to.',
  },
  'program.schema-unknown': {
    status: 404,
    safeMessage: 'There is no schema of this name.',
    fix: 'Run `fairlead schema --list` for the names.',
  },
} as const;
