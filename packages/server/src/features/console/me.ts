import {
  administrativeActions,
  grantedRepositories,
  type ProgramIndex,
  permittedActions,
} from '@fairlead/core/decision';
import type { Clock } from '@fairlead/core/ports';
import type { ActiveBundle } from '../gateway/api.ts';
import { actionsOfScope, type ControlCaller } from '../identity/api.ts';

/** Who calls, and what they may do. */
export interface Profile {
  /** Null for tokens and the operator of the machine. */
  readonly principal: string | null;
  readonly name: string;
  readonly roles: readonly string[];
  /** Administrative actions, in Cedar's names. */
  readonly actions: readonly string[];
  /** Repositories whose changes a person may look at, sorted; none for tokens, which have scopes instead. */
  readonly repositories: readonly string[];
  readonly via: ControlCaller['kind'];
  /** Milliseconds since the epoch; null for what does not end by itself. */
  readonly expiresAt: number | null;
}

export type WhoAmI = (caller: ControlCaller) => Promise<Profile>;

/** Describes a caller by the program in force. */
export function createWhoAmI(bundle: () => Pick<ActiveBundle, 'index' | 'engine'>, clock: Clock): WhoAmI {
  return async (caller) => {
    if (caller.kind !== 'session') return ofToken(caller);
    const { index, engine } = bundle();
    const { principal, expiresAt } = caller;
    return {
      principal,
      name: nameOf(index, principal),
      roles: index.rolesOf(principal),
      actions: permittedActions(index, engine, principal, clock.now()),
      repositories: [...grantedRepositories(index, principal)].sort(),
      via: 'session',
      expiresAt,
    };
  };
}

function ofToken(caller: Exclude<ControlCaller, { kind: 'session' }>): Profile {
  const expiresAt = caller.kind === 'token' ? caller.expiresAt : null;
  const name =
    caller.kind === 'token' ? `A token of the scope ${caller.scope}` : 'The operator of this machine';
  const actions = actionsOfScope[caller.scope] ?? administrativeActions;
  return { principal: null, name, roles: [], actions, repositories: [], via: caller.kind, expiresAt };
}

function nameOf({ program }: ProgramIndex, principal: string): string {
  const members = program.teams.flatMap((team) => team.members);
  return members.find((member) => member.id === principal)?.name ?? principal;
}
