import type { Program } from '../program/types.ts';

/** A policy made by the compiler, as Cedar's JSON syntax tree (never by joining text). */
export interface GeneratedPolicy {
  readonly id: string;
  readonly json: { readonly [key: string]: unknown };
  /** The program file it was made from. */
  readonly file: string;
}

/**
 * One forbid per data class, `data.<class>`, that refuses a prompt whose class the sharing matrix denies at the
 * call's vendor. Made from data-handling.yaml, so that an organisation's own classes need no Cedar.
 */
export function dataClassPolicies(program: Program): GeneratedPolicy[] {
  return program.dataClasses.map((dataClass) => ({
    id: `data.${dataClass.id}`,
    file: 'data-handling.yaml',
    json: {
      effect: 'forbid',
      principal: { op: 'All' },
      action: { op: '==', entity: { type: 'Action', id: 'SendPrompt' } },
      resource: { op: 'All' },
      conditions: [{ kind: 'when', body: deniedContains(dataClass.id) }],
      annotations: {
        id: `data.${dataClass.id}`,
        title: dataClass.title,
        severity: 'critical',
        advice: dataClass.advice,
        owner: dataClass.owner,
        control: 'data-handling',
      },
    },
  }));
}

function deniedContains(dataClass: string): object {
  const sharing = { '.': { left: { Var: 'context' }, attr: 'sharing' } };
  const denied = { '.': { left: sharing, attr: 'denied' } };
  return { contains: { left: denied, right: { Value: dataClass } } };
}
