import { FairleadError } from '@fairlead/core/errors';
import type { Clock } from '@fairlead/core/ports';
import type { Program } from '@fairlead/core/program';
import { newUuid } from '../../platform/crypto/index.ts';
import type { ControlCaller } from '../identity/api.ts';
import type { ViewStore } from './store.ts';
import type { SavedView, ViewFilter } from './types.ts';

export interface SavedViewDeps {
  readonly store: ViewStore;
  readonly clock: Clock;
  readonly program: () => Pick<Program, 'teams' | 'roles'>;
}

export interface NewView {
  readonly name: string;
  readonly filter: ViewFilter;
  readonly role: string | null;
}

/** A caller keeps at most so many. */
export const viewsAtMost = 100;

/** Views that a caller sees: their own, and those shared with a role of theirs. Tokens have no roles. */
export async function listViews(deps: SavedViewDeps, caller: ControlCaller): Promise<readonly SavedView[]> {
  return deps.store.seenBy(caller.by, rolesOf(deps, caller));
}

function rolesOf({ program }: SavedViewDeps, caller: ControlCaller): readonly string[] {
  if (caller.kind !== 'session') return [];
  const members = program().teams.flatMap((team) => team.members);
  return [...new Set(members.filter(({ id }) => id === caller.principal).flatMap(({ roles }) => roles))];
}

/** @throws FairleadError `audit.view-exists`, `audit.views-full`, `audit.role-unknown`. */
export async function saveView(
  { store, clock, program }: SavedViewDeps,
  caller: ControlCaller,
  { name, filter, role }: NewView,
): Promise<SavedView> {
  if (role !== null && !program().roles.includes(role)) throw new FairleadError('audit.role-unknown');
  if ((await store.countOf(caller.by)) >= viewsAtMost) throw new FairleadError('audit.views-full');
  const view = { id: newUuid(), name, filter, owner: caller.by, role, savedAt: clock.now() };
  if (!(await store.insert(view))) throw new FairleadError('audit.view-exists');
  return view;
}

/** Only who saved a view removes it. @throws FairleadError `audit.view-unknown`. */
export async function removeView({ store }: SavedViewDeps, caller: ControlCaller, id: string): Promise<void> {
  if (!(await store.remove(id, caller.by))) throw new FairleadError('audit.view-unknown');
}
