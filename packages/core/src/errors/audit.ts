/** Errors of the audit area: what is shown of the ledger. */
export const auditErrors = {
  'audit.unavailable': {
    status: 503,
    safeMessage: 'The audit’s read model does not answer. Calls and their records are not affected.',
    fix: 'Try again shortly: it is opened again every 10 s, and built again when it is damaged. If it stays so, the server log says why.',
  },
  'audit.session-unknown': {
    status: 404,
    safeMessage: 'No entry belongs to a session with this id.',
    fix: 'Choose one of GET /api/audit/sessions.',
  },
  'audit.view-exists': {
    status: 409,
    safeMessage: 'You have a saved view of this name.',
    fix: 'Choose another name, or remove the other view first.',
  },
  'audit.view-unknown': {
    status: 404,
    safeMessage: 'You have no saved view with this id.',
    fix: 'Choose one of GET /api/audit/views that is your own.',
  },
  'audit.views-full': {
    status: 409,
    safeMessage: 'You have as many saved views as are kept for one caller.',
    fix: 'Remove a view that is no longer needed.',
  },
  'audit.role-unknown': {
    status: 422,
    safeMessage: 'The program knows no role of this name.',
    fix: 'Choose a role of operating-model.yaml.',
  },
} as const;
