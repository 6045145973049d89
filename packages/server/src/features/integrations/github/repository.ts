import { FairleadError } from '@fairlead/core/errors';
import { normaliseRepository } from '@fairlead/core/wire';
import { type CollectCounts, takeCollected } from '../../delivery/api.ts';
import { repositoryAnswer, repositoryByIdAnswer } from './answers.ts';
import type { CollectorDeps } from './deps.ts';
import { type HeldFacts, holdFacts, type Read } from './held.ts';
import { repositoryByIdQuery, repositoryQuery } from './queries.ts';
import { type CollectState, freshState, readState, sourceOf } from './state.ts';

/** A repository while it is collected. Its name may change at any page. */
export interface OpenRepository {
  /** `host/owner/name`, the present one. */
  readonly name: string;
  /** As of what was read. */
  readonly state: CollectState;
  /** Brings it to the name that the host uses now, `owner/name`; what was read under another one is taken before. */
  called(nameWithOwner: string): Promise<void>;
  /** Asks the host for its present name. */
  refresh(): Promise<void>;
  /** Takes facts together with what to go on from, some of them at once, while more is being read. */
  take(read: Read, state: CollectState): Promise<void>;
  /** The same by themselves, at once. */
  takeNow(read: Read): Promise<CollectCounts>;
  /** Waits until everything is taken. @throws what taking it failed with. */
  taken(): Promise<void>;
  /** Waits for what is being taken, however that ends. */
  settled(): Promise<void>;
}

/** @throws FairleadError `collection.repository-unknown` and whatever asking does. */
export async function openRepository(
  asked: string,
  deps: CollectorDeps,
  signal: AbortSignal,
  counted: (counts: CollectCounts) => void = () => undefined,
): Promise<OpenRepository> {
  const { store } = deps;
  const { name: known, state } = await knownRepository(asked, deps, signal);
  const open = { name: known };
  const write = (read: Read, behind: CollectState) =>
    takeCollected(store, { ...read, source: sourceOf(open.name), state: JSON.stringify(behind) });
  const held: HeldFacts = holdFacts(
    state,
    { atOnce: deps.takeAtOnce, clock: deps.clock },
    async (read, behind) => counted(await write(read, behind)),
  );
  const called = async (nameWithOwner: string) => {
    const name = nameAt(deps.host, nameWithOwner);
    if (name === open.name) return;
    await held.take();
    await renameTo(name, { name: open.name, state: held.state }, deps, signal);
    open.name = name;
  };
  return {
    get name() {
      return open.name;
    },
    get state() {
      return held.state;
    },
    called,
    async refresh() {
      const query = { text: repositoryByIdQuery, variables: { id: held.state.node } };
      const { node } = await deps.client.ask({ ...query, answer: repositoryByIdAnswer }, signal);
      await called(node.nameWithOwner);
    },
    take: held.add,
    async takeNow(read) {
      await held.take();
      const counts = await write(read, held.state);
      counted(counts);
      return counts;
    },
    taken: held.take,
    settled: held.settled,
  };
}

/** What is known of it, under its present name where the host has to be asked for it. */
async function knownRepository(asked: string, deps: CollectorDeps, signal: AbortSignal) {
  const { store } = deps;
  const name = normaliseRepository(asked, { defaultHost: deps.host, aliases: await store.aliases() });
  if (name === null) throw new FairleadError('delivery.repository-invalid');
  const kept = readState(await store.progress(sourceOf(name)));
  if (kept !== null) return { name, state: kept };
  const found = await lookUp(name, deps, signal);
  const state = freshState(found.id);
  const present = nameAt(deps.host, found.nameWithOwner);
  if (present !== name) await renameTo(present, { name, state }, deps, signal);
  // Under its present name it may have been read before.
  const before = readState(await store.progress(sourceOf(present)));
  return { name: present, state: before?.node === found.id ? before : state };
}

function nameAt(host: string, nameWithOwner: string): string {
  const name = normaliseRepository(`${host}/${nameWithOwner}`, { defaultHost: host });
  if (name === null) throw new FairleadError('collection.answer-unknown');
  return name;
}

async function renameTo(
  name: string,
  from: { readonly name: string; readonly state: CollectState },
  deps: CollectorDeps,
  signal: AbortSignal,
): Promise<void> {
  await makeRoom(name, from.state, deps, signal);
  await deps.store.rename(from.name, name, deps.clock.now());
}

async function lookUp(repository: string, { client }: CollectorDeps, signal: AbortSignal) {
  const [, owner = '', ...rest] = repository.split('/');
  const variables = { owner, name: rest.join('/') };
  const answer = await client.ask({ text: repositoryQuery, variables, answer: repositoryAnswer }, signal);
  return answer.repository;
}

/**
 * A name that another repository had: that one is renamed first, where the host still knows it, so that the facts of
 * both don't mix. Names that went round in a circle are left as they are.
 */
async function makeRoom(
  name: string,
  state: CollectState | null,
  deps: CollectorDeps,
  signal: AbortSignal,
  depth = 0,
): Promise<void> {
  const other = readState(await deps.store.progress(sourceOf(name)));
  if (other === null || other.node === state?.node || depth > mostSteps) return;
  const query = { text: repositoryByIdQuery, variables: { id: other.node }, answer: repositoryByIdAnswer };
  const { node } = await deps.client.ask(query, signal);
  const present = normaliseRepository(`${deps.host}/${node.nameWithOwner}`, { defaultHost: deps.host });
  if (present === null || present === name) return;
  await makeRoom(present, other, deps, signal, depth + 1);
  await deps.store.rename(name, present, deps.clock.now());
}

const mostSteps = 4;
