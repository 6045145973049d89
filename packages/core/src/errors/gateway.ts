/** Errors of the gateway area. */
export const gatewayErrors = {
  'gateway.path-unknown': {
    status: 404,
    safeMessage: 'This path is not one that Fairlead governs, so it is refused and not forwarded.',
    fix: 'Point the client at a supported endpoint; docs/reference/gateway.md lists them.',
  },
  'gateway.method-unknown': {
    status: 405,
    safeMessage: 'This path does not take this method.',
    fix: 'Use POST for model calls.',
  },
  'gateway.query-unknown': {
    status: 400,
    safeMessage: 'The query string holds a parameter that is not forwarded.',
    fix: 'Leave out query parameters other than `beta` and `api-version`.',
  },
  'gateway.host-unknown': {
    status: 421,
    safeMessage: 'The Host header does not name this listener.',
    fix: 'Call the address Fairlead printed, or list the name under `network.hosts` in fairlead.yaml.',
  },
  'gateway.browser-refused': {
    status: 400,
    safeMessage: 'The gateway does not answer requests that a browser page makes.',
    fix: 'Use an assistant or a script, not a page.',
  },
  'gateway.websocket': {
    status: 426,
    safeMessage: 'WebSocket is not governed; use POST.',
    fix: 'Clients that fall back to POST do so by themselves.',
  },
  'gateway.header-duplicated': {
    status: 400,
    safeMessage: 'A header that must be single stands twice.',
    fix: 'Send the header once.',
  },
  'gateway.credentials-conflict': {
    status: 400,
    safeMessage: 'The request carries two different credentials.',
    fix: 'Send one key. Only where a vendor is in `caller` mode do the key (x-fairlead-key) and a token go together.',
  },
  'gateway.caller-token-missing': {
    status: 400,
    safeMessage: "This vendor is called with the caller's own token, and the request carries none.",
    fix: 'Send the Fairlead key in x-fairlead-key and your own token where the client puts it.',
  },
  'gateway.content-type': {
    status: 415,
    safeMessage: 'The body is not declared to be JSON.',
    fix: 'Send `content-type: application/json`.',
  },
  'gateway.content-coding': {
    status: 400,
    safeMessage: 'The coded body cannot be read in exactly one way.',
    fix: 'Send one zstd, gzip or deflate frame, or no content coding.',
  },
  'gateway.body-too-large': {
    status: 413,
    safeMessage: 'The body is larger than the limit.',
    fix: 'Shorten the conversation, or start a new one.',
  },
  'gateway.body-incomplete': {
    status: 400,
    safeMessage: 'The request ended before its body was complete.',
    fix: 'Send the request again.',
  },
  'gateway.rate': {
    status: 429,
    safeMessage: 'This key makes more calls in a minute than budgets.yaml allows it.',
    fix: 'Wait for the seconds that Retry-After names.',
  },
  'gateway.concurrency': {
    status: 429,
    safeMessage: 'This key has as many calls under way as budgets.yaml allows it.',
    fix: 'Try again when one of them has ended.',
  },
  'gateway.key-share': {
    status: 429,
    safeMessage: "This key holds its whole share of the gateway, so that there is room for others' calls.",
    fix: 'Try again when some of its calls have ended.',
  },
  'gateway.busy': {
    status: 503,
    safeMessage: 'The gateway holds as many calls as it may.',
    fix: 'Try again shortly.',
  },
  'gateway.draining': {
    status: 503,
    safeMessage: 'The gateway is stopping.',
    fix: 'Try again shortly.',
  },
  'gateway.malformed': {
    status: 400,
    safeMessage: 'The request is not well-formed HTTP.',
    fix: 'Check the client or the proxy in front.',
  },
  'gateway.vendor-unreachable': {
    status: 502,
    safeMessage: 'The vendor could not be reached.',
    fix: "Check the vendor's status and the base URL in fairlead.yaml.",
  },
  'gateway.vendor-credential': {
    status: 502,
    safeMessage: "The vendor refused the organisation's credential; your own key is fine.",
    fix: 'Tell the platform team: the credential named in fairlead.yaml needs renewing.',
  },
  'gateway.vendor-credential-missing': {
    status: 502,
    safeMessage: 'The credential that fairlead.yaml names for this vendor was not confirmed by the operator.',
    fix: 'Start with `--credential NAME` and the variable set.',
  },
  'gateway.vendor-redirect': {
    status: 502,
    safeMessage: 'The vendor answered with a redirect, which is never followed.',
    fix: 'Set the final base URL in fairlead.yaml.',
  },
  'gateway.vendor-address': {
    status: 502,
    safeMessage: 'The vendor resolves to a private address that the program does not allow.',
    fix: 'List the host under `network.allowPrivate` in fairlead.yaml if that is meant.',
  },
} as const;
