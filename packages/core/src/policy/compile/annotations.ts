import { didYouMean } from '../../program/suggest.ts';
import type { ProgramFinding } from '../../program/types.ts';
import type { PolicyEst } from '../est.ts';
import { type PolicyPlace, policyFinding } from './policy-findings.ts';

/** A refusal has to explain itself and have an owner; a permit needs a name, a purpose and an owner. */
const requiredOf = {
  forbid: ['id', 'title', 'severity', 'advice', 'owner', 'control'],
  permit: ['id', 'title', 'owner'],
} as const;
const known = ['id', 'title', 'severity', 'advice', 'owner', 'control', 'exceptionable', 'since', 'link'];
const severities = ['low', 'medium', 'high', 'critical'];
const idPattern = /^[a-z][a-z0-9._/-]*$/;
/** Ids with these beginnings are the engine's own answers. */
const reserved = ['default.', 'engine.'];

/** A policy's annotations; one without a value is an empty text. */
export function annotationsOf(est: PolicyEst): { readonly [name: string]: string } {
  return Object.fromEntries(
    Object.entries(est.annotations ?? {}).map(([name, value]) => [name, value ?? '']),
  );
}

function checkId(id: string, place: PolicyPlace): ProgramFinding[] {
  if (!idPattern.test(id)) return [policyFinding('policy.id-invalid', place, `"${id}" is not a policy id.`)];
  const taken = reserved.find((beginning) => id.startsWith(beginning));
  if (taken === undefined) return [];
  return [policyFinding('policy.id-invalid', place, `Ids beginning with "${taken}" belong to the engine.`)];
}

/** Says what is missing, misspelt or out of range in the annotations of one policy. */
export function checkAnnotations(est: PolicyEst, place: PolicyPlace): ProgramFinding[] {
  const annotations = annotationsOf(est);
  const findings: ProgramFinding[] = [];
  for (const name of requiredOf[est.effect]) {
    if (annotations[name]?.trim()) continue;
    findings.push(
      policyFinding('policy.annotation-missing', place, `A ${est.effect} needs the annotation @${name}.`),
    );
  }
  for (const name of Object.keys(annotations)) {
    if (known.includes(name)) continue;
    const message = `@${name} is not an annotation that Fairlead knows.${didYouMean(name, known)}`;
    findings.push(policyFinding('policy.annotation-unknown', place, message));
  }
  if (annotations.severity && !severities.includes(annotations.severity)) {
    const message = `@severity is one of ${severities.join(', ')}.`;
    findings.push(policyFinding('policy.annotation-value', place, message));
  }
  if (annotations.exceptionable !== undefined && est.effect === 'permit') {
    const message = 'Only a forbid can be lifted by an exception.';
    findings.push(policyFinding('policy.exceptionable', place, message, 'Remove @exceptionable.'));
  }
  return annotations.id ? [...findings, ...checkId(annotations.id, place)] : findings;
}
