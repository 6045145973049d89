/** Errors of the audit area: what is shown of the ledger. */
export const auditErrors = {
  'audit.unavailable': {
    status: 503,
    safeMessage: 'The audit’s read model does not answer. Calls and their records are not affected.',
    fix: 'Try again shortly; if it stays so, restart: it is built again from the ledger.',
  },
  'audit.session-unknown': {
    status: 404,
    safeMessage: 'No entry belongs to a session with this id.',
    fix: 'Choose one of GET /api/audit/sessions.',
  },
} as const;
