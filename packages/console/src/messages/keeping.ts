import { formatCount, plural } from '../format/numbers.ts';

export const savedViews = {
  title: 'Saved views',
  save: 'Save this view',
  saveTitle: 'Save this view',
  none: 'None yet. Filter the list, then save it under a name.',
  name: 'Name',
  nameHint: 'As you would ask for it, such as “Refused this month”',
  who: 'Who sees it',
  onlyMe: 'Only me',
  role: (role: string) => `Everybody with the role ${role}`,
  filters: 'It keeps these filters',
  noFilters: 'It keeps no filter: it shows everything.',
  submit: 'Save',
  shared: (role: string) => `shared with ${role}`,
  remove: (name: string) => `Remove the view ${name}`,
  removeTitle: 'Remove this view',
  removeText: (name: string) =>
    `The view “${name}” goes for everybody who sees it. Entries stay as they are.`,
  removeSubmit: 'Remove the view',
} as const;

export const exporting = {
  csv: 'Export CSV',
  jsonl: 'Export JSON lines',
  group: 'Export what the list shows',
  done: (rows: number) => `${plural(rows, 'entry', 'entries')} saved.`,
  more: (rows: number) =>
    `The newest ${formatCount(rows)} entries are saved; there are more. Narrow the filters to get the rest.`,
} as const;

const days = (n: number) => plural(n, 'day');

export const retention = {
  title: 'Retention and legal holds',
  lead: 'How long what is recorded is kept, and what keeps it for longer. Hashes, signatures and proofs always stay.',
  enforced: 'Enforced every day',
  notEnforced: 'Written down, not enforced',
  unsaid: 'The program says nothing: nothing is deleted by itself',
  facts: {
    state: 'Retention',
    ledger: 'Calls in the ledger',
    content: 'Kept content',
    minimum: 'Pruned so far',
    last: 'Last run',
    classes: 'Of data classes',
  },
  days,
  atMost: (n: number) => (n === 0 ? 'none' : `${days(n)} at most`),
  classOf: (name: string, ledger: number | null, content: number | null) =>
    `${name}: ${[ledger === null ? '' : `calls ${days(ledger)}`, content === null ? '' : `content ${days(content)}`].filter(Boolean).join(', ')}`,
  below: (n: number) => (n === 0 ? 'nothing' : `calls before entry ${formatCount(n)}`),
  never: 'no run yet',
  ran: (items: number, entries: number) =>
    `${plural(items, 'item')} of content and ${plural(entries, 'entry', 'entries')} deleted`,
  ranNothing: 'nothing was over',
  failed: (codes: string) => `Not done: ${codes}`,
  run: 'Delete what is over',
  runTitle: 'Delete what is over now',
  runText: 'It is done every day by itself. What goes can’t be brought back; hashes and proofs stay.',
  runSubmit: 'Delete what is over',
  holds: {
    list: 'Legal holds',
    none: 'No legal hold stands.',
    place: 'Place a hold',
    placeTitle: 'Place a legal hold',
    placeText: 'While it stands, what it covers is not pruned, does not expire and is not erased.',
    id: 'Case',
    idHint: 'An id such as case-7: small letters, digits, dots and dashes',
    reason: 'Reason',
    reasonHint: 'Stands in the ledger; without names of people',
    from: 'From',
    fromHint: 'Covers what was recorded from this day on; empty: everything',
    submit: 'Place the hold',
    columns: { id: 'Case', reason: 'Reason', covers: 'Covers', since: 'Since', actions: 'Actions' },
    everything: 'everything',
    since: (when: string) => `from ${when} on`,
    release: 'Release',
    releaseOf: (id: string) => `Release the hold ${id}`,
    releaseTitle: 'Release this hold',
    releaseText: 'What is over by its retention goes with the next run, unless another hold covers it.',
    releaseSubmit: 'Release the hold',
  },
} as const;
