import { compiledEngine, oracleEngine, type PolicyParts } from '../engine.ts';
import type { ConditionEst, ExprEst, PolicyEst } from '../est.ts';
import { compilePolicy } from '../evaluator/compile-policy.ts';
import type { OracleAuthorizer } from '../oracle.ts';
import { readSchema, type SchemaJson } from '../schema-model.ts';
import type { EntityJson, PolicyEngine, PolicyRequest } from '../types.ts';

/** A small schema as the oracle would write it; core's own tests have no parser. */
export const sampleSchema: SchemaJson = {
  '': {
    entityTypes: {
      Team: { memberOfTypes: ['Team'] },
      User: {
        memberOfTypes: ['Team'],
        shape: {
          type: 'Record',
          attributes: {
            level: { type: 'EntityOrCommon', name: 'Long' },
            nick: { type: 'EntityOrCommon', name: 'String', required: false },
          },
        },
        tags: { type: 'EntityOrCommon', name: 'String' },
      },
      Doc: {
        shape: {
          type: 'Record',
          attributes: {
            owner: { type: 'Entity', name: 'User' },
            open: { type: 'EntityOrCommon', name: 'Bool' },
          },
        },
      },
      Plan: { enum: ['free', 'paid'] },
    },
    actions: {
      any: {},
      view: {
        memberOf: [{ id: 'any' }],
        appliesTo: {
          principalTypes: ['User'],
          resourceTypes: ['Doc'],
          context: {
            type: 'Record',
            attributes: {
              kind: { type: 'EntityOrCommon', name: 'String' },
              tools: { type: 'Set', element: { type: 'EntityOrCommon', name: 'String' } },
              count: { type: 'EntityOrCommon', name: 'Long', required: false },
              groups: { type: 'Set', element: { type: 'Entity', name: 'Team' }, required: false },
              plan: { type: 'Entity', name: 'Plan', required: false },
              when: { type: 'Extension', name: 'datetime', required: false },
            },
          },
        },
      },
    },
  },
};

export const variable = (name: string): ExprEst => ({ Var: name });
export const literal = (json: unknown): ExprEst => ({ Value: json });
export const attr = (left: ExprEst, name: string): ExprEst => ({ '.': { left, attr: name } });
export const context = (name: string): ExprEst => attr(variable('context'), name);
export const binary = (operator: string, left: ExprEst, right: ExprEst): ExprEst => ({
  [operator]: { left, right },
});
export const when = (body: ExprEst): ConditionEst => ({ kind: 'when', body });
export const unless = (body: ExprEst): ConditionEst => ({ kind: 'unless', body });

const all = { op: 'All' } as const;

/** A policy on everything, but for what `changes` says. */
export function policy(effect: 'permit' | 'forbid', changes: Partial<PolicyEst> = {}): PolicyEst {
  return { effect, principal: all, action: all, resource: all, conditions: [], ...changes };
}

function partsOf(policies: { readonly [id: string]: PolicyEst }): PolicyParts {
  const entries = Object.entries(policies);
  return {
    schema: readSchema(sampleSchema),
    policies: entries.map(([id, est]) => compilePolicy(id, est)),
    metas: entries.map(([id, est]) => ({
      id,
      effect: est.effect,
      annotations: { title: `Title of ${id}`, advice: `Advice of ${id}`, owner: 'security' },
      file: 'policies/sample.cedar',
      line: 1,
      column: 1,
    })),
  };
}

export function sampleEngine(policies: { readonly [id: string]: PolicyEst }): PolicyEngine {
  return compiledEngine(partsOf(policies));
}

/** The engine that asks an oracle; `authorize` stands in for Cedar. */
export function askingEngine(
  policies: { readonly [id: string]: PolicyEst },
  authorize: OracleAuthorizer,
): PolicyEngine {
  return oracleEngine(partsOf(policies), authorize);
}

const entities: readonly EntityJson[] = [
  {
    uid: { type: 'User', id: 'dana' },
    attrs: { level: 3 },
    parents: [{ type: 'Team', id: 'payments' }],
    tags: { floor: 'two' },
  },
  { uid: { type: 'Team', id: 'payments' }, attrs: {}, parents: [{ type: 'Team', id: 'all' }] },
  {
    uid: { type: 'Doc', id: 'd' },
    attrs: { owner: { __entity: { type: 'User', id: 'gone' } }, open: true },
    parents: [],
  },
];

/** Dana views a document. */
export const sampleRequest: PolicyRequest = {
  principal: { type: 'User', id: 'dana' },
  action: { type: 'Action', id: 'view' },
  resource: { type: 'Doc', id: 'd' },
  context: { kind: 'chat', tools: ['Bash'] },
  entities,
};

export function withContext(changes: PolicyRequest['context']): PolicyRequest {
  return { ...sampleRequest, context: { ...sampleRequest.context, ...changes } };
}
