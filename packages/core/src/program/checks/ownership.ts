import type { Doc } from '../documents.ts';
import type { Facts } from '../facts.ts';
import { finding } from '../findings.ts';
import { decisionClasses } from '../schemas/people.ts';
import type { ProgramFinding } from '../types.ts';
import type { ProgramLook } from './look.ts';
import { ownership, reference, references } from './refs.ts';

const where = 'operating-model.yaml';

/** operating-model.yaml and everything with an owner: one accountable role each, and never the only approver. */
export const checkOwnership: ProgramLook = ({ single, many }, facts) => {
  const findings: ProgramFinding[] = [];
  const model = single['operating-model'];
  if (model !== undefined) {
    for (const name of decisionClasses) {
      const decision = model.data.decisions[name];
      const path = ['decisions', name];
      findings.push(
        ...reference(model, [...path, 'accountable'], 'role', decision.accountable, facts.roles, where),
      );
      for (const part of ['responsible', 'consulted', 'informed'] as const) {
        findings.push(...references(model, [...path, part], 'role', decision[part], facts.roles, where));
      }
      if (facts.roles.has(decision.accountable) && facts.people(decision.accountable).length === 0) {
        const message = `Nobody holds "${decision.accountable}", which is accountable for ${name}.`;
        findings.push(
          finding('program.owner-without-people', model.file, model.at([...path, 'accountable']), message),
        );
      }
      for (const role of decision.responsible) {
        const alone = onlyApprover(role, decision.accountable, facts);
        if (alone === null) continue;
        const message = `"${alone}" prepares ${name} decisions and is the only one who may approve them.`;
        findings.push(finding('program.owner-is-only-approver', model.file, model.at(path, 'key'), message));
      }
    }
  }
  for (const [doc, path, what, owner] of owned(single, many)) {
    findings.push(...ownership(doc, path, what, owner, facts));
  }
  const approver = model?.data.decisions.appetite.accountable;
  if (approver !== undefined) findings.push(...risksApprovedByOwner(many.risk, approver, facts));
  return findings;
};

/** The one person who answers for `owner` and is also all of `approver`, or null. */
export function onlyApprover(owner: string, approver: string, facts: Facts): string | null {
  const approvers = facts.people(approver);
  const [only] = approvers;
  if (approvers.length !== 1 || only === undefined) return null;
  return facts.people(owner).includes(only) ? only : null;
}

function risksApprovedByOwner(
  risks: readonly Doc<{ readonly id: string; readonly owner: string }>[],
  approver: string,
  facts: Facts,
): ProgramFinding[] {
  return risks.flatMap((doc) => {
    const alone = onlyApprover(doc.data.owner, approver, facts);
    if (alone === null) return [];
    const message = `"${alone}" owns risk "${doc.data.id}" and is the only one who may accept it.`;
    return [finding('program.owner-is-only-approver', doc.file, doc.at(['owner']), message)];
  });
}

type Owned = readonly [
  doc: Doc<unknown>,
  path: readonly PropertyKey[],
  what: string,
  owner: string | undefined,
];

function* owned(
  single: Parameters<ProgramLook>[0]['single'],
  many: Parameters<ProgramLook>[0]['many'],
): Generator<Owned> {
  const { controls, mcp, budgets, kpis, legal } = single;
  const handling = single['data-handling'];
  for (const [id, control] of Object.entries(controls?.data.controls ?? {})) {
    if (controls) yield [controls, ['controls', id, 'owner'], `Control "${id}"`, control.owner];
  }
  for (const [id, server] of Object.entries(mcp?.data.servers ?? {})) {
    if (mcp) yield [mcp, ['servers', id, 'owner'], `MCP server "${id}"`, server.owner];
  }
  for (const [index, limit] of (budgets?.data.limits ?? []).entries()) {
    if (budgets) yield [budgets, ['limits', index, 'owner'], `Limit ${index + 1}`, limit.owner];
  }
  for (const [id, kpi] of Object.entries(kpis?.data.kpis ?? {})) {
    if (kpis) yield [kpis, ['kpis', id, 'owner'], `KPI "${id}"`, kpi.owner];
  }
  if (legal) yield [legal, ['owner'], 'legal.yaml', legal.data.owner];
  for (const [id, dataClass] of Object.entries(handling?.data.classes ?? {})) {
    if (handling) yield [handling, ['classes', id, 'owner'], `Data class "${id}"`, dataClass.owner];
  }
  for (const doc of many.vendor)
    yield [doc, ['owner'], `The evaluation of "${doc.data.vendor}"`, doc.data.owner];
  for (const doc of many.module) yield [doc, ['owner'], `Module "${doc.data.id}"`, doc.data.owner];
  for (const doc of many.playbook) yield [doc, ['owner'], `Playbook "${doc.data.id}"`, doc.data.owner];
  for (const doc of many.risk) {
    yield [doc, ['owner'], `Risk "${doc.data.id}"`, doc.data.owner];
    for (const [index, step] of doc.data.steps.entries()) {
      yield [doc, ['steps', index, 'owner'], `Step ${index + 1} of risk "${doc.data.id}"`, step.owner];
    }
  }
}
