import type { Doc } from '../documents.ts';
import { finding } from '../findings.ts';
import type { ManyData } from '../kinds.ts';
import { dayNumber } from '../schemas/common.ts';
import type { Day, ProgramFinding } from '../types.ts';
import type { ProgramLook } from './look.ts';
import { policyHeads } from './policies.ts';
import { ownership, reference, references } from './refs.ts';

type Risk = Doc<ManyData<'risk'>>;
const yearInDays = 366;

/** risks/*.yaml: the register's lint as far as files alone can tell. */
export const checkRisks: ProgramLook = ({ single, many, policies }, facts, today) => {
  const findings: ProgramFinding[] = [];
  const policyIds = new Set(
    policies.flatMap(({ text }) => policyHeads(text).map((head) => head.annotations.id ?? '')),
  );
  const classes = [...facts.dataClasses].map((name) => `data.${name}`);
  const known = new Set([...policyIds, ...classes]);
  const appetite = single['operating-model']?.data.appetite ?? {};
  const seen = new Map<string, string>();
  for (const doc of many.risk) {
    const { data, file } = doc;
    const before = seen.get(data.id);
    if (before !== undefined) {
      findings.push(
        finding(
          'program.duplicate-id',
          file,
          doc.at(['id']),
          `Risk "${data.id}" already stands in ${before}.`,
        ),
      );
    }
    seen.set(data.id, file);
    findings.push(
      ...references(doc, ['controls'], 'control', data.controls, facts.controls, 'controls.yaml'),
    );
    for (const [index, policy] of data.policies.entries()) {
      findings.push(...reference(doc, ['policies', index], 'policy', policy, known, 'policies/'));
    }
    if (data.deputy !== undefined)
      findings.push(...ownership(doc, ['deputy'], `The deputy of "${data.id}"`, data.deputy, facts));
    if (appetite[data.category] === undefined) {
      const message = `operating-model.yaml sets no appetite for "${data.category}".`;
      findings.push(finding('program.risk', file, doc.at(['category']), message));
    }
    findings.push(...checkTarget(doc), ...checkAcceptance(doc, today), ...checkDates(doc, today));
  }
  return findings;
};

function checkTarget({ data, file, at }: Risk): ProgramFinding[] {
  const { inherent, target } = data;
  const findings: ProgramFinding[] = [];
  if (target.likelihood > inherent.likelihood || target.impact > inherent.impact) {
    findings.push(finding('program.risk', file, at(['target']), 'The target is above the inherent level.'));
  }
  const lowered = target.likelihood < inherent.likelihood || target.impact < inherent.impact;
  if (lowered && data.controls.length === 0 && data.policies.length === 0 && data.steps.length === 0) {
    const message =
      'The target is lower than the inherent level, and no control, policy or step brings it there.';
    findings.push(finding('program.risk', file, at(['target']), message));
  }
  return findings;
}

function checkAcceptance({ data, file, at }: Risk, today: Day): ProgramFinding[] {
  const { acceptance } = data;
  if (acceptance === undefined) {
    if (data.treatment !== 'accept') return [];
    return [
      finding(
        'program.risk',
        file,
        at(['treatment']),
        'Accepted, and no acceptance says by whom and until when.',
      ),
    ];
  }
  const findings: ProgramFinding[] = [];
  if (acceptance.by === data.owner) {
    findings.push(
      finding('program.risk', file, at(['acceptance', 'by']), 'The owner may not accept their own risk.'),
    );
  }
  if (acceptance.expires < today) {
    const message = `The acceptance expired on ${acceptance.expires}.`;
    findings.push(finding('program.expired', file, at(['acceptance', 'expires']), message));
  }
  if ((dayNumber(acceptance.expires) ?? 0) - (dayNumber(acceptance.on) ?? 0) > yearInDays) {
    findings.push(
      finding(
        'program.too-long',
        file,
        at(['acceptance', 'expires']),
        'The acceptance lasts longer than 12 months.',
      ),
    );
  }
  return findings;
}

function checkDates({ data, file, at }: Risk, today: Day): ProgramFinding[] {
  const findings: ProgramFinding[] = [];
  if (data.reviewBy < today) {
    findings.push(
      finding('program.overdue', file, at(['reviewBy']), `The review was due on ${data.reviewBy}.`),
    );
  }
  if (data.current !== undefined && data.current.until < today) {
    const message = `The override of the current level ended on ${data.current.until}.`;
    findings.push(finding('program.expired', file, at(['current', 'until']), message));
  }
  for (const [index, step] of data.steps.entries()) {
    if (step.done !== undefined || step.due >= today) continue;
    findings.push(
      finding('program.overdue', file, at(['steps', index, 'due']), `A step was due on ${step.due}.`),
    );
  }
  return findings;
}
