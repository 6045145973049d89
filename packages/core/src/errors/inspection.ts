/** Errors of the inspection area. */
export const inspectionErrors = {
  'inspection.ruleset-invalid': {
    status: 500,
    safeMessage: 'A detector could not be loaded.',
    fix: 'Mend the named detector; Fairlead does not start with part of its detectors.',
  },
} as const;
