/** Errors of the collection area: reading changes from git hosts. */
export const collectionErrors = {
  'collection.host-invalid': {
    status: 422,
    safeMessage: 'This is no address that a credential may be sent to.',
    fix: 'Give --api an https:// URL without user and query; http:// only for this machine. All repositories of one run are of one host.',
  },
  'collection.unauthorised': {
    status: 401,
    safeMessage: 'The host does not accept the credential.',
    fix: 'Renew the token whose variable --credential names; it needs to read pull requests, issues, deployments and contents.',
  },
  'collection.forbidden': {
    status: 403,
    safeMessage: 'The host does not let the credential read this.',
    fix: 'Give the token the right to read pull requests, issues, deployments and contents of the repository.',
  },
  'collection.repository-unknown': {
    status: 404,
    safeMessage: 'The host knows no repository of this name, or does not show it to this credential.',
    fix: 'Correct the name, or let the token read the repository.',
  },
  'collection.host-failed': {
    status: 502,
    safeMessage: 'The host did not answer in spite of several attempts; what was read before stays.',
    fix: 'Try again later: the same command goes on where it stopped.',
  },
  'collection.answer-unknown': {
    status: 502,
    safeMessage: 'The host answered something that is not understood; nothing of it was taken.',
    fix: 'Check that --api is the GraphQL address of a GitHub host; an old GitHub Enterprise Server may lack fields.',
  },
} as const;
