import type { SchemaModel } from '../schema-model.ts';
import type { CedarJson, EntityJson, EntityRef, PolicyRequest } from '../types.ts';
import { entityIds, jsonOf, randomUid } from './generate-values.ts';
import type { RandomSource } from './random.ts';

function actionEntities(schema: SchemaModel): EntityJson[] {
  return [...schema.actions.values()].map(({ uid, parents }) => ({
    uid: { type: uid.type, id: uid.id },
    attrs: {},
    parents: parents.map(({ type, id }) => ({ type, id })),
  }));
}

/** Parents of allowed types; only "later" ones of the same type unless a cycle is wanted. */
function parentsOf(
  uid: EntityRef,
  parentTypes: ReadonlySet<string>,
  random: RandomSource,
  cyclic: boolean,
): EntityRef[] {
  const candidates = [...parentTypes].flatMap((type) =>
    entityIds[type]!.filter((id) => cyclic || type !== uid.type || id > uid.id).map((id) => ({ type, id })),
  );
  return candidates.filter(() => random.chance(0.3));
}

/** Random requests that conform to the schema; entities may be missing. */
export function requestMaker(schema: SchemaModel, random: RandomSource): () => PolicyRequest {
  const callable = [...schema.actions.values()].filter((action) => action.principalTypes.length > 0);

  function entity(uid: EntityRef, cyclic: boolean): EntityJson {
    const type = schema.entityTypes.get(uid.type)!;
    const tagType = type.tags;
    const names = tagType === null ? [] : random.some(2, () => random.pick(['a', 'b', '__proto__', '']));
    const tags = Object.fromEntries(
      names.map((name): [string, CedarJson] => [name, jsonOf(tagType!, random)]),
    );
    return {
      uid,
      attrs: jsonOf(type.attributes, random) as EntityJson['attrs'],
      parents: parentsOf(uid, type.parentTypes, random, cyclic),
      ...(tagType === null || random.chance(0.3) ? {} : { tags }),
    };
  }

  return () => {
    const action = random.pick(callable);
    const present = random.pick([0.3, 0.9, 1]);
    const cyclic = random.chance(0.03);
    const uids = Object.entries(entityIds).flatMap(([type, ids]) =>
      ids.filter((id) => id !== 'gone' && type !== 'Plan').map((id) => ({ type, id })),
    );
    return {
      principal: randomUid(random, random.pick(action.principalTypes)),
      action: { type: action.uid.type, id: action.uid.id },
      resource: randomUid(random, random.pick(action.resourceTypes)),
      context: jsonOf(action.context, random) as PolicyRequest['context'],
      entities: uids.filter(() => random.chance(present)).map((uid) => entity(uid, cyclic)),
    };
  };
}

/** The same request for an evaluation without a schema: the action hierarchy is then part of the entities. */
export function withActions(request: PolicyRequest, schema: SchemaModel): PolicyRequest {
  return { ...request, entities: [...request.entities, ...actionEntities(schema)] };
}

/** Breaks a request in one way that the schema forbids (or, rarely, leaves it sound by chance). */
export function spoil(request: PolicyRequest, random: RandomSource): PolicyRequest {
  const { context, entities } = request;
  const names = Object.keys(context);
  const name = random.pick(names);
  const without = Object.fromEntries(Object.entries(context).filter(([key]) => key !== name));
  const odd = random.pick<CedarJson>([
    true,
    1,
    'x',
    [],
    {},
    [1, 'x'],
    { __entity: { type: 'Doc', id: 'd0' } },
  ]);
  const first = entities[0];
  switch (random.below(7)) {
    case 0:
      return { ...request, context: without };
    case 1:
      return { ...request, context: { ...context, [random.pick(['extra', 'constructor'])]: odd } };
    case 2:
      return { ...request, context: { ...context, [name]: odd } };
    case 3:
      return { ...request, action: { type: 'Action', id: random.pick(['any', 'nothing', 'login']) } };
    case 4:
      return { ...request, principal: { type: random.pick(['Doc', 'Nobody', 'Plan', 'Bot']), id: 'd0' } };
    case 5:
      return first
        ? { ...request, entities: [{ ...first, attrs: { zip: odd } }, ...entities.slice(1)] }
        : request;
    default:
      return first
        ? { ...request, entities: [{ ...first, parents: [{ type: 'Doc', id: 'd1' }] }, ...entities.slice(1)] }
        : request;
  }
}
