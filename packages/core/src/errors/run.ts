/** Errors of the run area: enrolling a device, and starting an assistant in a repository. */
export const runErrors = {
  'run.not-enrolled': {
    status: 401,
    safeMessage: 'This device is not enrolled.',
    fix: 'Ask for a code (`fairlead enroll code --principal ID`), then run `fairlead enroll --server URL --code CODE`.',
  },
  'run.login-unusable': {
    status: 500,
    safeMessage: 'The file with this device’s logins can’t be used.',
    fix: 'Run chmod 600 on it, or remove it and enrol again.',
  },
  'run.server-insecure': {
    status: 422,
    safeMessage: 'A login would travel over the network in the clear.',
    fix: 'Use the https:// URL of the server; http:// is for loopback alone.',
  },
  'run.no-repository': {
    status: 422,
    safeMessage: 'This folder is in no git repository, so there is nothing to start an assistant for.',
    fix: 'Change to a working copy of a repository that is granted to you.',
  },
  'run.no-remote': {
    status: 422,
    safeMessage: 'This repository has no remote, so nobody can tell which one it is.',
    fix: 'Add the remote it belongs to with `git remote add origin URL`.',
  },
  'run.git-failed': {
    status: 500,
    safeMessage: 'Asking git about this folder failed.',
    fix: 'Check that git is installed and that `git remote -v` works here.',
  },
  'run.assistant-unknown': {
    status: 422,
    safeMessage: 'This is no assistant that `fairlead run` can start.',
    fix: 'Write `fairlead run -- claude`, `codex` or `copilot`, with its own arguments after it.',
  },
  'run.assistant-missing': {
    status: 422,
    safeMessage: 'The assistant could not be started.',
    fix: 'Install it, or give the path of its command.',
  },
  'run.argument-refused': {
    status: 422,
    safeMessage: 'This argument would undo how `fairlead run` sets the assistant up.',
    fix: 'Leave the argument out; models are chosen with the assistant’s own --model.',
  },
  'run.no-model': {
    status: 422,
    safeMessage: 'The program approves no model that this assistant can be started with.',
    fix: 'Name one with `fairlead run --model ID`, or ask for one to be listed in models.yaml and in the stage.',
  },
  'run.config-refused': {
    status: 422,
    safeMessage:
      'This project’s own assistant config takes over what its user decides, so nothing was started.',
    fix: 'Change what is listed, or ask the platform team to approve it; then start again.',
  },
} as const;
