import type { Doc } from '../documents.ts';
import type { Facts } from '../facts.ts';
import { finding } from '../findings.ts';
import type { SingleData } from '../kinds.ts';
import type { Day, ProgramFinding } from '../types.ts';
import { references } from './refs.ts';

type Rollout = Doc<SingleData<'rollout'>>;

/** Arms and holdout: known teams, nobody in two places, the holdout kept out of every cohort while it lasts. */
export function checkAssignment(doc: Rollout, facts: Facts, today: Day): ProgramFinding[] {
  const { assignment, holdout, stages, currentStage } = doc.data;
  const findings: ProgramFinding[] = [];
  const treated = assignment?.arms.treated ?? [];
  const control = assignment?.arms.control ?? [];
  const held = holdout?.teams ?? [];
  const place = new Map<string, string>();
  for (const [arm, path, teams] of [
    ['the treated arm', ['assignment', 'arms', 'treated'], treated],
    ['the control arm', ['assignment', 'arms', 'control'], control],
    ['the holdout', ['holdout', 'teams'], held],
  ] as const) {
    findings.push(...references(doc, path, 'team', teams, facts.teams, 'teams.yaml'));
    for (const [index, team] of teams.entries()) {
      const before = place.get(team);
      if (before !== undefined) {
        const message = `Team "${team}" is already in ${before}.`;
        findings.push(finding('program.cohort', doc.file, doc.at([...path, index]), message));
      }
      place.set(team, arm);
    }
  }
  const ended = holdout !== undefined && holdout.until < today;
  if (ended) {
    const message = `The holdout ended on ${holdout.until}.`;
    findings.push(finding('program.expired', doc.file, doc.at(['holdout', 'until']), message));
  }
  const current = stages.findIndex(({ id }) => id === currentStage);
  for (const [index, team] of (stages[current]?.teams ?? []).entries()) {
    const inHoldout = held.includes(team) && !ended;
    if (!inHoldout && !control.includes(team)) continue;
    const where = inHoldout ? 'the holdout' : 'the control arm';
    const message = `Team "${team}" is in ${where} and in the cohort of the current stage.`;
    findings.push(finding('program.cohort', doc.file, doc.at(['stages', current, 'teams', index]), message));
  }
  return findings;
}
