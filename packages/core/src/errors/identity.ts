/** Errors of the identity area: keys, tokens, and whom they stand for. */
export const identityErrors = {
  'identity.key-invalid': {
    status: 401,
    safeMessage: 'The key is missing, unknown, expired or revoked.',
    fix: 'Ask for a key with `fairlead key issue`, or start the assistant with a current one.',
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
} as const;
