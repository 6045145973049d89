import type { Doc } from '../documents.ts';
import type { Facts } from '../facts.ts';
import { finding } from '../findings.ts';
import type { SingleData } from '../kinds.ts';
import { pilotSignOffs, scalePreconditions } from '../schemas/rollout.ts';
import type { ProgramFinding } from '../types.ts';
import { checkAssignment } from './assignment.ts';
import type { ProgramLook } from './look.ts';
import { reference, references, repositoryReferences } from './refs.ts';

type Rollout = Doc<SingleData<'rollout'>>;
type Stage = Rollout['data']['stages'][number];

/** rollout.yaml: stages in order, each with a way back, an approver and what may not be left out. */
export const checkRollout: ProgramLook = ({ single }, facts, today) => {
  const doc = single.rollout;
  if (doc === undefined) return [];
  const ids = doc.data.stages.map(({ id }) => id);
  const findings = reference(doc, ['currentStage'], 'stage', doc.data.currentStage, ids, 'rollout.yaml');
  for (const index of doc.data.stages.keys()) findings.push(...checkStage(doc, index, facts));
  if (single.kpis !== undefined) findings.push(...checkKpis(doc, facts));
  findings.push(...checkNonNegotiables(doc), ...checkAssignment(doc, facts, today));
  return findings;
};

function checkStage(doc: Rollout, index: number, facts: Facts): ProgramFinding[] {
  const { stages } = doc.data;
  const stage = stages[index] as Stage;
  const path = ['stages', index];
  const findings = [
    ...references(doc, [...path, 'teams'], 'team', stage.teams, facts.teams, 'teams.yaml'),
    ...repositoryReferences(doc, [...path, 'repositories'], stage.repositories, facts),
    ...references(doc, [...path, 'models'], 'model', stage.models, facts.models, 'models.yaml'),
    ...references(doc, [...path, 'signOffs'], 'role', stage.signOffs, facts.roles, 'operating-model.yaml'),
  ];
  const place = (key: string) => doc.at([...path, key]);
  if (stages.findIndex(({ id }) => id === stage.id) !== index) {
    findings.push(
      finding('program.duplicate-id', doc.file, place('id'), `Stage "${stage.id}" stands twice.`),
    );
  }
  if (stages.findIndex(({ rank }) => rank === stage.rank) !== index) {
    findings.push(
      finding('program.stage-order', doc.file, place('rank'), `Two stages have rank ${stage.rank}.`),
    );
  }
  if (stage.rank === 0) return findings;
  const back = stages.find(({ id }) => id === stage.rollback);
  if (stage.rollback === undefined || back === undefined || back.rank >= stage.rank) {
    const said =
      stage.rollback === undefined
        ? 'has no rollback'
        : `goes back to "${stage.rollback}", not to an earlier stage`;
    findings.push(
      finding('program.stage-rollback', doc.file, place('rollback'), `Stage "${stage.id}" ${said}.`),
    );
  }
  if (stage.approver === undefined) {
    findings.push(
      finding(
        'program.stage-approver',
        doc.file,
        place('id'),
        `Nobody approves the move into "${stage.id}".`,
      ),
    );
  } else {
    const at = [...path, 'approver'];
    findings.push(...reference(doc, at, 'role', stage.approver, facts.roles, 'operating-model.yaml'));
    if (facts.roles.has(stage.approver) && facts.people(stage.approver).length === 0) {
      const message = `Nobody holds "${stage.approver}", which approves stage "${stage.id}".`;
      findings.push(finding('program.unowned', doc.file, place('approver'), message));
    }
  }
  return findings;
}

function checkKpis(doc: Rollout, facts: Facts): ProgramFinding[] {
  return doc.data.stages.flatMap((stage, index) =>
    (['guardrails', 'acceptance'] as const).flatMap((part) =>
      stage[part].flatMap(({ kpi }, item) =>
        reference(doc, ['stages', index, part, item, 'kpi'], 'KPI', kpi, facts.kpis, 'kpis.yaml'),
      ),
    ),
  );
}

/** Whatever the file says, nobody reaches the last stage without these (rollout.md). */
function checkNonNegotiables(doc: Rollout): ProgramFinding[] {
  const ordered = doc.data.stages
    .map((stage, index) => ({ stage, index }))
    .sort((a, b) => a.stage.rank - b.stage.rank);
  const [first] = ordered;
  const last = ordered.at(-1);
  const pilot = ordered.find(({ stage }) => stage.rank > 0);
  const findings: ProgramFinding[] = [];
  const lacking = (index: number, stage: Stage, what: string, names: readonly string[]) => {
    if (names.length === 0) return;
    const message = `Stage "${stage.id}" leaves out ${what}: ${names.join(', ')}.`;
    findings.push(
      finding('program.stage-non-negotiable', doc.file, doc.at(['stages', index, 'id']), message),
    );
  };
  if (last === undefined || first === undefined || pilot === undefined || last === first) {
    const message = 'A rollout has at least a baseline (rank 0) and one stage after it.';
    return [finding('program.stage-order', doc.file, doc.at(['stages'], 'key'), message)];
  }
  if (first.stage.rank !== 0) {
    findings.push(
      finding(
        'program.stage-order',
        doc.file,
        doc.at(['stages', first.index, 'rank']),
        'The first stage has rank 0.',
      ),
    );
  }
  const open = first.stage.capabilities.length > 0 || first.stage.teams.length > 0;
  if (first.stage.rank === 0 && open) {
    const message = `The baseline "${first.stage.id}" measures how things are without assistants: it has no cohort.`;
    findings.push(finding('program.cohort', doc.file, doc.at(['stages', first.index, 'id']), message));
  }
  const known = new Set(
    ordered.flatMap(({ stage }) => (stage.rank <= last.stage.rank ? stage.preconditions : [])),
  );
  lacking(
    last.index,
    last.stage,
    'preconditions',
    scalePreconditions.filter((name) => !known.has(name)),
  );
  lacking(
    pilot.index,
    pilot.stage,
    'sign-offs',
    pilotSignOffs.filter((name) => !pilot.stage.signOffs.includes(name)),
  );
  if (last.stage.evidence === 'before-after' || last.stage.evidence === 'none') {
    const message = `Stage "${last.stage.id}" needs evidence between arms; before-after is never enough for the last stage.`;
    const at = doc.at(['stages', last.index, 'evidence']);
    if (ordered.length > 2) findings.push(finding('program.stage-non-negotiable', doc.file, at, message));
  }
  return findings;
}
