import { FairleadError } from '@fairlead/core/errors';
import { tileWidth } from '@fairlead/core/ledger';
import type { LedgerCut } from '@fairlead/core/program';
import { adminEntry, type EntrySource } from './admin-entry.ts';
import type { Ledger } from './api.ts';
import {
  type Hold,
  heldFrom,
  holdAdded,
  holdMark,
  holdRemoved,
  type Keeping,
  minimumOf,
  type Pruning,
  pruned,
  prunedMark,
  standingHolds,
} from './holds.ts';
import type { LedgerHost } from './host.ts';

interface Deps extends EntrySource {
  readonly host: Pick<LedgerHost, 'readAdministration' | 'prune'>;
  readonly ledger: Pick<Ledger, 'append' | 'state'>;
}

interface State {
  /** Counts holds that were placed here, so that a pruning under way notices. */
  placed: number;
  busy: boolean;
  /** Nothing that an entry announced before this process began is left to be emptied. */
  resumed: boolean;
}

export function createKeeping(deps: Deps): Keeping {
  const { host, ledger } = deps;
  const state: State = { placed: 0, busy: false, resumed: false };
  const holds = async () => standingHolds(await host.readAdministration(holdMark));
  const minimum = async () => minimumOf(await host.readAdministration(prunedMark));
  const record = (what: string, details: { readonly [name: string]: string | number }) =>
    ledger.append([{ entry: adminEntry(deps, what, details) }]);
  return {
    holds,
    minimum,
    async place({ id, reason, from }, by) {
      if ((await holds()).some((hold) => hold.id === id)) throw new FairleadError('ledger.hold-exists');
      // Before it is recorded: what goes on meanwhile stops rather too early than too late.
      state.placed += 1;
      await record(holdAdded, { by, hold: id, reason, ...(from !== null && { from }) });
      return (await holds()).find((hold) => hold.id === id) as Hold;
    },
    async release(id, reason, by) {
      if (!(await holds()).some((hold) => hold.id === id)) throw new FairleadError('ledger.hold-unknown');
      await record(holdRemoved, { by, hold: id, reason });
    },
    plan: async (cut) => planOf(deps, cut, await holds(), await minimum()),
    async prune(cut, by) {
      if (state.busy) throw new FairleadError('ledger.prune-busy');
      state.busy = true;
      try {
        return await pruneNow(deps, state, cut, by);
      } catch (error) {
        // What was announced and not emptied is ended by the next one.
        state.resumed = false;
        throw error;
      } finally {
        state.busy = false;
      }
    },
  };
}

/** What a class, a hold or an open call still needs stays, and so does everything behind it: there is one minimum index. */
async function planOf(
  { host, ledger }: Deps,
  cut: LedgerCut,
  holds: readonly Hold[],
  last: number,
): Promise<Pruning> {
  const held = withHolds(cut, holds);
  const open = await host.prune('firstOpen');
  const { signedSize } = ledger.state();
  const end = Math.floor(Math.min(open, signedSize) / tileWidth) * tileWidth;
  let [at, entries] = [last, 0];
  for (let ended = end <= at; !ended; ) {
    const from = at;
    const found = await unhurried(() => host.prune('scan', held, from, end));
    entries += found.entries;
    at = found.next;
    ended = found.ended;
  }
  return { minimum: at, entries, inputs: null, holds: holds.map(({ id }) => id), stopped: false };
}

function withHolds(cut: LedgerCut, holds: readonly Hold[]): LedgerCut {
  const from = heldFrom(holds);
  return from === null ? cut : { ...cut, before: Math.min(cut.before, from) };
}

async function pruneNow(deps: Deps, state: State, cut: LedgerCut, by: string): Promise<Pruning> {
  const { placed } = state;
  const undisturbed = () => state.placed === placed;
  const holds = standingHolds(await deps.host.readAdministration(holdMark));
  const last = minimumOf(await deps.host.readAdministration(prunedMark));
  const plan = await planOf(deps, cut, holds, last);
  const { minimum } = plan;
  if (minimum > last && undisturbed()) {
    const before = new Date(withHolds(cut, holds).before).toISOString();
    const details = { by, minimum, before, entries: plan.entries };
    await deps.ledger.append([{ entry: adminEntry(deps, pruned, details) }]);
  }
  // What was announced before a crash, or before a hold that is lifted by now, ends first.
  const resuming = !state.resumed && holds.length === 0;
  let [bundle, entries] = [resuming ? 0 : last, 0];
  for (; bundle < minimum && undisturbed(); bundle += tileWidth) {
    entries += await unhurried(() => deps.host.prune('empty', bundle));
  }
  const stopped = !undisturbed();
  const inputs = entries > 0 || resuming ? await dropInputs(deps, bundle) : 0;
  await giveBack(deps);
  state.resumed = !stopped && (resuming || state.resumed);
  return { ...plan, entries, inputs, stopped };
}

/** @param from the first bundle that stays */
async function dropInputs({ host }: Deps, from: number): Promise<number> {
  for (let bundle = from; await host.prune('spare', bundle); ) bundle += tileWidth;
  for (let some = -1; some !== 0; ) some = await unhurried(() => host.prune('blankInputs'));
  let inputs = 0;
  for (let some = -1; some !== 0; inputs += some) some = await unhurried(() => host.prune('dropInputs'));
  return inputs;
}

const busyTries = 20;
const busyPauseMs = 250;

/** Where somebody reads on and on, the next pruning ends it. */
async function giveBack({ host }: Deps): Promise<void> {
  for (let busy = 0; busy < busyTries; ) {
    const step = await unhurried(() => host.prune('giveBack'));
    if (step === 'done') return;
    if (step === 'more') continue;
    busy += 1;
    await new Promise((resume) => setTimeout(resume, busyPauseMs));
  }
}

/** Calls wait for the same thread: after each step it is left to them for twice as long as the step took. */
async function unhurried<Result>(step: () => Promise<Result>): Promise<Result> {
  const began = performance.now();
  const result = await step();
  const took = performance.now() - began;
  await new Promise((resume) => setTimeout(resume, took * 2));
  return result;
}
