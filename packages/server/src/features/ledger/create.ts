import { join } from 'node:path';
import { FairleadError, isFairleadError } from '@fairlead/core/errors';
import { type Entry, peekCheckpoint } from '@fairlead/core/ledger';
import type { Clock } from '@fairlead/core/ports';
import { makeFolder } from '../../platform/files/index.ts';
import { type EntrySource, isUnwritten, type Ledger, type LedgerState } from './api.ts';
import { type Committer, createCommitter } from './committer.ts';
import { type DiskLimits, guardDisk } from './disk-guard.ts';
import type { Keeping } from './holds.ts';
import type { LedgerHost } from './host.ts';
import { type Instance, loadInstance } from './instance.ts';
import { createKeeping } from './keeping.ts';
import { defaultKeysDir, writeLastCosigned } from './keys.ts';
import { linkingEntry } from './linking-entry.ts';
import type { LogFile } from './log-files.ts';
import { recover } from './recovery.ts';
import { type DatabaseLimits, guardDatabase } from './replicas/database-guard.ts';
import { startPostgresHost } from './replicas/postgres-host.ts';
import type { WitnessAddress } from './witness/client.ts';
import { noWitness, startWitnessing, type Witnessing } from './witness/witnessing.ts';
import { startWorkerHost, type WorkerNews } from './worker-host.ts';
import type { LedgerFaults } from './worker-protocol.ts';

/** The ledger's database in a data folder. */
export const ledgerFile = 'ledger.db';

export interface LedgerOptions {
  readonly dataDir: string;
  /** Where the signing key and the last signed checkpoint lie; `<dataDir>.keys` unless told. Not inside `dataDir`. */
  readonly keysDir?: string;
  readonly clock: Clock;
  /** `origin` of the entries that the ledger itself writes. */
  readonly origin?: Entry['origin'];
  /** 2,000 ms unless told. */
  readonly appendBoundMs?: number;
  /** Drafts that may wait, 4,096 unless told. */
  readonly maxQueue?: number;
  /** From growth to the signed checkpoint; 200 ms unless told. */
  readonly sealAfterMs?: number;
  /**
   * When the log that was last signed here is gone: start a new one, whose first entry names the old one, instead of
   * refusing with `ledger.rolled-back`.
   */
  readonly startNewLog?: boolean;
  readonly log?: (level: 'info' | 'warn' | 'error', message: string) => void;
  /** The ledger in PostgreSQL instead, shared with other replicas. */
  readonly database?: {
    readonly url: string;
    /** `with-key`: if the signing key is here, or if there is no log yet. */
    readonly maySign: boolean | 'with-key';
    /** How often what dead replicas left open is closed, milliseconds; 10,000 unless told. */
    readonly recoverEveryMs?: number;
    /** When the database counts as full. */
    readonly limits?: DatabaseLimits;
  };
  /** The signing key (PKCS #8 in PEM), where it doesn't lie in `keysDir`. Not inside `dataDir`. */
  readonly signingKey?: string | undefined;
  /** When the disk of the data folder counts as nearly full. */
  readonly disk?: DiskLimits;
  /** Witnesses that are asked to cosign every checkpoint. */
  readonly witnesses?: readonly WitnessAddress[];
}

export interface OpenLedger extends Ledger {
  readonly instance: Instance;
  /** Calls of earlier incarnations that were closed as `outcome: unknown`. */
  readonly recovered: number;
  /** The log's verifier key. */
  readonly vkey: string;
  /** Legal holds, and what is pruned while the server runs. */
  readonly keeping: Keeping;
  /** The texts of administrative entries that hold `mark`, in order. */
  readonly readAdministration: (mark: string) => Promise<readonly string[]>;
}

const defaultSealAfterMs = 200;
const defaultRecoverEveryMs = 10_000;

interface State {
  size: number;
  signedSize: number;
  signedAt: number | null;
  /** Checkpoints can't be kept outside the database; said once until one could be. */
  unpublished: boolean;
}

const mayLagMs = 5 * 60_000;

/** A disk that hangs must not keep the process from ending. */
const closeBoundMs = 15_000;

/**
 * Opens the ledger of a data folder as its one writer, checks it against what was last signed, closes what earlier
 * incarnations left open, and starts signing.
 * @throws FairleadError `store.locked`, `store.not-durable`, `ledger.rolled-back`, `ledger.clock-behind`,
 * `ledger.key-invalid`, `ledger.corrupt`.
 */
export async function openLedger(
  options: LedgerOptions,
  faults: LedgerFaults | null = null,
): Promise<OpenLedger> {
  const now = options.clock.now();
  const log = options.log ?? (() => undefined);
  makeFolder(options.dataDir, 0o700);
  const state: State = { size: 0, signedSize: 0, signedAt: null, unpublished: false };
  const told: Told = { committer: null, witnessing: noWitness };
  const news = newsFor(options, state, told, log);
  const keysDir = options.keysDir ?? defaultKeysDir(options.dataDir);
  const shared = options.database === undefined ? null : loadInstance(options.dataDir);
  const { host, start } = shared
    ? await startPostgresHost({ ...sharedSetup(options, keysDir), instance: shared }, news)
    : await startWorkerHost(ownSetup(options, keysDir, now, faults), news);
  state.size = start.size;
  state.signedSize = start.signedSize;
  const committer = createCommitter((drafts) => counted(host.append(drafts), state), {
    boundMs: options.appendBoundMs ?? 2000,
    maxQueue: options.maxQueue ?? 4096,
    onPoisoned: (error) => log('error', stoppedBy(error, options)),
  });
  told.committer = committer;
  try {
    assertClock(start.lastTimestamp, now, options);
    // Only now, under the database's lock, is this the one process of the instance.
    const instance = shared ?? loadInstance(options.dataDir);
    const own = { now, origin: options.origin ?? 'live' };
    const link = start.replaced && linkingEntry(start.replaced, instance, own);
    if (link !== null) await committer.append([{ entry: link }]);
    const recovered = await recover(host, committer.append, instance, own);
    const witnessing = witnessingOf(options, keysDir, host);
    told.witnessing = witnessing;
    if (start.size > start.signedSize) await host.seal();
    witnessing.advance();
    const recovering = shared && recoverAgain(options, host, committer, instance);
    const bare = ledgerOver(host, committer, state, witnessing);
    const source = { clock: options.clock, instance, origin: own.origin };
    const ledger = await guarded(bare, options, source);
    const close = () => {
      if (recovering !== null) clearInterval(recovering);
      return ledger.close();
    };
    const { vkey } = start.identity;
    return { ...ledger, close, instance, recovered, vkey, ...administrationOf(host, ledger, source) };
  } catch (error) {
    await host.close();
    throw error;
  }
}

/** Who is told of what the host says; they come after it. */
interface Told {
  committer: Committer | null;
  witnessing: Witnessing;
}

function newsFor(
  { clock }: LedgerOptions,
  state: State,
  told: Told,
  log: NonNullable<LedgerOptions['log']>,
): WorkerNews {
  return {
    onSealed: (signedSize) => {
      if (signedSize === state.signedSize) return;
      state.unpublished = false;
      state.signedAt = clock.now();
      state.signedSize = signedSize;
      // Other replicas append too.
      state.size = Math.max(state.size, signedSize);
      told.witnessing.advance();
    },
    onUnpublished: (error) => {
      if (!state.unpublished)
        log('error', `The last checkpoint could not be kept beside the data folder: ${error.message}`);
      state.unpublished = true;
    },
    onTrouble: (error) => log('error', `The log cannot be signed at present: ${error.message}`),
    onBroken: (error) => told.committer?.poison(error),
  };
}

/** For whoever reads the log: what happened, where, and what to do. */
function stoppedBy(error: unknown, { dataDir, database }: LedgerOptions): string {
  const said = `The ledger failed and admits nothing more: ${(error as Error).message}`;
  if (isFairleadError(error)) return `${said} [${error.code}] ${error.fix}`;
  const place = database === undefined ? `the disk of ${dataDir}` : 'the database';
  return `${said} [ledger.unavailable] Look at ${place}, then restart: what was open is closed as unknown.`;
}

/** Where room runs out, calls are refused before records are. */
async function guarded<Guardee extends Ledger>(
  ledger: Guardee,
  { database, dataDir, disk = {}, log = () => undefined }: LedgerOptions,
  source: EntrySource,
): Promise<Guardee> {
  if (database === undefined) return guardDisk(ledger, dataDir, source, disk, log);
  return guardDatabase(ledger, database.url, source, database.limits ?? {}, log);
}

function administrationOf(
  host: LedgerHost,
  ledger: Ledger,
  source: EntrySource,
): Pick<OpenLedger, 'keeping' | 'readAdministration'> {
  return {
    keeping: createKeeping({ ...source, host, ledger }),
    readAdministration: (mark) => host.readAdministration(mark),
  };
}

/** Replicas that died stay dead: those that go on close what they left open. */
function recoverAgain(
  { database, clock, origin = 'live', log }: LedgerOptions,
  host: LedgerHost,
  committer: Committer,
  instance: Instance,
): NodeJS.Timeout {
  let running = false;
  const round = async () => {
    if (running) return;
    running = true;
    try {
      const closed = await recover(host, committer.append, instance, { now: clock.now(), origin });
      if (closed > 0) log?.('warn', `${closed} calls of replicas that died were closed as unknown.`);
    } catch {
      // The database is away; the next round tries again.
    } finally {
      running = false;
    }
  };
  return setInterval(() => void round(), database?.recoverEveryMs ?? defaultRecoverEveryMs).unref();
}

function ownSetup(options: LedgerOptions, keysDir: string, now: number, faults: LedgerFaults | null) {
  const { dataDir, signingKey, startNewLog = false, sealAfterMs = defaultSealAfterMs } = options;
  return { file: join(dataDir, ledgerFile), keysDir, signingKey, startNewLog, now, sealAfterMs, faults };
}

function sharedSetup(
  { database, signingKey, sealAfterMs = defaultSealAfterMs }: LedgerOptions,
  keysDir: string,
) {
  return { url: database!.url, maySign: database!.maySign, keysDir, signingKey, sealAfterMs };
}

function witnessingOf({ witnesses = [], log }: LedgerOptions, keysDir: string, host: LedgerHost): Witnessing {
  if (witnesses.length === 0) return noWitness;
  return startWitnessing({
    witnesses,
    readLog: (path) => host.readLog(path),
    keep: (note) => writeLastCosigned(keysDir, note),
    log: (level, message) => log?.(level, message),
  });
}

async function counted<Receipts extends readonly { readonly index: number }[]>(
  appending: Promise<Receipts>,
  state: { size: number },
): Promise<Receipts> {
  const receipts = await appending;
  for (const { index } of receipts) state.size = Math.max(state.size, index + 1);
  return receipts;
}

function assertClock(lastTimestamp: number | null, now: number, { dataDir, database }: LedgerOptions): void {
  if (lastTimestamp === null || now >= lastTimestamp - mayLagMs) return;
  throw new FairleadError('ledger.clock-behind', {
    message: `The clock reads ${new Date(now).toISOString()}, the last entry is of ${new Date(lastTimestamp).toISOString()}.`,
    ...(database === undefined && { place: { file: dataDir } }),
  });
}

function ledgerOver(host: LedgerHost, committer: Committer, state: State, witnessing: Witnessing): Ledger {
  let closing: Promise<void> | null = null;
  const standing = () => ({ size: state.size, signedSize: state.signedSize, signedAt: state.signedAt });
  const finish = async (): Promise<void> => {
    await committer.drain();
    // What found no room to be signed is signed at the next start.
    const unsealed = (error: unknown) => isUnwritten(error) || committer.poison(error);
    if (committer.healthy()) await host.seal().catch(unsealed);
    await witnessing.close();
    await host.close();
  };
  const close = async (): Promise<void> => {
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<never>((_resolve, reject) => {
      const error = new FairleadError('ledger.unavailable', { message: 'The ledger did not close in time.' });
      timer = setTimeout(() => reject(error), closeBoundMs);
    });
    await Promise.race([finish(), tooLong]).finally(() => clearTimeout(timer));
  };
  return {
    append: committer.append,
    state: (): LedgerState => ({
      ...standing(),
      healthy: committer.healthy(),
      witness: witnessing.standing(),
    }),
    readLog: async (path) => {
      const file = await host.readLog(path);
      return path === '/log/checkpoint' && file !== null ? cosignedFile(file, witnessing) : file;
    },
    readBudgets: () => host.readBudgets(),
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

/** The published checkpoint, with the cosignatures once it has them all. */
function cosignedFile(file: LogFile, witnessing: Witnessing): LogFile {
  const cosigned = witnessing.cosigned();
  const { size } = peekCheckpoint(Buffer.from(file.body).toString('utf8'));
  return cosigned?.size === size ? { ...file, body: Buffer.from(cosigned.note) } : file;
}
