import { type PolicyHead, readPolicyHeads } from '../cedar-text.ts';
import type { Facts } from '../facts.ts';
import { fileStart, finding } from '../findings.ts';
import { idPattern } from '../schemas/common.ts';
import { didYouMean } from '../suggest.ts';
import type { ProgramFinding } from '../types.ts';
import type { ProgramLook } from './look.ts';
import { onlyApprover } from './ownership.ts';

const required = ['id', 'title', 'severity', 'advice', 'owner', 'control'] as const;
const severities = new Set(['low', 'medium', 'high', 'critical']);
/** Ids that the compiler makes itself. */
const reserved = /^(?:data|engine|default)\./;

/** The statements of a policy text that could be told apart. */
export function policyHeads(text: string): readonly PolicyHead[] {
  return readPolicyHeads(text).heads;
}

/** policies/ and invariants/: annotations, owners, controls, and ids that are used once. */
export const checkPolicies: ProgramLook = ({ single, policies, invariants }, facts) => {
  const findings: ProgramFinding[] = [];
  const approver = single['operating-model']?.data.decisions['policy-change'].accountable;
  const seen = new Map<string, string>();
  const claim = (id: string, file: string, head: PolicyHead) => {
    const before = seen.get(id);
    if (before !== undefined) {
      findings.push(
        finding('program.policy-duplicate', file, head.at, `Policy id "${id}" is already used in ${before}.`),
      );
    }
    seen.set(id, file);
  };
  for (const { file, text } of policies) {
    const { heads, broken } = readPolicyHeads(text);
    if (broken !== null) findings.push(finding('program.policy-text', file, broken, broken.message));
    for (const head of heads) {
      findings.push(...checkAnnotations(file, head, facts, approver));
      if (head.annotations.id) claim(head.annotations.id, file, head);
    }
  }
  for (const { file, text } of invariants) {
    const { heads, broken } = readPolicyHeads(text);
    if (broken !== null) findings.push(finding('program.policy-text', file, broken, broken.message));
    for (const head of heads) {
      for (const name of ['id', 'title', 'owner', 'never'] as const) {
        if (head.annotations[name] !== undefined) continue;
        findings.push(finding('program.policy-annotation', file, head.at, `This invariant has no @${name}.`));
      }
      if (head.annotations.owner)
        findings.push(...checkOwner(file, head, 'This invariant', facts, undefined));
      if (head.annotations.id) claim(head.annotations.id, file, head);
    }
  }
  if (policies.length === 0) {
    findings.push(finding('program.policy-none', 'policies', fileStart, 'There is no policy at all.'));
  }
  return findings;
};

function checkAnnotations(
  file: string,
  head: PolicyHead,
  facts: Facts,
  approver: string | undefined,
): ProgramFinding[] {
  const { annotations, at } = head;
  const id = annotations.id ?? '';
  const what = id === '' ? 'This policy' : `Policy "${id.slice(0, 80)}"`;
  const findings: ProgramFinding[] = [];
  for (const name of required) {
    if (annotations[name]) continue;
    const code = name === 'owner' ? 'program.unowned' : 'program.policy-annotation';
    findings.push(finding(code, file, at, `${what} has no @${name}.`));
  }
  if (id !== '' && (!idPattern.test(id) || id.includes('/') || reserved.test(id))) {
    const message =
      'A policy id is written in lower case with dots and dashes; data., engine. and default. are reserved.';
    findings.push(finding('program.policy-annotation', file, at, message));
  }
  const severity = annotations.severity;
  if (severity && !severities.has(severity)) {
    const message = `${what} has a severity that is not low, medium, high or critical.`;
    findings.push(finding('program.policy-annotation', file, at, message));
  }
  const control = annotations.control;
  if (control && !facts.controls.has(control)) {
    const message = `${what} serves a control that is not in controls.yaml.${didYouMean(control, facts.controls)}`;
    findings.push(finding('program.dangling', file, at, message));
  }
  if (annotations.owner) findings.push(...checkOwner(file, head, what, facts, approver));
  return findings;
}

function checkOwner(
  file: string,
  head: PolicyHead,
  what: string,
  facts: Facts,
  approver: string | undefined,
): ProgramFinding[] {
  const owner = head.annotations.owner ?? '';
  if (!facts.roles.has(owner) && !facts.members.has(owner)) {
    const hint = didYouMean(owner, [...facts.roles, ...facts.members.keys()]);
    return [
      finding('program.unowned', file, head.at, `${what} is owned by nobody that the program knows.${hint}`),
    ];
  }
  if (facts.people(owner).length === 0) {
    return [
      finding('program.owner-without-people', file, head.at, `${what} is owned by a role that nobody holds.`),
    ];
  }
  const alone = approver === undefined ? null : onlyApprover(owner, approver, facts);
  if (alone === null) return [];
  const message = `"${alone}" owns ${what.replace('This', 'this')} and is the only one who may approve a change of it.`;
  return [finding('program.owner-is-only-approver', file, head.at, message)];
}
