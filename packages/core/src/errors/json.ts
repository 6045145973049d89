/** Errors of the json area. */
export const jsonErrors = {
  'json.invalid': {
    status: 400,
    safeMessage: 'The body is not JSON that every reader understands in the same way.',
    fix: 'Send one UTF-8 JSON value without duplicate keys.',
  },
} as const;
