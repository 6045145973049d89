/** Errors of the delivery area. */
export const deliveryErrors = {
  'delivery.line-invalid': {
    status: 422,
    safeMessage: 'A line of the import is not one that the format knows; nothing after it was taken.',
    fix: 'Correct the line that is named and import again: what was taken before it is not taken twice. `fairlead schema delivery-import` describes the lines.',
  },
  'delivery.number-known': {
    status: 409,
    safeMessage:
      'A change has a number that its repository has given to another one, and one change has one id.',
    fix: 'Import the change under the id that its number is known by.',
  },
  'delivery.unreadable': {
    status: 404,
    safeMessage: 'The file to import cannot be read.',
    fix: 'Name a file that exists and that you may read, or - for standard input.',
  },
  'delivery.no-room': {
    status: 507,
    safeMessage: 'The disk is full; what was taken before stays.',
    fix: 'Make room on the disk of the data folder and start again: nothing is taken twice.',
  },
  'delivery.busy': {
    status: 503,
    safeMessage: 'Another process kept writing delivery facts; what was taken before stays.',
    fix: 'Start again when the other import or collection is done: nothing is taken twice.',
  },
  'delivery.unwritable': {
    status: 500,
    safeMessage: 'Delivery facts can’t be written; what was taken before stays.',
    fix: 'Check the disk and the rights of the data folder; if delivery.db is damaged, restore a backup. Then start again.',
  },
  'delivery.change-unknown': {
    status: 404,
    safeMessage: 'No change of this repository and number is known.',
    fix: 'Write host/owner/name#number, and import or collect the repository first.',
  },
  'delivery.repository-invalid': {
    status: 422,
    safeMessage: 'This is no name of a repository.',
    fix: 'Write host/owner/name, or the URL of a remote.',
  },
  'delivery.no-facts': {
    status: 404,
    safeMessage: 'There are no delivery facts in this data folder.',
    fix: 'Import some with `fairlead delivery import`.',
  },
  'delivery.no-calendar': {
    status: 422,
    safeMessage: 'Working time needs to know when teams work.',
    fix: 'Give --program DIR: its teams.yaml says time zone, working week and holidays of each team.',
  },
  'delivery.repository-closed': {
    status: 403,
    safeMessage: 'Only people who can read this repository see its changes.',
    fix: 'Ask whoever owns the repository; teams.yaml says which repositories a team is given.',
  },
  'delivery.too-often': {
    status: 429,
    safeMessage: 'Changes are shown one at a time, and these were too many within a minute.',
    fix: 'Wait a minute. For figures of many changes use `GET /api/delivery/kpis`.',
  },
  'delivery.no-person': {
    status: 403,
    safeMessage: 'Only a person who signed in can ask what is held of themselves.',
    fix: 'Sign in to the console; for somebody else use `fairlead delivery export-person` with a purpose.',
  },
  'delivery.unavailable': {
    status: 503,
    safeMessage: 'The delivery facts can’t be read at the moment.',
    fix: 'Look at the log of the server; try again.',
  },
  'delivery.baseline-invalid': {
    status: 422,
    safeMessage: 'This can’t be a baseline that was measured.',
    fix: 'Seal with `fairlead baseline --seal`, of the version that the server has.',
  },
  'delivery.window-invalid': {
    status: 422,
    safeMessage: 'The window is not one: it needs two days, the first before the second.',
    fix: 'Give --from and --to as YYYY-MM-DD; --to is not part of the window.',
  },
} as const;
