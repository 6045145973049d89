/** Errors of the backup area: writing a backup and bringing one back. */
export const backupErrors = {
  'backup.exists': {
    status: 409,
    safeMessage: 'There is already something where this would be written; nothing was changed.',
    fix: 'Name a new file for a backup, a new or an empty folder for a restore.',
  },
  'backup.unwritable': {
    status: 500,
    safeMessage: 'It cannot be written there.',
    fix: 'Name a place that you may write to, or mend what the message names.',
  },
  'backup.no-room': {
    status: 507,
    safeMessage: 'There is not enough room on the disk; nothing was left behind.',
    fix: 'Make room, or name a place on another disk. A backup needs twice its size while it is made.',
  },
  'backup.source-damaged': {
    status: 500,
    safeMessage: 'What was to be copied is damaged, so it could not be restored; no backup was written.',
    fix: 'Keep the backups that you have. `fairlead ledger verify` and `fairlead ledger fsck` say what else is wrong; keep a copy of the folder as it is, and restore the newest good backup.',
  },
  'backup.unsettled': {
    status: 503,
    safeMessage: 'Keys and logins were changed all the time, so no copy of ledger and state fits together.',
    fix: 'Try again in a quieter moment.',
  },
  'backup.invalid': {
    status: 422,
    safeMessage: 'The file is not a whole backup of Fairlead; nothing was restored.',
    fix: 'Use another copy of the backup.',
  },
  'backup.rolled-back': {
    status: 409,
    safeMessage: 'The backup is older than what was signed last, so restoring it would roll the ledger back.',
    fix: 'Use the newest backup, or give --start-new-log: the restored entries then begin a new log that names the old one.',
  },
  'backup.keys-missing': {
    status: 409,
    safeMessage:
      'The keys that belong to this backup are not beside the data folder; a backup never holds them.',
    fix: 'Put the folder DATA.keys there first, or give --start-new-log when it is lost.',
  },
} as const;
