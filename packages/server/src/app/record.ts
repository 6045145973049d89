/* The ledger, and the program in force as an entry of it. */
import { indexProgram } from '@fairlead/core/decision';
import { FairleadError } from '@fairlead/core/errors';
import type { PolicyEngine } from '@fairlead/core/policy';
import type { LoadedProgram } from '@fairlead/core/program';
import type { Logger } from 'pino';
import type { ActiveBundle } from '../features/gateway/api.ts';
import { type OpenLedger, openLedger } from '../features/ledger/create.ts';
import { createPolicy } from '../features/policy/create.ts';
import { activationEntries } from '../features/program/activation.ts';
import type { ProgramInForce } from '../features/replicas/api.ts';
import { openReplica, type Replica } from '../features/replicas/create.ts';
import { systemClock } from '../platform/clock/index.ts';
import { fairleadVersion } from '../platform/process/version.ts';
import { secretsDirOf, sharedSecretFiles } from './places.ts';
import type { AppOptions, Closers } from './types.ts';

export interface OpenRecord {
  readonly ledger: OpenLedger;
  readonly bundle: ActiveBundle;
  readonly inForce: ProgramInForce;
  /** Null for the only server of its data. */
  readonly replica: Replica | null;
}

/** Opens the ledger, and puts the program in force unless another one has replaced it. */
export async function openRecord(options: AppOptions, log: Logger, closers: Closers): Promise<OpenRecord> {
  const engine = compile(options.loaded, log);
  const { database } = options;
  const ledger = await openAppLedger(options, log);
  closers.push(() => ledger.close());
  const replica = database === undefined ? null : await openReplica(database);
  if (replica !== null) closers.push(() => replica.close());
  await replica?.checkSecrets(secretsDirOf(options), sharedSecretFiles);
  const { digest, program } = options.loaded;
  const record = (what: 'activated' | 'joined') => appendActivation(options, engine, ledger, what);
  const now = systemClock.now();
  const again = options.activate ?? false;
  const inForce =
    (await replica?.putInForce({ digest, again, now }, record)) ??
    ({ digest, index: await record('activated'), activatedAt: now } satisfies ProgramInForce);
  if (inForce.digest !== digest)
    log.error(
      { own: digest, inForce: inForce.digest },
      new FairleadError('replica.program-replaced').message,
    );
  const bundle = { digest, index: indexProgram(program), engine, configEpoch: inForce.index };
  return { ledger, bundle, inForce, replica };
}

function compile(loaded: LoadedProgram, log: Logger): PolicyEngine {
  const policy = createPolicy({
    shadow: {
      oneIn: 1_000,
      onDisagreement: (set) => log.error({ digest: set }, 'two policy engines disagree: calls are refused'),
    },
  });
  const { engine, findings } = policy.activate(loaded);
  if (engine !== null) return engine;
  const [first] = findings;
  throw new FairleadError('program.invalid', {
    message: first?.message,
    place: first && { file: first.file, line: first.line, column: first.column },
  });
}

function openAppLedger(options: AppOptions, log: Logger): Promise<OpenLedger> {
  const { dataDir, origin, witnesses, database, role = 'all', signingKey } = options;
  // Whoever is given a key is to sign with it, and is told when it isn't there, or isn't the log's.
  const maySign = signingKey !== undefined || (role !== 'gateway' && 'with-key');
  return openLedger({
    dataDir,
    clock: systemClock,
    origin,
    ...(witnesses && { witnesses }),
    disk: { lowBytes: options.diskLowBytes },
    ...(database !== undefined && {
      database: { url: database, maySign, limits: { limitBytes: options.databaseLimitBytes } },
    }),
    signingKey,
    log: (level, message) => log[level](message),
  });
}

/** Where the first entry of a start stands in the ledger. */
async function appendActivation(
  { loaded, origin, vendors }: AppOptions,
  engine: PolicyEngine,
  ledger: OpenLedger,
  what: 'activated' | 'joined',
): Promise<number> {
  const { program, digest } = loaded;
  const entries = activationEntries({
    what: `program.${what}`,
    program,
    digest,
    engine,
    version: fairleadVersion,
    credentials: [...vendors.credentials.keys()],
    baseUrls: vendors.baseUrls,
    source: { clock: systemClock, instance: ledger.instance, origin },
  });
  const receipts = await ledger.append(entries.map((entry) => ({ entry })));
  return receipts[0]?.index ?? 0;
}
