/** Errors of reading git repositories. */
export const gitErrors = {
  'git.failed': {
    status: 422,
    safeMessage: 'The repository could not be read with git.',
    fix: 'Check that the path or URL is a repository that you may read, and that the commit is in it.',
  },
  'git.missing': {
    status: 500,
    safeMessage: 'There is no git on this machine, or it cannot be started.',
    fix: 'Install git and make sure that it is on the PATH.',
  },
  'git.shallow': {
    status: 422,
    safeMessage: 'This clone lacks a part of its history, so that nobody can tell from it what is new.',
    fix: 'Run `git fetch --unshallow` in it, or make a whole clone.',
  },
} as const;
