/** Errors of the identity area: keys, tokens, and whom they stand for. */
export const identityErrors = {
  'identity.key-invalid': {
    status: 401,
    safeMessage: 'The key or token is missing, unknown, expired or revoked.',
    fix: 'Start the assistant with `fairlead run`, or ask for a current key (`fairlead key issue`).',
  },
  'identity.token-invalid': {
    status: 401,
    safeMessage: 'The token is missing, unknown, expired or revoked.',
    fix: 'Send a current one as `Authorization: Bearer`; `fairlead token issue` makes one.',
  },
  'identity.not-allowed': {
    status: 403,
    safeMessage: 'This token or role does not allow that.',
    fix: 'See docs/reference/control.md for the scope and the action that each path asks for.',
  },
  'identity.sign-in-invalid': {
    status: 401,
    safeMessage: 'The sign-in link is wrong, was used before, or is older than five minutes.',
    fix: 'Ask for a new one: `fairlead sign-in --data DIR --principal ID` prints it.',
  },
  'identity.session-invalid': {
    status: 401,
    safeMessage: 'You are not signed in here, or the session has ended.',
    fix: 'Sign in again with a new link: `fairlead sign-in --data DIR --principal ID` prints it.',
  },
  'identity.too-many-attempts': {
    status: 429,
    safeMessage: 'Too many sign-in attempts from this address failed.',
    fix: 'Wait a minute, then use a new link.',
  },
  'identity.pseudonym-unknown': {
    status: 404,
    safeMessage: 'This pseudonym is nobody’s.',
    fix: 'Copy it from an entry; an erased person cannot be found any more.',
  },
  'identity.request-invalid': {
    status: 422,
    safeMessage: 'The key or token cannot be issued as asked.',
    fix: 'Correct what the message names.',
  },
  'identity.principal-unknown': {
    status: 422,
    safeMessage: 'The program lists no such person or service account.',
    fix: 'Use a member id from teams.yaml, or add the member there first.',
  },
  'identity.assistant-unknown': {
    status: 422,
    safeMessage: 'The program lists no such assistant.',
    fix: 'Use an id from assistants.yaml.',
  },
  'identity.grant-unknown': {
    status: 404,
    safeMessage: 'There is no key or token with this id.',
    fix: 'Look the id up with `fairlead key list`.',
  },
  'identity.code-invalid': {
    status: 401,
    safeMessage: 'The enrolment code is unknown, used already, or expired.',
    fix: 'Ask for a new one: `fairlead enroll code --principal ID` makes a code that works once, for 10 minutes.',
  },
  'identity.login-invalid': {
    status: 401,
    safeMessage: 'This device’s login is unknown, expired or revoked.',
    fix: 'Enrol the device again with a new code: `fairlead enroll --server URL --code CODE`.',
  },
  'identity.revocation-pending': {
    status: 503,
    safeMessage:
      'It is revoked, and that is recorded; but its row could not be written, and a restart before it is would undo it.',
    fix: 'Don’t restart the server: the row is tried again every second. Make room on the disk of the data folder, or look at the database; `fairlead ledger fsck` then finds nothing.',
  },
  'identity.device-unknown': {
    status: 404,
    safeMessage: 'There is no live device with this id.',
    fix: 'Look the id up with `fairlead device list`.',
  },
  'identity.repository-not-granted': {
    status: 422,
    safeMessage: 'This repository is not granted to you, so no token is issued for it.',
    fix: 'Ask your team lead to list it under your team in teams.yaml, or work in a repository of your team.',
  },
  'identity.repository-not-allowlisted': {
    status: 422,
    safeMessage: 'No assistant may work in this repository (repository.allowlist).',
    fix: 'Ask its owner to have it reviewed and allowlisted in repositories.yaml, or work in another repository.',
  },
  'identity.too-many-tokens': {
    status: 429,
    safeMessage: 'This device asks for tokens faster than any assistant needs them.',
    fix: 'Wait a minute; if it goes on, revoke the device with `fairlead device revoke ID`.',
  },
  'identity.signing-key-invalid': {
    status: 500,
    safeMessage: 'The keys that sign assistants’ tokens can’t be used.',
    fix: 'Put the file back where it was; or remove it to begin with a new key, which ends every token in use.',
  },
} as const;
