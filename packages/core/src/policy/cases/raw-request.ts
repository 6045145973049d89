import { didYouMean } from '../../program/suggest.ts';
import type { ActionModel, SchemaModel } from '../schema-model.ts';
import type { CedarJson, EntityJson, PolicyRequest } from '../types.ts';
import { attributesOf, cedarRecord, cedarValue, parseUid } from './natural-values.ts';
import { CaseProblem } from './problem.ts';
import type { RawRequest } from './schema.ts';

function actionOf(schema: SchemaModel, name: string): ActionModel {
  const uid = name.includes('::') ? parseUid(name) : { type: 'Action', id: name };
  const action = schema.actions.get(schema.actionKey(uid.type, uid.id));
  if (action) return action;
  throw new CaseProblem(`There is no action ${name}.${didYouMean(name, schema.actions.keys())}`, ['action']);
}

function entityOf(entity: NonNullable<RawRequest['entities']>[number], schema: SchemaModel): EntityJson {
  const uid = parseUid(entity.uid);
  const type = schema.entityTypes.get(uid.type);
  const attrs = cedarRecord(entity.attrs ?? {}, attributesOf(schema, uid.type), uid.type);
  const parents = (entity.parents ?? []).map(parseUid);
  if (entity.tags === undefined) return { uid, attrs, parents };
  const tagType = type?.tags;
  if (!tagType) throw new CaseProblem(`Entities of type ${uid.type} have no tags.`);
  const tags = Object.entries(entity.tags).map(([name, value]): [string, CedarJson] => [
    name,
    cedarValue(value, tagType, `tag ${name}`),
  ]);
  return { uid, attrs, parents, tags: Object.fromEntries(tags) };
}

/** Builds the request of a raw case. `now` (ISO) fills a missing `context.now` where the action has one. */
export function rawRequestOf(raw: RawRequest, schema: SchemaModel, now: string): PolicyRequest {
  const action = actionOf(schema, raw.action);
  const context = cedarRecord(raw.context ?? {}, action.context, 'context');
  const wantsNow = action.context.attributes.some((attribute) => attribute.name === 'now');
  if (wantsNow) context.now ??= { __extn: { fn: 'datetime', arg: now } };
  return {
    principal: parseUid(raw.principal),
    action: { type: action.uid.type, id: action.uid.id },
    resource: parseUid(raw.resource),
    context,
    entities: (raw.entities ?? []).map((entity) => entityOf(entity, schema)),
  };
}
