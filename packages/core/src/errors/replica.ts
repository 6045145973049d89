/** Errors of several servers on one PostgreSQL database. */
export const replicaErrors = {
  'role.needs-postgres': {
    status: 500,
    safeMessage: 'A server with one role only shares its state with others, which takes PostgreSQL.',
    fix: 'Give --database URL as well, or start one server with --role all.',
  },
  'replica.stale': {
    status: 503,
    safeMessage: 'This replica may not know the newest keys, revocations and limits, so it decides nothing.',
    fix: 'Try again shortly, or on another replica; if it stays so, the operator checks its way to PostgreSQL.',
  },
  'replica.program-replaced': {
    status: 503,
    safeMessage:
      'Another program is in force than the one this replica was started with, so it decides nothing.',
    fix: 'Start it with the program in force; to put its own one in force again, start it with --activate.',
  },
  'replica.secrets-differ': {
    status: 500,
    safeMessage: 'This replica does not have the secrets that the replicas of this database share.',
    fix: 'Copy the files of the first replica’s keys folder to this one, or name their folder with --secrets.',
  },
  'replica.other-store': {
    status: 409,
    safeMessage: 'This data folder belongs to a server with another kind of database.',
    fix: 'Use the --database that it was started with, or another data folder.',
  },
} as const;
