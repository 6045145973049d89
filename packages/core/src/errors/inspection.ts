/** Errors of the inspection area. */
export const inspectionErrors = {
  'inspection.ruleset-invalid': {
    status: 500,
    safeMessage: 'A detector could not be loaded.',
    fix: 'Mend the named detector; Fairlead does not start with part of its detectors.',
  },
  'inspection.busy': {
    status: 503,
    safeMessage: 'Too many large requests wait to be inspected.',
    fix: 'Try again in a few seconds; the operator can give the server more cores.',
  },
  'inspection.failed': {
    status: 500,
    safeMessage: 'The request could not be inspected, so it was not sent on.',
    fix: 'Try again; if it stays so, look up the operation id in the server log.',
  },
} as const;
