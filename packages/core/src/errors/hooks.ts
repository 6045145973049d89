/** Errors of the hooks area: what hosts of repositories send by themselves. */
export const hookErrors = {
  'hooks.not-configured': {
    status: 404,
    safeMessage: 'This server takes no webhooks: it has no secret to tell them by.',
    fix: 'Start it with --github-webhook-secret FILE; docs/reference/delivery.md says how to set one up.',
  },
  'hooks.signature-invalid': {
    status: 401,
    safeMessage: 'The delivery is not signed with the secret of this webhook.',
    fix: 'Give the webhook at the host the same secret as this server, and the content type application/json.',
  },
  'hooks.delivery-invalid': {
    status: 400,
    safeMessage: 'The headers that name the delivery and its event are missing.',
    fix: 'Send X-GitHub-Delivery and X-GitHub-Event as GitHub does.',
  },
  'hooks.payload-invalid': {
    status: 422,
    safeMessage: 'The payload is not what its event has.',
    fix: 'Send the payload as GitHub does; a version of it that is not known yet is worth a report.',
  },
  'hooks.too-many': {
    status: 503,
    safeMessage: 'As many deliveries are being read as this server reads at once.',
    fix: 'Deliver it again; a poll finds what it says in any case.',
  },
} as const;
