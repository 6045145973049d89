/** Errors of the streams area: entries on their way to other systems. */
export const streamErrors = {
  'streams.unavailable': {
    status: 500,
    safeMessage: 'The thread that sends entries to other systems did not start.',
    fix: 'Read the message above it; the cursors lie in the state database.',
  },
} as const;
