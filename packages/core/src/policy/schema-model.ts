import { EntityUid } from './evaluator/values.ts';

export type TypeModel =
  | { readonly kind: 'string' | 'long' | 'bool' }
  | { readonly kind: 'extension'; readonly name: 'decimal' | 'datetime' | 'duration' | 'ipaddr' }
  | { readonly kind: 'entity'; readonly name: string }
  | { readonly kind: 'set'; readonly element: TypeModel }
  | RecordModel;

export interface RecordModel {
  readonly kind: 'record';
  readonly attributes: readonly {
    readonly name: string;
    readonly type: TypeModel;
    readonly required: boolean;
  }[];
}

export interface EntityTypeModel {
  readonly name: string;
  readonly attributes: RecordModel;
  readonly tags: TypeModel | null;
  /** Types an entity of this type may have as direct parents. */
  readonly parentTypes: ReadonlySet<string>;
  /** Ids of an enumerated type, else null. */
  readonly ids: ReadonlySet<string> | null;
}

export interface ActionModel {
  /** Key in `SchemaModel.actions`. */
  readonly key: string;
  readonly uid: EntityUid;
  readonly parents: readonly EntityUid[];
  readonly ancestors: readonly EntityUid[];
  readonly principalTypes: readonly string[];
  readonly resourceTypes: readonly string[];
  readonly context: RecordModel;
}

/** A Cedar schema with every name resolved. */
export interface SchemaModel {
  readonly entityTypes: ReadonlyMap<string, EntityTypeModel>;
  readonly actions: ReadonlyMap<string, ActionModel>;
  actionKey(type: string, id: string): string;
  /** True when no type can stand above itself, so that no hierarchy of entities can have a cycle. */
  readonly acyclic: boolean;
}

interface TypeJson {
  readonly type: string;
  readonly name?: string;
  readonly element?: TypeJson;
  readonly attributes?: { readonly [name: string]: TypeJson & { readonly required?: boolean } };
}
interface NamespaceJson {
  readonly commonTypes?: { readonly [name: string]: TypeJson };
  readonly entityTypes: {
    readonly [name: string]: {
      readonly memberOfTypes?: readonly string[];
      readonly shape?: TypeJson;
      readonly tags?: TypeJson;
      readonly enum?: readonly string[];
    };
  };
  readonly actions: {
    readonly [name: string]: {
      readonly memberOf?: readonly { readonly type?: string; readonly id: string }[];
      readonly appliesTo?: {
        readonly principalTypes: readonly string[];
        readonly resourceTypes: readonly string[];
        readonly context?: TypeJson;
      };
    };
  };
}
/** A schema as the oracle writes it, with types resolved. */
export type SchemaJson = { readonly [namespace: string]: NamespaceJson };

const emptyRecord: RecordModel = { kind: 'record', attributes: [] };
const primitives: { readonly [name: string]: TypeModel } = {
  String: { kind: 'string' },
  Long: { kind: 'long' },
  Bool: { kind: 'bool' },
  Boolean: { kind: 'bool' },
  decimal: { kind: 'extension', name: 'decimal' },
  datetime: { kind: 'extension', name: 'datetime' },
  duration: { kind: 'extension', name: 'duration' },
  ipaddr: { kind: 'extension', name: 'ipaddr' },
};

function qualify(namespace: string, name: string): string {
  return namespace === '' ? name : `${namespace}::${name}`;
}

/** Resolves type expressions; common types are looked up by their full name, built-in names may be prefixed. */
function typeResolver(json: SchemaJson): (type: TypeJson) => TypeModel {
  const common = new Map<string, TypeJson>();
  for (const [namespace, { commonTypes = {} }] of Object.entries(json)) {
    for (const [name, type] of Object.entries(commonTypes)) common.set(qualify(namespace, name), type);
  }
  const resolve = (type: TypeJson): TypeModel => {
    if (type.type === 'Set') return { kind: 'set', element: resolve(type.element!) };
    if (type.type === 'Record') return recordOf(type);
    if (type.type === 'Entity') return { kind: 'entity', name: type.name! };
    const named = type.type === 'Extension' || type.type === 'EntityOrCommon' ? type.name! : type.type;
    const known = common.get(named);
    if (known) return resolve(known);
    const builtIn = named.replace(/^__cedar::/, '');
    if (Object.hasOwn(primitives, builtIn)) return primitives[builtIn]!;
    throw new TypeError(`The schema names a type that is not known here: ${named}.`);
  };
  const recordOf = (type: TypeJson): RecordModel => ({
    kind: 'record',
    attributes: Object.entries(type.attributes ?? {}).map(([name, attribute]) => ({
      name,
      type: resolve(attribute),
      required: attribute.required !== false,
    })),
  });
  return resolve;
}

function asRecord(type: TypeModel): RecordModel {
  if (type.kind === 'record') return type;
  throw new TypeError('A shape or context in the schema is not a record.');
}

function readActions(json: SchemaJson, resolve: (type: TypeJson) => TypeModel): ActionModel[] {
  const parentsOf = new Map<string, EntityUid[]>();
  const actions = Object.entries(json).flatMap(([namespace, { actions: declared }]) =>
    Object.entries(declared).map(([id, action]) => {
      const uid = new EntityUid(qualify(namespace, 'Action'), id);
      const parents = (action.memberOf ?? []).map((p) => new EntityUid(p.type ?? uid.type, p.id));
      const key = actionKey(uid.type, uid.id);
      parentsOf.set(key, parents);
      return { key, uid, parents, appliesTo: action.appliesTo };
    }),
  );
  const above = (uid: EntityUid): EntityUid[] =>
    (parentsOf.get(actionKey(uid.type, uid.id)) ?? []).flatMap((parent) => [parent, ...above(parent)]);
  return actions.map(({ key, uid, parents, appliesTo }) => ({
    key,
    uid,
    parents,
    ancestors: above(uid),
    principalTypes: appliesTo?.principalTypes ?? [],
    resourceTypes: appliesTo?.resourceTypes ?? [],
    context: appliesTo?.context ? asRecord(resolve(appliesTo.context)) : emptyRecord,
  }));
}

/** The id alone for the usual type; one that holds the separator is written out, so that no two actions share a key. */
function actionKey(type: string, id: string): string {
  return type === 'Action' && !id.includes('\u0000') ? id : `${type}\u0000${id}`;
}

function hasTypeCycle(types: ReadonlyMap<string, EntityTypeModel>): boolean {
  const done = new Set<string>();
  const visit = (name: string, path: ReadonlySet<string>): boolean => {
    if (path.has(name)) return true;
    if (done.has(name)) return false;
    const below = new Set([...path, name]);
    const found = [...(types.get(name)?.parentTypes ?? [])].some((parent) => visit(parent, below));
    done.add(name);
    return found;
  };
  return [...types.keys()].some((name) => visit(name, new Set()));
}

/**
 * Reads a resolved schema.
 * @throws TypeError when it holds a type that the evaluator does not know.
 */
export function readSchema(json: SchemaJson): SchemaModel {
  const resolve = typeResolver(json);
  const entityTypes = new Map<string, EntityTypeModel>();
  for (const [namespace, { entityTypes: declared }] of Object.entries(json)) {
    for (const [name, type] of Object.entries(declared)) {
      const full = qualify(namespace, name);
      entityTypes.set(full, {
        name: full,
        attributes: type.shape ? asRecord(resolve(type.shape)) : emptyRecord,
        tags: type.tags ? resolve(type.tags) : null,
        parentTypes: new Set(type.memberOfTypes ?? []),
        ids: type.enum ? new Set(type.enum) : null,
      });
    }
  }
  const list = readActions(json, resolve);
  const actions = new Map(list.map((action) => [action.key, action]));
  if (actions.size !== list.length) throw new TypeError('Two actions of the schema cannot be told apart.');
  return { entityTypes, actions, actionKey, acyclic: !hasTypeCycle(entityTypes) };
}
