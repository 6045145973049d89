import type { ActionModel, EntityTypeModel, SchemaModel } from '../schema-model.ts';
import type { EntityJson, EntityRef, PolicyRequest } from '../types.ts';
import { type EntityNode, EntityStore } from './entities.ts';
import { Fault } from './fault.ts';
import { readUid } from './plain-values.ts';
import type { Situation } from './situation.ts';
import { compileReader, compileRecordReader, type Reader, uidChecker } from './typed-values.ts';
import { type EntityUid, RecordValue, Shape, type Value } from './values.ts';

/** Turns a request into the evaluator's form; throws a Fault where it does not conform to the schema. */
export type RequestReader = (request: PolicyRequest) => Situation;

type EntityReader = (json: EntityJson) => EntityNode;

const noAttributes = new RecordValue(new Shape([]), []);

/** The action hierarchy: part of every request, as in Cedar. */
function actionEntities(schema: SchemaModel): EntityStore {
  const nodes = [...schema.actions.values()].map(
    ({ uid, parents }): EntityNode => ({ uid, attrs: noAttributes, parents, tags: null }),
  );
  return new EntityStore(nodes, { base: null, acyclic: false });
}

function tagReader(type: EntityTypeModel, schema: SchemaModel): (json: unknown) => EntityNode['tags'] {
  const read = type.tags ? compileReader(type.tags, schema, `${type.name} tag`) : null;
  return (json) => {
    if (json === undefined) return null;
    if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new Fault('expected tags');
    const entries = Object.entries(json);
    if (entries.length === 0) return null;
    if (read === null) throw new Fault(`entities of type ${type.name} have no tags`);
    return new Map(entries.map(([name, value]): [string, Value] => [name, read(value)]));
  };
}

function entityReader(type: EntityTypeModel, schema: SchemaModel): EntityReader {
  const readAttributes = compileRecordReader(type.attributes, schema, type.name);
  const readTags = tagReader(type, schema);
  const checkUid = uidChecker(schema);
  return (json) => {
    const uid = readUid(json.uid);
    checkUid(uid);
    if (!Array.isArray(json.parents)) throw new Fault(`${type.name}: expected parents`);
    const parents = (json.parents as readonly EntityRef[]).map((parent) => {
      const above = readUid(parent);
      if (!type.parentTypes.has(above.type)) throw new Fault(`${type.name}: a parent of another type`);
      checkUid(above);
      return above;
    });
    return { uid, attrs: readAttributes(json.attrs), parents, tags: readTags(json.tags) };
  };
}

/** Frozen entities and entity lists are taken as unchanging and read once. */
function storeReader(schema: SchemaModel): (entities: readonly EntityJson[]) => EntityStore {
  const readers = new Map(
    [...schema.entityTypes.values()].map((type) => [type.name, entityReader(type, schema)]),
  );
  const options = { base: actionEntities(schema), acyclic: schema.acyclic };
  const nodes = new WeakMap<EntityJson, EntityNode>();
  const stores = new WeakMap<readonly EntityJson[], EntityStore>();

  const readNode = (json: EntityJson): EntityNode => {
    const read = readers.get(json?.uid?.type);
    if (read === undefined) throw new Fault('an entity of a type that the schema does not have');
    if (!Object.isFrozen(json)) return read(json);
    const known = nodes.get(json);
    if (known !== undefined) return known;
    const node = read(json);
    nodes.set(json, node);
    return node;
  };

  return (entities) => {
    const known = stores.get(entities);
    if (known !== undefined) return known;
    if (!Array.isArray(entities)) throw new Fault('expected a list of entities');
    const store = new EntityStore(entities.map(readNode), options);
    if (Object.isFrozen(entities) && entities.every(Object.isFrozen)) stores.set(entities, store);
    return store;
  };
}

function expectType(uid: EntityUid, allowed: readonly string[], side: string): EntityUid {
  if (!allowed.includes(uid.type)) throw new Fault(`the action does not apply to this type of ${side}`);
  return uid;
}

/**
 * Compiles the schema into a reader of requests. It refuses what Cedar's request validation refuses, and beyond that
 * implicit forms, numbers that JSON does not hold exactly, and entities given twice.
 */
export function compileRequestReader(schema: SchemaModel): RequestReader {
  const contextReaders = new Map<ActionModel, Reader<RecordValue>>();
  for (const action of schema.actions.values()) {
    contextReaders.set(action, compileRecordReader(action.context, schema, 'context'));
  }
  const readStore = storeReader(schema);
  const checkUid = uidChecker(schema);
  return (request) => {
    const named = readUid(request.action);
    const action = schema.actions.get(schema.actionKey(named.type, named.id));
    if (action === undefined) throw new Fault('an action that the schema does not have');
    const principal = expectType(readUid(request.principal), action.principalTypes, 'principal');
    const resource = expectType(readUid(request.resource), action.resourceTypes, 'resource');
    checkUid(principal);
    checkUid(resource);
    const context = contextReaders.get(action)!(request.context);
    return { principal, action: action.uid, resource, context, entities: readStore(request.entities) };
  };
}
