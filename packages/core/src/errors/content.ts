/** Errors of the content area: what was sent and received, kept encrypted. */
export const contentErrors = {
  'content.unavailable': {
    status: 503,
    safeMessage: 'The content of calls cannot be kept now.',
    fix: 'Try again shortly; if it stays so, the operator looks at the disk and at `content` in fairlead.yaml.',
  },
  'content.off': {
    status: 404,
    safeMessage: 'No content is kept here.',
    fix: 'Nothing to do: `content` in fairlead.yaml is where keeping is turned on.',
  },
  'content.subject-unsaid': {
    status: 400,
    safeMessage: 'It is not said whose content is meant, or more than one thing is.',
    fix: 'Give one of --op ID, --subject PSEUDONYM and --before DAY.',
  },
  'content.unknown': {
    status: 404,
    safeMessage: 'No content is kept of this call: it was never kept, has expired or was erased.',
    fix: 'Look the call up in the audit: its entries say whether content was kept, and when it was erased.',
  },
  'content.key-wrong': {
    status: 500,
    safeMessage: 'The key beside the data folder does not open what is kept, or what is kept was changed.',
    fix: 'Restore content-master.key from the place it was backed up to; nothing else opens the store.',
  },
} as const;
