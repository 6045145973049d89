import { existsSync, readFileSync } from 'node:fs';
import { FairleadError } from '@fairlead/core/errors';
import { entryKinds } from '@fairlead/core/ledger';
import type { OutputOf } from '@fairlead/core/outputs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { readAnchors } from '../anchors/file.ts';
import { readTagAnchors } from '../anchors/git.ts';
import { collect } from '../options.ts';
import { type Format, formatOption, jsonLine, writeOutput } from '../output.ts';
import { indented, textTable } from '../text-table.ts';
import { writeWhole } from '../write-whole.ts';
import { type AnchorFlags, registerAnchor, withGit } from './ledger-anchor.ts';
import { registerFsck } from './ledger-fsck.ts';
import { type PlaceFlags, placeOf, withPlace } from './ledger-place.ts';
import { registerPrune } from './ledger-prune.ts';
import { registerRotate } from './ledger-rotate.ts';
import { entryRow, listHeader } from './ledger-text.ts';
import { registerWitness } from './ledger-witness.ts';

interface DataFlags extends PlaceFlags {
  readonly keys?: string;
  readonly format: Format;
}

interface VerifyFlags extends PlaceFlags, AnchorFlags {
  readonly dir?: string;
  readonly keys?: string;
  readonly format: Format;
  readonly anchors?: string;
  readonly vkey?: string;
  readonly checkpoint?: string;
  readonly witnessVkey: string[];
}

/** `fairlead ledger`: everything opens the data folder or the database read-only, also beside running servers. */
export function registerLedger(program: Command): void {
  const ledger = program.command('ledger').description('verify, list and prove what was recorded');
  registerVerify(ledger);
  registerList(ledger);
  registerProof(ledger);
  registerExport(ledger);
  registerWitness(ledger);
  registerFsck(ledger);
  registerAnchor(ledger);
  registerRotate(ledger);
  registerPrune(ledger);
  withPlace(ledger.command('vkey'))
    .description("print the log's verifier key")
    .action(async (flags: PlaceFlags) => {
      const { ledger: api } = await import('@fairlead/server/cli-api');
      process.stdout.write(`${await api.ledgerVerifierKey(placeOf(flags))}\n`);
    });
}

function registerVerify(ledger: Command): void {
  withGit(withPlace(ledger.command('verify')))
    .description('recompute every entry, the tree and its signatures; exit 0 only if everything verifies')
    .option('--dir <DIR>', 'instead of both: a folder that fairlead ledger export wrote')
    .option('--keys <DIR>', 'folder of the signing key (beside the data folder unless told)')
    .option('--vkey <KEY>', "the log's verifier key, or a file that holds it, from a source you trust")
    .option('--checkpoint <FILE>', 'a signed checkpoint that you kept')
    .option('--anchors <FILE>', 'file of signed checkpoints that fairlead ledger anchor wrote')
    .option(
      '--witness-vkey <FILE>',
      'key of a witness that must have cosigned it; may be given several times',
      collect,
      [],
    )
    .addOption(formatOption())
    .action(async (flags: VerifyFlags, command: Command) => {
      if (flags.dir !== undefined && (flags.data !== undefined || flags.database !== undefined))
        command.error('error: --dir stands instead of --data and --database: give one of them');
      const { ledger: api } = await import('@fairlead/server/cli-api');
      const verdict = await api.verifyLedger({
        ...(flags.dir === undefined ? placeOf(flags) : { directory: flags.dir }),
        ...(flags.keys === undefined ? {} : { keysDir: flags.keys }),
        ...(flags.vkey === undefined ? {} : { vkey: keyOf(flags.vkey) }),
        ...(flags.checkpoint === undefined ? {} : { checkpoint: readText(flags.checkpoint) }),
        ...(await anchorsOf(flags)),
        witnessVkeys: flags.witnessVkey.map((file) => witnessKeyOf(file, api.isWitnessKey)),
      });
      if (!verdict.rollbackChecked) process.stderr.write('rollback of the whole directory not checkable\n');
      const { more, rollbackChecked: _, ...published } = verdict;
      writeOutput('ledger-verify', flags.format, published, (shown) => verdictText(shown, more));
      process.exitCode = verdict.ok ? 0 : 1;
    });
}

async function anchorsOf({
  anchors,
  git,
  tag,
}: VerifyFlags): Promise<{ readonly anchors?: readonly string[] }> {
  if (anchors === undefined && git === undefined) return {};
  const inFile = anchors === undefined ? [] : readAnchors(anchors);
  return { anchors: [...inFile, ...(git === undefined ? [] : await readTagAnchors(git, tag))] };
}

function verdictText(
  { ok, size, signedSize, root, problems }: OutputOf<'ledger-verify'>,
  more: number,
): string {
  const unsigned = size > signedSize ? `, ${size - signedSize} newest not signed yet` : '';
  const lines = [
    ok ? 'The ledger verifies.' : 'The ledger does NOT verify.',
    ...indented(
      textTable([
        ['entries', `${size}${unsigned}`],
        ['signed', String(signedSize)],
        ['root', root ?? 'unknown'],
      ]),
    ),
    ...indented(textTable(problems.map(({ problem, message }) => [problem, message]))),
    ...(more > 0 ? [`  … and ${more} more`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function registerList(ledger: Command): void {
  withPlace(ledger.command('list'))
    .description('list entries, oldest first, one a line')
    .option('--limit <N>', 'only the last N', parseCount)
    .addOption(new Option('--kind <KIND>', 'only entries of this kind').choices([...entryKinds]))
    .addOption(formatOption())
    .action(async (flags: DataFlags & { readonly limit?: number; readonly kind?: string }) => {
      const { ledger: api } = await import('@fairlead/server/cli-api');
      const { limit, kind } = flags;
      const query = { ...(limit === undefined ? {} : { limit }), ...(kind === undefined ? {} : { kind }) };
      let heading = `${listHeader}\n`;
      await api.listEntries(placeOf(flags), query, async ({ index, bytes }) => {
        const text = Buffer.from(bytes).toString();
        if (flags.format === 'json') return write(withIndex(text, index));
        await write(`${heading}${entryRow(index, text)}\n`);
        heading = '';
      });
      if (flags.format === 'text' && heading !== '') await write('There are no such entries.\n');
    });
}

/** The stored JSON as it is, with the index as its last member. */
function withIndex(json: string, index: number): string {
  return `${json.slice(0, -1)},"index":${index}}\n`;
}

/** Waits when the reader is slower, so that a long list doesn't pile up in memory. */
async function write(text: string): Promise<void> {
  if (process.stdout.write(text)) return;
  await new Promise<void>((resolve) => process.stdout.once('drain', () => resolve()));
}

function registerExport(ledger: Command): void {
  withPlace(ledger.command('export'))
    .description('write the signed log as files that others verify without Fairlead (see verify.py in them)')
    .requiredOption('--out <DIR>', 'new or empty folder')
    .action(async (flags: PlaceFlags & { readonly out: string }) => {
      const { out } = flags;
      const { ledger: api } = await import('@fairlead/server/cli-api');
      const { origin, size, files } = await api.exportLedger(placeOf(flags), out);
      process.stdout.write(
        `${size} entries of ${origin} in ${files} files.\n  python3 ${out}/verify.py ${out}\n  or with Go, from a checkout: docs/reference/ledger.md\n`,
      );
    });
}

interface ProofFlags extends PlaceFlags {
  readonly entry?: string;
  readonly from?: number;
  readonly to?: number;
  readonly out?: string;
  readonly verify?: string;
  readonly vkey?: string;
}

function registerProof(ledger: Command): void {
  withPlace(ledger.command('proof'))
    .description('write the evidence file (.tlog-proof) of one entry, or verify one with --verify and --vkey')
    .option('--entry <ID>', 'id of the entry')
    .option('--from <N>', 'instead: show that the log continues the one of N entries', parseCount)
    .option('--to <N>', 'up to this size, all signed entries unless told', parseCount)
    .option('--out <FILE>', 'write here instead of stdout')
    .option('--verify <FILE>', 'verify this evidence file')
    .option('--vkey <KEY>', "the log's verifier key, or a file that holds it, from a source you trust")
    .action(async (flags: ProofFlags, command: Command) => {
      if (flags.verify !== undefined && flags.vkey !== undefined) return checkProof(flags.verify, flags.vkey);
      if (flags.verify === undefined && flags.from !== undefined) return makeGrowth(flags, flags.from);
      if (flags.verify === undefined && flags.entry !== undefined) {
        return makeProof(flags, flags.entry, flags.out);
      }
      return command.error(
        'error: give --data DIR (or --database URL) and --entry ID or --from N [--to M], or --verify FILE --vkey KEY',
      );
    });
}

async function makeGrowth(flags: ProofFlags, from: number): Promise<void> {
  const { ledger: api } = await import('@fairlead/server/cli-api');
  const growth = jsonLine('ledger-growth', await api.proveGrowth(placeOf(flags), from, flags.to ?? null));
  await writeTo(flags.out, growth);
}

async function makeProof(flags: PlaceFlags, entry: string, out: string | undefined): Promise<void> {
  const { ledger: api } = await import('@fairlead/server/cli-api');
  await writeTo(out, await api.proveEntry(placeOf(flags), entry));
}

async function writeTo(file: string | undefined, text: string): Promise<void> {
  if (file === undefined) return write(text);
  try {
    writeWhole(file, text);
  } catch (cause) {
    throw new FairleadError('ledger.export-unwritable', {
      message: `The file can't be written (${(cause as { code?: string }).code}).`,
      place: { file },
      fix: 'Name a file that you may write, on a disk with room.',
      cause,
    });
  }
}

async function checkProof(file: string, vkey: string): Promise<void> {
  const { ledger: api } = await import('@fairlead/server/cli-api');
  const shown = await api.verifyEvidence(readText(file), keyOf(vkey));
  if ('refused' in shown) {
    process.stdout.write(`The evidence does NOT hold: ${shown.refused}\n`);
    process.exitCode = 1;
    return;
  }
  const { index, size, origin, entry } = shown;
  process.stdout.write(`The evidence holds: entry ${index} of ${size} in ${origin}\n${entry}\n`);
}

/** As the key reads, or the file of that name: its siblings take files. */
function keyOf(vkey: string): string {
  return existsSync(vkey) ? readText(vkey).trim() : vkey;
}

function witnessKeyOf(file: string, isKey: (text: string) => boolean): string {
  const text = readText(file);
  if (isKey(text)) return text;
  throw new FairleadError('ledger.key-invalid', {
    message: 'This file holds no verifier key of a witness.',
    place: { file },
    fix: 'Write the `vkey` there that `fairlead ledger witness` prints when it starts.',
  });
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new FairleadError('ledger.note-invalid', {
      message: `The file can't be read (${(cause as { code?: string }).code}).`,
      place: { file },
      fix: 'Check the path and its permissions.',
      cause,
    });
  }
}

function parseCount(value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new InvalidArgumentError('It is a whole number.');
  return Number(value);
}
