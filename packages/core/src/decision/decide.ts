import type { PolicyEngine, PolicyVerdict } from '../policy/types.ts';
import { buildPolicyRequest, sharingRule } from './policy-request.ts';
import { repeatedRequest } from './repeated-requests.ts';
import type { CallDecision, CallQuestion, ProgramIndex, RefusalReason } from './types.ts';

const severityRank: { readonly [severity: string]: number } = { critical: 0, high: 1, medium: 2, low: 3 };

/** Reasons that no policy file holds: the engine's own, and what is refused before policy can be asked. */
const builtInReasons: { readonly [id: string]: { readonly title: string; readonly advice: string } } = {
  'default.no-permit': {
    title: 'No policy permits this call.',
    advice: 'Ask the owner of the program for access.',
  },
  'engine.error': {
    title: 'The policy engine could not decide, so the call is refused.',
    advice: 'Tell the platform team the operation id; the program needs mending.',
  },
  'engine.disagreement': {
    title: 'Two policy engines disagreed, so calls are refused until an operator has looked.',
    advice: 'Tell the platform team the operation id.',
  },
  'model.not-allowed': {
    title: 'No approved vendor lists this model.',
    advice: 'Choose a model that GET /v1/models lists, or ask for this one to be approved.',
  },
  'budget.key-paused': {
    title: 'This key is paused: a call cost more than was set aside for it.',
    advice: 'Ask the platform team to look at the call and resume the key, or to rotate it.',
  },
  'model.ambiguous': {
    title: 'Two vendors list this model and the key names neither.',
    advice: 'Ask for a key that names the vendor.',
  },
};

/**
 * Decides a call: once for every repository the credential leaves open, and allows only if all allow.
 * Pure; `now` in milliseconds since the epoch.
 */
export function decideCall(
  index: ProgramIndex,
  engine: PolicyEngine,
  question: CallQuestion,
  now: number,
): CallDecision {
  const { repositories, ambiguousModel, keyPaused } = question;
  const requests = repositories.map((repository) =>
    repeatedRequest(buildPolicyRequest(index, { ...question, repository }, now)),
  );
  const verdicts = requests.map((request) => engine.evaluate(request));
  const denials = verdicts.filter((verdict) => verdict.decision === 'deny');
  // A model that no vendor lists has nowhere to go, whatever the policies say.
  const nowhere = question.vendor === null ? [ambiguousModel ? 'model.ambiguous' : 'model.not-allowed'] : [];
  const barred = keyPaused ? [...nowhere, 'budget.key-paused'] : nowhere;
  const denied = denials.length > 0 || barred.length > 0 || repositories.length === 0;
  const ids = [...(denied ? denials : verdicts).flatMap((verdict) => verdict.reasons), ...barred];
  const policyIds = [...new Set(ids.length === 0 ? ['default.no-permit'] : ids)].sort();
  return {
    decision: denied ? 'deny' : 'allow',
    policyIds,
    refusals: denied ? refusalReasons(index, engine, question, policyIds) : [],
    notices: denied ? [] : warnings(index, question),
    repository: subjectOf(repositories, verdicts),
    requests,
  };
}

function warnings(index: ProgramIndex, question: CallQuestion): string[] {
  const warned = question.dataClasses.filter((c) => sharingRule(index, c, question.vendor) === 'warn');
  return [...new Set(warned)].sort().map((dataClass) => `data.${dataClass}`);
}

function subjectOf(repositories: readonly string[], verdicts: readonly PolicyVerdict[]): string | null {
  if (repositories.length === 1) return repositories[0] ?? null;
  const refused = verdicts.findIndex((verdict) => verdict.decision === 'deny');
  return refused === -1 ? null : (repositories[refused] ?? null);
}

/** The words for a list of reason ids, most severe first. */
export function refusalReasons(
  index: ProgramIndex,
  engine: PolicyEngine,
  question: Pick<CallQuestion, 'principal' | 'exhausted'>,
  policyIds: readonly string[],
): RefusalReason[] {
  const metas = new Map(engine.policies.map((policy) => [policy.id, policy.annotations]));
  const reasons = policyIds.map((policyId): RefusalReason => {
    const annotations = metas.get(policyId);
    const builtIn = builtInReasons[policyId];
    return {
      policyId,
      title: annotations?.title ?? builtIn?.title ?? 'A policy refuses this call.',
      advice: adviceFor(index, question, policyId, annotations?.advice ?? builtIn?.advice ?? ''),
      severity: annotations?.severity ?? 'critical',
    };
  });
  const rank = (reason: RefusalReason) => severityRank[reason.severity] ?? 0;
  return reasons.sort((a, b) => rank(a) - rank(b) || (a.policyId < b.policyId ? -1 : 1));
}

function adviceFor(
  index: ProgramIndex,
  { principal, exhausted }: Pick<CallQuestion, 'principal' | 'exhausted'>,
  policyId: string,
  advice: string,
): string {
  if (policyId === 'budget.exhausted' && exhausted) return `${advice} Without room: ${exhausted}.`;
  if (policyId !== 'stage.not-included') return advice;
  const coming = index.teamsOf(principal).map((team) => index.stageBringing(team));
  const stage = coming.find((id) => id !== null);
  return stage ? `${advice} Your team joins with the stage "${stage}".` : advice;
}
