/** Errors of the identity area. */
export const identityErrors = {
  'identity.key-invalid': {
    status: 401,
    safeMessage: 'The key is missing, unknown, expired or revoked.',
    fix: 'Ask for a key with `fairlead key issue`, or start the assistant with a current one.',
  },
} as const;
