/** Errors of the gateway area. */
export const gatewayErrors = {
  'gateway.path-unknown': {
    status: 404,
    safeMessage: 'This path is not one that Fairlead governs, so it is refused and not forwarded.',
    fix: 'Point the client at a supported endpoint; see docs/reference/gateway.md.',
  },
} as const;
