import { FairleadError } from '@fairlead/core/errors';
import { actionsOfScope, type ControlCaller, type TokenScope } from './api.ts';

/** Whether policy permits a person who signed in an action. */
export type MayDo = (principal: string, action: string) => boolean;

/**
 * A token must not hold more than the person who issues it: its actions are asked for one by one.
 * @throws FairleadError `identity.not-allowed`
 */
export function checkScope(caller: ControlCaller, scope: TokenScope, mayDo: MayDo): void {
  if (caller.kind !== 'session') return;
  const actions = actionsOfScope[scope];
  if (actions?.every((action) => mayDo(caller.principal, action))) return;
  throw new FairleadError('identity.not-allowed', {
    message: `A token with the scope ${scope} may do more than you may.`,
    fix: 'Choose a narrower scope, or ask the operator of the machine for such a token.',
  });
}
