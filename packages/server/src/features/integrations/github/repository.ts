import { FairleadError } from '@fairlead/core/errors';
import { normaliseRepository } from '@fairlead/core/wire';
import { type CollectCounts, type CollectedPage, takeCollected } from '../../delivery/api.ts';
import { repositoryAnswer, repositoryByIdAnswer } from './answers.ts';
import type { CollectorDeps } from './deps.ts';
import { repositoryByIdQuery, repositoryQuery } from './queries.ts';
import { type CollectState, freshState, readState, sourceOf } from './state.ts';

/** A repository while it is collected. Its name may change at any page. */
export interface OpenRepository {
  /** `host/owner/name`, the present one. */
  readonly name: string;
  readonly state: CollectState;
  /** Whether nothing of it had been read before. */
  readonly isNew: boolean;
  /** Brings it to the name that the host uses now, `owner/name`. */
  called(nameWithOwner: string): Promise<void>;
  /** Asks the host for its present name. */
  refresh(): Promise<void>;
  /** Takes facts together with what to go on from. */
  take(facts: Pick<CollectedPage, 'whole' | 'facts'>, state: CollectState): Promise<CollectCounts>;
}

/** @throws FairleadError `collection.repository-unknown` and whatever asking does. */
export async function openRepository(
  asked: string,
  deps: CollectorDeps,
  signal: AbortSignal,
): Promise<OpenRepository> {
  const { store } = deps;
  const known = normaliseRepository(asked, { defaultHost: deps.host, aliases: await store.aliases() });
  if (known === null) throw new FairleadError('delivery.repository-invalid');
  const kept = readState(await store.progress(sourceOf(known)));
  const open = { name: known, state: kept, isNew: kept === null };
  const called = async (nameWithOwner: string) => {
    const name = normaliseRepository(`${deps.host}/${nameWithOwner}`, { defaultHost: deps.host });
    if (name === null) throw new FairleadError('collection.answer-unknown');
    if (name === open.name) return;
    await makeRoom(name, open.state, deps, signal);
    await store.rename(open.name, name, deps.clock.now());
    open.name = name;
  };
  if (open.state === null) {
    const found = await lookUp(known, deps, signal);
    open.state = freshState(found.id);
    await called(found.nameWithOwner);
    // Under its present name it may have been read before.
    const before = readState(await store.progress(sourceOf(open.name)));
    if (before?.node === found.id) Object.assign(open, { state: before, isNew: false });
  }
  return {
    get name() {
      return open.name;
    },
    get state() {
      return open.state!;
    },
    get isNew() {
      return open.isNew;
    },
    called,
    async refresh() {
      const query = { text: repositoryByIdQuery, variables: { id: open.state!.node } };
      const { node } = await deps.client.ask({ ...query, answer: repositoryByIdAnswer }, signal);
      await called(node.nameWithOwner);
    },
    async take(facts, state) {
      const page = { ...facts, source: sourceOf(open.name), state: JSON.stringify(state) };
      const counts = await takeCollected(store, page);
      open.state = state;
      return counts;
    },
  };
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
