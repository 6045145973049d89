import type { EntityRef } from './types.ts';

/**
 * Cedar's JSON syntax tree ("EST") as cedar-wasm 4.13 writes it.
 * Source of the shape: https://docs.cedarpolicy.com/policies/json-format.html
 */
export interface PolicyEst {
  readonly effect: 'permit' | 'forbid';
  readonly principal: ScopeEst;
  readonly action: ActionScopeEst;
  readonly resource: ScopeEst;
  readonly conditions: readonly ConditionEst[];
  readonly annotations?: { readonly [name: string]: string | null };
}

export type EntityEst = EntityRef | { readonly __entity: EntityRef };

export type ScopeEst =
  | { readonly op: 'All' }
  | { readonly op: '==' | 'in'; readonly entity: EntityEst }
  | { readonly op: '==' | 'in'; readonly slot: string }
  | {
      readonly op: 'is';
      readonly entity_type: string;
      readonly in?: { entity: EntityEst } | { slot: string };
    };

export type ActionScopeEst =
  | { readonly op: 'All' }
  | { readonly op: '=='; readonly entity: EntityEst }
  | { readonly op: 'in'; readonly entity: EntityEst }
  | { readonly op: 'in'; readonly entities: readonly EntityEst[] };

export interface ConditionEst {
  readonly kind: 'when' | 'unless';
  readonly body: ExprEst;
}

/** One expression: an object whose single key names the operator or extension function. */
export interface ExprEst {
  readonly [operator: string]: unknown;
}

/** The reference inside an entity of the tree, in either of its two spellings. */
export function entityOf(entity: EntityEst): EntityRef {
  return '__entity' in entity ? entity.__entity : entity;
}

/** `Type::"id"`, as Cedar writes it. */
export function entityText(entity: EntityRef): string {
  return `${entity.type}::${JSON.stringify(entity.id)}`;
}
