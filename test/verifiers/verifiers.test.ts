// What others say of our logs, with code that isn't ours: logs of the sizes where trees change shape, one of somebody
// else, and every way of tampering that an export can suffer.
import { cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeBundle, encodeBundle } from '../../packages/core/src/ledger/index.ts';
import { exportLedger } from '../../packages/server/src/features/ledger/cli.ts';
import { openLedger } from '../../packages/server/src/features/ledger/create.ts';
import { configDraft } from '../../packages/server/src/features/ledger/testing/entries.ts';
import { startWitness } from '../../packages/server/src/features/ledger/witness/server.ts';
import { type MadeLog, makeLog, removeTemporary, temporary } from './logs.ts';
import { foreignVerifiers, verifiers } from './verifiers.ts';

const sizes = [1, 255, 256, 257, 65_536, 70_000];
const present = verifiers.filter(({ missing }) => missing === null);
const strangers = foreignVerifiers.filter(({ missing }) => missing === null);

afterAll(removeTemporary);

it('has a verifier to try', () => {
  expect(strangers.length).toBeGreaterThan(0);
});

describe.each(sizes)('a log of %i entries', (size) => {
  let log: MadeLog;
  beforeAll(async () => {
    log = await makeLog(size);
  });

  it.each(present)('is accepted by $name', ({ run }) => {
    const { code, output } = run(log.folder, { vkey: log.vkey });
    expect(output).toContain(`ok: ${size} entries`);
    expect(code).toBe(0);
  });
});

const reference = resolve(
  process.env.FAIRLEAD_REFERENCE ?? join(import.meta.dirname, '../../../shared/data'),
);
const tessera = join(reference, 'tlog/tessera-testdata');
const tesseraKey = 'example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx';
if (!existsSync(tessera)) process.stderr.write(`SKIPPED lane: verifiers: no reference log at ${tessera}\n`);

describe.skipIf(!existsSync(tessera))('a log that Tessera wrote', () => {
  it.each(strangers)('is accepted by $name, and each of its earlier checkpoints is a prefix', ({ run }) => {
    for (const at of [1, 2, 7, 8, 15]) {
      const checkpoint = join(tessera, `checkpoint.${at}`);
      const { code, output } = run(tessera, { vkey: tesseraKey, foreign: true, checkpoint });
      expect(output).toContain('ok: 15 entries');
      expect(code).toBe(0);
    }
  });

  it.each(strangers)('is rejected by $name under our key, or as one of ours', ({ run }) => {
    expect(run(tessera, { vkey: tesseraKey }).code).toBe(1);
  });
});

const size = 600;
const bundle = (n: string) => `tile/entries/${n}`;

/** What is done to a copy of an export, and the options it is then verified with. */
interface Mutation {
  readonly name: string;
  mutate(folder: string, log: MadeLog): void | Promise<void>;
  readonly options?: (folder: string, log: MadeLog) => { checkpoint?: string; vkey?: string };
}

function editBundle(folder: string, path: string, edit: (entries: Uint8Array[]) => void): void {
  const file = join(folder, path);
  const entries = [...decodeBundle(new Uint8Array(readFileSync(file)))];
  edit(entries);
  writeFileSync(file, encodeBundle(entries));
}

function editText(file: string, edit: (text: string) => string): void {
  const text = readFileSync(file, 'utf8');
  const edited = edit(text);
  expect(edited).not.toBe(text);
  writeFileSync(file, edited);
}

const mutations: readonly Mutation[] = [
  {
    name: 'an entry is edited',
    mutate: (folder) =>
      editBundle(folder, bundle('001'), (entries) => {
        const text = Buffer.from(entries[3] as Uint8Array).toString();
        entries[3] = Buffer.from(text.replace('"v":1', '"v":2'));
      }),
  },
  {
    name: 'an entry is deleted',
    mutate: (folder) => editBundle(folder, bundle('000'), (e) => void e.splice(9, 1)),
  },
  {
    name: 'two entries change places',
    mutate: (folder) => editBundle(folder, bundle('000'), (e) => void e.splice(4, 2, e[5]!, e[4]!)),
  },
  {
    name: 'an entry is inserted',
    mutate: (folder) => editBundle(folder, bundle('002.p/88'), (e) => void e.splice(1, 0, Buffer.from('{}'))),
  },
  {
    name: 'the newest entries are cut off',
    mutate: (folder) => editBundle(folder, bundle('002.p/88'), (e) => void e.pop()),
  },
  { name: 'a bundle is missing', mutate: (folder) => rmSync(join(folder, bundle('001'))) },
  {
    name: 'a bundle is cut in an entry',
    mutate: (folder) => {
      const file = join(folder, bundle('001'));
      writeFileSync(file, readFileSync(file).subarray(0, -5));
    },
  },
  {
    name: 'two tiles change places',
    mutate: (folder) => {
      const [a, b, spare] = ['tile/0/000', 'tile/0/001', 'spare'].map((path) => join(folder, path)) as [
        string,
        string,
        string,
      ];
      renameSync(a, spare);
      renameSync(b, a);
      renameSync(spare, b);
    },
  },
  {
    name: 'a hash of a tile is changed',
    mutate: (folder) => {
      const file = join(folder, 'tile/1/000.p/2');
      const bytes = readFileSync(file);
      bytes[40]! ^= 1;
      writeFileSync(file, bytes);
    },
  },
  {
    name: 'a tile is missing',
    mutate: (folder) => rmSync(join(folder, 'tile/0/002.p'), { recursive: true }),
  },
  {
    name: 'the size in the checkpoint is changed',
    mutate: (folder) => editText(join(folder, 'checkpoint'), (text) => text.replace('\n600\n', '\n599\n')),
  },
  {
    name: 'the signature is of another key with the same name',
    mutate: async (folder, log) => {
      const other = await makeLog(600);
      const theirs = readFileSync(join(other.folder, 'checkpoint'), 'utf8');
      const origin = log.vkey.split('+')[0] as string;
      writeFileSync(
        join(folder, 'checkpoint'),
        theirs.replaceAll(other.vkey.split('+')[0] as string, origin),
      );
    },
  },
  {
    name: 'the key id in the signature is wrong',
    mutate: (folder) =>
      editText(join(folder, 'checkpoint'), (text) =>
        text.replace(/(— \S+ )(\S+)/, (_, head: string, signature: string) => {
          const bytes = Buffer.from(signature, 'base64');
          bytes[0]! ^= 1;
          return head + bytes.toString('base64');
        }),
      ),
  },
  {
    name: 'the verifier key does not belong to the name',
    mutate: (folder) =>
      editText(join(folder, 'vkey'), (text) => text.replace('fairlead.local/', 'fairlead.other/')),
    options: () => ({}),
  },
  {
    name: 'a whole other log stands in its place, under its own key',
    mutate: async (folder) => {
      const other = await makeLog(600);
      rmSync(folder, { recursive: true });
      cpSync(other.folder, folder, { recursive: true });
    },
  },
];

describe('an export that was tampered with', () => {
  let log: MadeLog;
  beforeAll(async () => {
    log = await makeLog(size);
  });

  it.each(mutations)('is rejected: $name', async ({ mutate, options }) => {
    const folder = join(temporary('mutated'), 'export');
    cpSync(log.folder, folder, { recursive: true });
    await mutate(folder, log);
    for (const { name, run } of present) {
      const { code, output } = run(folder, options?.(folder, log) ?? { vkey: log.vkey });
      expect(code, `${name}: ${output}`).toBe(1);
      expect(output).toContain('INVALID');
    }
  });
});

describe('a checkpoint that was kept elsewhere', () => {
  it('shows that a log was rolled back, and that one goes on from it', async () => {
    const log = await makeLog(300);
    const kept = join(log.folder, 'checkpoint');
    const ledger = await openLedger({ dataDir: log.dataDir, clock: { now: Date.now } });
    await ledger.append(Array.from({ length: 50 }, () => configDraft(ledger.instance)));
    await ledger.close();
    const later = join(temporary('later'), 'export');
    await exportLedger(log.dataDir, later);
    for (const { run } of present) {
      expect(run(later, { vkey: log.vkey, checkpoint: kept }).code).toBe(0);
      const rolledBack = run(log.folder, { vkey: log.vkey, checkpoint: join(later, 'checkpoint') });
      expect(rolledBack.output).toMatch(/rolled.back/);
      expect(rolledBack.code).toBe(1);
    }
  });

  it('shows a split view: two logs of one key that share a beginning and part ways', async () => {
    const log = await makeLog(300);
    const copy = join(temporary('split'), 'data');
    cpSync(log.dataDir, copy, { recursive: true });
    cpSync(`${log.dataDir}.keys`, `${copy}.keys`, { recursive: true });
    const views: string[] = [];
    for (const dataDir of [log.dataDir, copy]) {
      const ledger = await openLedger({ dataDir, clock: { now: Date.now } });
      await ledger.append([configDraft(ledger.instance)]);
      await ledger.close();
      const view = join(temporary('view'), 'export');
      await exportLedger(dataDir, view);
      views.push(view);
    }
    const [first, second] = views as [string, string];
    for (const { run } of present) {
      expect(run(first, { vkey: log.vkey }).code).toBe(0);
      expect(run(second, { vkey: log.vkey }).code).toBe(0);
      expect(run(first, { vkey: log.vkey, checkpoint: join(second, 'checkpoint') }).code).toBe(1);
    }
  });
});

describe('a log with a witness', () => {
  it('is accepted by Python under the key of its witness, and rejected under another one’s', async () => {
    const log = await makeLog(5);
    const start = (name: string) =>
      startWitness({
        dataDir: join(temporary(name), 'data'),
        host: '127.0.0.1',
        port: 0,
        logs: [log.vkey],
        clock: { now: Date.now },
      });
    const [witness, stranger] = [await start('witness'), await start('stranger')];
    const ledger = await openLedger({ dataDir: log.dataDir, clock: { now: Date.now }, witnesses: [witness] });
    await expect.poll(() => ledger.state().witness).toBe('cosigned');
    await ledger.close();
    const folder = join(temporary('witnessed'), 'export');
    await exportLedger(log.dataDir, folder);
    const python = present.filter(({ name }) => name.startsWith('Python'));
    for (const { run } of python) {
      expect(run(folder, { vkey: log.vkey, witnessVkeys: [witness.vkey] }).code).toBe(0);
      expect(run(folder, { vkey: log.vkey, witnessVkeys: [stranger.vkey] }).code).toBe(1);
    }
    await witness.close();
    await stranger.close();
  });
});
