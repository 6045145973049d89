import { openLedgerView } from '../../ledger/reading/api.ts';
import { runStreams } from '../service.ts';
import { openStreamStore } from '../store-sql.ts';

/* Streams a ledger to a file until it is killed, or until everything is sent: then it says `done`. */

const [dataDir = '', state = '', folder = ''] = process.argv.slice(2);
const view = openLedgerView(dataDir);
const store = await openStreamStore({ kind: 'sqlite', file: state });
const size = await view.signedSize();
const stream = {
  name: 'siem',
  format: 'jsonl',
  from: 'beginning',
  to: { kind: 'file', maxBytes: 40_000, keep: 100 },
} as const;
const times = { pollMs: 10, backOffMs: 10, longestBackOffMs: 100, holdMs: 60_000 };
await runStreams(
  {
    dataDir,
    database: undefined,
    cursors: { kind: 'sqlite', file: state },
    folder,
    streams: [stream],
    secrets: {},
    allowPrivate: [],
    proxy: {},
    // A restarted process is another holder: what the killed one held has to run out, or be the same instance's.
    holder: 'the-instance',
    version: '0',
    times,
  },
  {
    view,
    store,
    recordGap: async (gap) => void process.stdout.write(`gap ${JSON.stringify(gap)}\n`),
    onStatus: ({ next, failure }) => {
      process.stdout.write(`at ${next} ${failure ?? ''}\n`);
      if (next >= size) process.stdout.write('done\n', () => process.exit(0));
    },
  },
);
