import { unmeasuredAttributes } from '@fairlead/core/decision';
import { type PolicyReach, policyReach } from '@fairlead/core/policy';
import type { ProgramControl } from '@fairlead/core/program';
import type { AuditIndex } from '../audit/api.ts';
import type { ActiveBundle } from '../gateway/api.ts';
import type { Ledger } from '../ledger/api.ts';
import type { ControlMeasure, ControlPoint, MeasuredControl } from './types.ts';

export interface ControlDeps {
  readonly bundle: () => Pick<ActiveBundle, 'index' | 'engine'>;
  readonly activatedAt: number;
  readonly audit: Pick<AuditIndex, 'entries'>;
  readonly ledger: Pick<Ledger, 'state'>;
  /** Actions that the gateway asks policy about before it forwards a call. */
  readonly gatewayActions: readonly string[];
  /** Actions that the routes of the control listener ask for. */
  readonly apiActions: () => readonly string[];
}

const unmeasured: ControlMeasure = { state: 'unknown', where: [], since: null, how: '', entryId: null };

/**
 * The state of every control of the program, from what runs in this process: which of its policies are in the compiled
 * set, which enforcement points ask about their actions, and whether what they read is measured at all. Nothing is
 * taken from what the program says of itself.
 */
export async function measureControls(deps: ControlDeps): Promise<readonly MeasuredControl[]> {
  const { index, engine } = deps.bundle();
  const reach = new Map(policyReach(engine).map((policy) => [policy.id, policy]));
  const measured: MeasuredControl[] = [];
  for (const control of index.program.controls ?? []) {
    const policies = engine.policies
      .filter(({ annotations }) => annotations.control === control.id)
      .flatMap(({ id }) => reach.get(id) ?? []);
    measured.push({ control, ...(await measure(deps, control, policies)) });
  }
  return measured;
}

/** The one control that no policy stands for: the gateway's own order of work. */
const ledgerControl = 'audit-ledger';

async function measure(
  deps: ControlDeps,
  control: ProgramControl,
  policies: readonly PolicyReach[],
): Promise<ControlMeasure> {
  if (control.id === ledgerControl) return measureLedger(deps);
  if (policies.length > 0) return measurePolicies(deps, policies);
  return { ...unmeasured, how: withoutPolicy[control.measuredBy] };
}

const withoutPolicy: { readonly [by in ProgramControl['measuredBy']]: string } = {
  policy: 'No policy of the program in force names this control.',
  ledger: 'No policy of the program in force names this control, and nothing reads it from the ledger.',
  scanner: 'No scanner reports to this server.',
  reconciler: 'Nothing compares hosts and vendors with what is wanted.',
  'hook-report': 'No hook or editor reports to this server.',
  attestation: 'No attestation was handed in.',
};

async function measureLedger({ ledger, audit, activatedAt }: ControlDeps): Promise<ControlMeasure> {
  const { size, signedSize, healthy, disk = 'ok' } = ledger.state();
  const [newest] = (await audit.entries({ kind: 'decision' }, 1)).rows;
  const recorded = `A call is forwarded once its decision is on disk: ${size} entries, ${signedSize} of them signed.`;
  const how = !healthy
    ? 'The ledger cannot record: no call is forwarded.'
    : disk === 'ok'
      ? recorded
      : 'The disk of the ledger is nearly full: no call is forwarded until there is room.';
  return {
    state: 'enforced',
    where: ['gateway', 'api'],
    since: activatedAt,
    how,
    entryId: newest?.id ?? null,
  };
}

async function measurePolicies(deps: ControlDeps, policies: readonly PolicyReach[]): Promise<ControlMeasure> {
  const asked: { readonly point: ControlPoint; readonly actions: readonly string[] }[] = [
    { point: 'gateway', actions: deps.gatewayActions },
    { point: 'api', actions: deps.apiActions() },
  ];
  const blind = policies.filter(({ attributes }) =>
    attributes.some((name) => unmeasuredAttributes.includes(name)),
  );
  const seeing = policies.filter((policy) => !blind.includes(policy));
  const at = asked
    .map(({ point, actions }) => ({
      point,
      policies: seeing.filter((policy) => policy.actions.some((action) => actions.includes(action))),
    }))
    .filter((found) => found.policies.length > 0);
  const deciding = seeing.filter((policy) => at.some((found) => found.policies.includes(policy)));
  const idle = seeing.filter((policy) => !deciding.includes(policy));
  const how = [
    ...at.map(({ point, policies: found }) => `${namesOf(found)} ${verb(found)} at the ${placeOf(point)}.`),
    ...(idle.length > 0 ? [`Nothing asks ${namesOf(idle)} yet.`] : []),
    ...(blind.length > 0
      ? [`${namesOf(blind)} ${blind.length > 1 ? 'read' : 'reads'} facts that nothing measures yet.`]
      : []),
  ].join(' ');
  if (deciding.length === 0) return { ...unmeasured, state: blind.length > 0 ? 'unknown' : 'off', how };
  const entryId = await newestDecidedBy(deps, deciding);
  return { state: 'enforced', where: at.map(({ point }) => point), since: deps.activatedAt, how, entryId };
}

const verb = (policies: readonly unknown[]) => (policies.length > 1 ? 'decide' : 'decides');
const placeOf = (point: ControlPoint) => (point === 'api' ? 'control API' : point);

function namesOf(policies: readonly PolicyReach[]): string {
  const names = policies.map(({ id }) => id);
  if (names.length <= 4) return names.join(', ');
  return `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
}

async function newestDecidedBy(
  { audit }: ControlDeps,
  policies: readonly PolicyReach[],
): Promise<string | null> {
  const pages = await Promise.all(
    policies.map(({ id }) => audit.entries({ policyId: id, kind: 'decision' }, 1)),
  );
  const [newest] = pages.flatMap(({ rows }) => rows).sort((a, b) => b.index - a.index);
  return newest?.id ?? null;
}
