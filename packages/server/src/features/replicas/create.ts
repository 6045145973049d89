import { FairleadError } from '@fairlead/core/errors';
import type { EpochArea } from '../../platform/db/index.ts';
import type { ProgramInForce, ReplicaStanding } from './api.ts';
import { type EpochWatchOptions, watchEpochs } from './epoch-watch.ts';
import { checkSharedSecrets } from './shared-secrets.ts';
import { openReplicaStore } from './store.ts';

/** A call is refused by a replica whose knowledge may be older than this, milliseconds. */
const staleAfterMs = 2_000;

/** One of several servers on the same PostgreSQL database. */
export interface Replica {
  /** @throws FairleadError `replica.secrets-differ` */
  checkSecrets(folder: string, files: readonly string[]): Promise<void>;
  /**
   * Puts a program in force that never was, or that was and is wanted `again`; a replica that starts with one that has
   * been replaced changes nothing. `record` writes the entries and says where the first one stands.
   */
  putInForce(
    program: { readonly digest: string; readonly again: boolean; readonly now: number },
    record: (what: 'activated' | 'joined') => Promise<number>,
  ): Promise<ProgramInForce>;
  /** Follows what other replicas change, from now on. */
  follow(
    mirrors: { readonly [area in Exclude<EpochArea, 'program'>]: () => Promise<void> },
    own: { readonly digest: string; readonly inForce: ProgramInForce },
    watch: Pick<EpochWatchOptions, 'clock' | 'log'>,
  ): Promise<ReplicaStanding>;
  close(): Promise<void>;
}

/** Opens what replicas agree on. */
export async function openReplica(url: string): Promise<Replica> {
  const store = await openReplicaStore(url);
  const closers = [() => store.close()];
  return {
    checkSecrets: (folder, files) => checkSharedSecrets(store, folder, files),
    async putInForce({ digest, again, now }, record) {
      return store.activating(async ([inForce, ...before]) => {
        if (inForce?.digest === digest) {
          await record('joined');
          return null;
        }
        if (inForce !== undefined && !again && before.some((earlier) => earlier.digest === digest))
          return null;
        return { digest, index: await record('activated'), activatedAt: now };
      });
    },
    async follow(mirrors, { digest, inForce }, watching) {
      let current = inForce;
      const program = async () => {
        current = (await store.programInForce()) ?? current;
      };
      const watch = await watchEpochs({ url, mirrors: { ...mirrors, program }, ...watching });
      closers.push(() => watch.close());
      return standingOver(watch.ageMs, () => current.digest === digest);
    },
    async close() {
      for (const step of closers.splice(0).reverse()) await step();
    },
  };
}

function standingOver(ageMs: () => number, isOwnProgram: () => boolean): ReplicaStanding {
  const problem = () => {
    if (ageMs() > staleAfterMs) return 'replica.stale' as const;
    return isOwnProgram() ? null : ('replica.program-replaced' as const);
  };
  return {
    isCurrent: () => problem() === null,
    assertCurrent() {
      const code = problem();
      if (code !== null) throw new FairleadError(code, { retryAfter: 1 });
    },
  };
}
