import type { PolicyEngine, PolicyRequest, PolicyVerdict } from '../policy/types.ts';
import { datetime, principalEntity, principalRef, ref } from './entities.ts';
import type { ProgramIndex } from './types.ts';

/** What may be done with the organisation as a whole: the actions that policies decide about its administration. */
export const administrativeActions = [
  'ReadOverview',
  'ReadAudit',
  'ReadConfiguration',
  'ReadBudgets',
  'IssueKey',
  'RevokeKey',
  'ResumeKey',
  'IssueToken',
  'RevokeToken',
  'ReadRetention',
  'PlaceHold',
  'ReleaseHold',
  'PruneLedger',
  'ReportIncident',
  'GrantException',
  'ActivateBundle',
] as const;

export type AdministrativeAction = (typeof administrativeActions)[number];

/** Who wants to do what with the organisation. */
export interface AdministrationQuestion {
  readonly principal: string;
  readonly action: AdministrativeAction;
  /** The person acts themself, signed in; false for whatever acts in their name. */
  readonly personal: boolean;
  /** The act decides about something this principal asked for. */
  readonly ownRequest: boolean;
}

/**
 * The complete request that an administrative act is decided on.
 * @param now milliseconds since the epoch
 */
export function buildAdministrationRequest(
  index: ProgramIndex,
  { principal, action, personal, ownRequest }: AdministrationQuestion,
  now: number,
): PolicyRequest {
  return {
    principal: principalRef(index, principal),
    action: ref('Action', action),
    resource: ref('Organisation', index.program.organisation.id),
    context: { now: datetime(new Date(now).toISOString()), personal, ownRequest },
    entities: [principalEntity(index, principal)],
  };
}

/**
 * Decides an administrative act with the policies of the program. Whoever the program does not list is denied before
 * any policy is asked, and so is everything the engine throws on.
 * @param now milliseconds since the epoch
 */
export function decideAdministration(
  index: ProgramIndex,
  engine: PolicyEngine,
  question: AdministrationQuestion,
  now: number,
): PolicyVerdict {
  const denied = { decision: 'deny' as const, errors: [], nearest: [] };
  if (index.kindOf(question.principal) === null) return { ...denied, reasons: ['default.no-permit'] };
  try {
    return engine.evaluate(buildAdministrationRequest(index, question, now));
  } catch {
    return { ...denied, reasons: ['engine.error'] };
  }
}

/** The administrative actions that a person who is signed in may take, in the order of `administrativeActions`. */
export function permittedActions(
  index: ProgramIndex,
  engine: PolicyEngine,
  principal: string,
  now: number,
): readonly AdministrativeAction[] {
  return administrativeActions.filter((action) => {
    const question = { principal, action, personal: true, ownRequest: false };
    return decideAdministration(index, engine, question, now).decision === 'allow';
  });
}
