import type { SchemaModel } from '../schema-model.ts';
import type { CompiledPolicy, Scope } from './compile-policy.ts';
import { collect, collectMatching, type RawAnswer } from './evaluate.ts';
import type { Situation } from './situation.ts';
import type { EntityUid } from './values.ts';

type ByEntity = ReadonlyMap<string, ReadonlyMap<string, readonly CompiledPolicy[]>>;

/** Policies that can apply to one kind of request (action, principal type, resource type). */
interface Bucket {
  /** Not bound to one entity: with the types known, nothing of the head is left to test. */
  readonly open: readonly CompiledPolicy[];
  /** Bound to a principal or group (type → id), null when there are none; then the same for resources. */
  readonly byPrincipal: ByEntity | null;
  readonly byResource: ByEntity | null;
}

/** Policies by request, so that a decision does not read the policies of other teams and actions. */
export interface PolicyIndex {
  evaluate(situation: Situation): RawAnswer;
  /** The permits that could apply to such a request, their entity scopes not yet tested. */
  permitsFor(situation: Situation): readonly CompiledPolicy[];
}

const none: readonly CompiledPolicy[] = [];

function anchorOf(scope: Scope): EntityUid | null {
  return scope.equals ?? scope.within;
}

function table(policies: readonly CompiledPolicy[], side: 'principal' | 'resource'): ByEntity | null {
  if (policies.length === 0) return null;
  const byType = new Map<string, Map<string, CompiledPolicy[]>>();
  for (const policy of policies) {
    const { type, id } = anchorOf(policy[side])!;
    const byId = byType.get(type) ?? new Map<string, CompiledPolicy[]>();
    byType.set(type, byId);
    byId.set(id, [...(byId.get(id) ?? []), policy]);
  }
  return byType;
}

function typeFits(scope: Scope, type: string): boolean {
  return scope.type === null || scope.type === type;
}

function bucketOf(policies: readonly CompiledPolicy[], principalType: string, resourceType: string): Bucket {
  const fitting = policies.filter(
    (policy) => typeFits(policy.principal, principalType) && typeFits(policy.resource, resourceType),
  );
  const byPrincipal = fitting.filter((policy) => anchorOf(policy.principal) !== null);
  const rest = fitting.filter((policy) => anchorOf(policy.principal) === null);
  return {
    open: rest.filter((policy) => anchorOf(policy.resource) === null),
    byPrincipal: table(byPrincipal, 'principal'),
    byResource: table(
      rest.filter((policy) => anchorOf(policy.resource) !== null),
      'resource',
    ),
  };
}

function actionFits(policy: CompiledPolicy, action: EntityUid, ancestors: readonly EntityUid[]): boolean {
  const { actions } = policy;
  if (actions === null) return true;
  const among = actions.within ? [action, ...ancestors] : [action];
  return actions.uids.some((uid) => among.some((a) => a.id === uid.id && a.type === uid.type));
}

function collectAnchored(from: ByEntity, uid: EntityUid, situation: Situation, answer: RawAnswer): void {
  collectMatching(from.get(uid.type)?.get(uid.id) ?? none, situation, answer);
  // An entity may be reached twice on the way up, its policies must count once.
  const seen = new Set<readonly CompiledPolicy[]>();
  for (const above of situation.entities.ancestors(uid)) {
    const found = from.get(above.type)?.get(above.id);
    if (found === undefined || seen.has(found)) continue;
    seen.add(found);
    collectMatching(found, situation, answer);
  }
}

/**
 * Builds the index for every kind of request the schema allows. Situations must come from a reader of the same schema
 * (`compileRequestReader`).
 */
export function indexPolicies(policies: readonly CompiledPolicy[], schema: SchemaModel): PolicyIndex {
  const sorted = [...policies].sort((a, b) => (a.id < b.id ? -1 : 1));
  // By the schema's own objects for the actions, which is what a read request holds.
  const buckets = new Map<EntityUid, Map<string, Map<string, Bucket>>>();
  const permits = new Map<EntityUid, readonly CompiledPolicy[]>();
  for (const action of schema.actions.values()) {
    const fitting = sorted.filter((policy) => actionFits(policy, action.uid, action.ancestors));
    const byPrincipal = new Map<string, Map<string, Bucket>>();
    for (const type of action.principalTypes) {
      const byResource = action.resourceTypes.map((other): [string, Bucket] => [
        other,
        bucketOf(fitting, type, other),
      ]);
      byPrincipal.set(type, new Map(byResource));
    }
    buckets.set(action.uid, byPrincipal);
    permits.set(
      action.uid,
      fitting.filter((policy) => policy.effect === 'permit'),
    );
  }

  function bucketFor({ action, principal, resource }: Situation): Bucket | undefined {
    return buckets.get(action)?.get(principal.type)?.get(resource.type);
  }

  return {
    evaluate(situation) {
      const answer: RawAnswer = { permits: [], forbids: [], errors: [] };
      const bucket = bucketFor(situation);
      if (bucket === undefined) return answer;
      collect(bucket.open, situation, answer);
      if (bucket.byPrincipal !== null)
        collectAnchored(bucket.byPrincipal, situation.principal, situation, answer);
      if (bucket.byResource !== null)
        collectAnchored(bucket.byResource, situation.resource, situation, answer);
      return answer;
    },
    permitsFor({ action }) {
      return permits.get(action) ?? none;
    },
  };
}
