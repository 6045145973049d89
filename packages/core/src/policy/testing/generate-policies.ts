import type { ActionScopeEst, ExprEst, PolicyEst, ScopeEst } from '../est.ts';
import { extensionFunctions } from '../extensions/index.ts';
import type { SchemaModel, TypeModel } from '../schema-model.ts';
import { entityIds, extensionText, randomLong, randomText, randomUid } from './generate-values.ts';
import type { RandomSource } from './random.ts';

type Kind = Exclude<TypeModel['kind'], 'extension'> | 'decimal' | 'datetime' | 'duration' | 'ipaddr';
const kinds: readonly Kind[] = [
  'bool',
  'long',
  'string',
  'entity',
  'set',
  'record',
  'decimal',
  'datetime',
  'duration',
  'ipaddr',
];

/** Where values of each kind can be read in a request: `context.level`, `principal.limits.max`… */
type Paths = ReadonlyMap<Kind, readonly ExprEst[]>;

const variable = (name: string): ExprEst => ({ Var: name });
const literal = (value: unknown): ExprEst => ({ Value: value });
const member = (left: ExprEst, attr: string): ExprEst => ({ '.': { left, attr } });

function kindOf(type: TypeModel): Kind {
  return type.kind === 'extension' ? type.name : type.kind;
}

function pathsOf(schema: SchemaModel): Paths {
  const paths = new Map<Kind, ExprEst[]>(kinds.map((kind) => [kind, []]));
  const add = (type: TypeModel, at: ExprEst, depth: number) => {
    paths.get(kindOf(type))!.push(at);
    if (depth === 0) return;
    const record = type.kind === 'entity' ? schema.entityTypes.get(type.name)?.attributes : type;
    if (record?.kind !== 'record') return;
    for (const { name, type: inner } of record.attributes) add(inner, member(at, name), depth - 1);
  };
  for (const type of ['User', 'Bot']) add({ kind: 'entity', name: type }, variable('principal'), 3);
  for (const type of ['Doc', 'Folder']) add({ kind: 'entity', name: type }, variable('resource'), 2);
  for (const action of schema.actions.values()) add(action.context, variable('context'), 3);
  return paths;
}

/** Makes policies: mostly well-typed for the schema, with a share of expressions that are not. */
export interface PolicyMaker {
  policy(): PolicyEst;
}

/** @param wild share (0 to 1) of sub-expressions whose kind is not the one their place asks for */
export function policyMaker(schema: SchemaModel, random: RandomSource, wild: number): PolicyMaker {
  const paths = pathsOf(schema);

  function make(kind: Kind, depth: number): ExprEst {
    const wanted = random.chance(wild) ? random.pick(kinds) : kind;
    if (depth <= 0) return leaf(wanted);
    if (random.chance(0.15)) return leaf(wanted);
    if (random.chance(0.07)) {
      const [test, yes, no] = [make('bool', depth - 1), make(wanted, depth - 1), make(wanted, depth - 1)];
      // biome-ignore lint/suspicious/noThenProperty: the key is Cedar's.
      return { 'if-then-else': { if: test, then: yes, else: no } };
    }
    return compound(wanted, depth - 1);
  }

  function leaf(kind: Kind): ExprEst {
    const known = paths.get(kind)!;
    if (known.length > 0 && random.chance(0.6)) return random.pick(known);
    switch (kind) {
      case 'bool':
        return literal(random.chance(0.5));
      case 'long':
        return literal(randomLong(random));
      case 'string':
        return literal(randomText(random));
      case 'entity':
        return random.chance(0.5)
          ? variable(random.pick(['principal', 'action', 'resource']))
          : literal({ __entity: random.chance(0.8) ? randomUid(random) : actionUid() });
      case 'set':
        return { Set: random.some(3, () => leaf(random.pick(kinds.slice(0, 4)))) };
      case 'record':
        return random.chance(0.5) ? variable('context') : { Record: { k: leaf('string'), v: leaf('long') } };
      default:
        return extensionLiteral(kind);
    }
  }

  function extensionLiteral(kind: 'decimal' | 'datetime' | 'duration' | 'ipaddr'): ExprEst {
    return { [kind === 'ipaddr' ? 'ip' : kind]: [literal(extensionText(kind, random, 0.08))] };
  }

  function actionUid() {
    return { type: 'Action', id: random.pick([...schema.actions.values()]).uid.id };
  }

  function pair(kind: Kind, depth: number) {
    return { left: make(kind, depth), right: make(kind, depth) };
  }

  function compound(kind: Kind, depth: number): ExprEst {
    switch (kind) {
      case 'bool':
        return random.pick(booleans)(depth);
      case 'long':
        return random.pick(numbers)(depth);
      case 'set': {
        const element = random.pick(kinds.slice(0, 6));
        return { Set: random.some(3, () => make(element, depth)) };
      }
      case 'record':
        return { Record: { a: make('bool', depth), k: make('string', depth), b: make('record', depth) } };
      case 'datetime':
        return random.chance(0.5)
          ? { offset: [make('datetime', depth), make('duration', depth)] }
          : { toDate: [make('datetime', depth)] };
      case 'duration':
        return random.chance(0.5)
          ? { durationSince: [make('datetime', depth), make('datetime', depth)] }
          : { toTime: [make('datetime', depth)] };
      case 'decimal':
      case 'ipaddr':
        return random.chance(0.1)
          ? { [kind === 'ipaddr' ? 'ip' : kind]: [make('string', depth)] }
          : leaf(kind);
      default:
        return random.chance(0.2)
          ? { getTag: { left: leaf('entity'), right: make('string', depth) } }
          : leaf(kind);
    }
  }

  const attributeNames = ['nick', 'boss', 'limits', 'min', 'inner', 'opt', 'meta', 'a', 'b', 'k', 'odd name'];
  const pathsToTry = [
    ['limits', 'min'],
    ['limits', 'inner', 'deep'],
    ['meta', 'b', 'c'],
    ['boss', 'nick'],
  ];
  const entityTypes = [...Object.keys(entityIds), 'Action'];

  const booleans: readonly ((depth: number) => ExprEst)[] = [
    (depth) => ({ '&&': pair('bool', depth) }),
    (depth) => ({ '||': pair('bool', depth) }),
    (depth) => ({ '!': { arg: make('bool', depth) } }),
    (depth) => ({ [random.pick(['==', '!='])]: pair(random.pick(kinds), depth) }),
    (depth) => ({ [random.pick(['<', '<=', '>', '>='])]: pair(random.pick(orderedKinds), depth) }),
    (depth) => ({ in: { left: make('entity', depth), right: groups(depth) } }),
    (depth) => ({ contains: { left: make('set', depth), right: make(random.pick(kinds), depth) } }),
    (depth) => ({ [random.pick(['containsAll', 'containsAny'])]: pair('set', depth) }),
    (depth) => ({ isEmpty: { arg: make('set', depth) } }),
    (depth) => ({ hasTag: { left: make('entity', depth), right: make('string', depth) } }),
    (depth) => ({ has: { left: holder(depth), attr: random.pick(attributeNames) } }),
    (depth) => ({ has: { left: holder(depth), attr: random.pick(pathsToTry) } }),
    (depth) => ({ like: { left: make('string', depth), pattern: likePattern() } }),
    (depth) => ({ is: { left: make('entity', depth), entity_type: random.pick(entityTypes) } }),
    (depth) => ({
      is: { left: make('entity', depth), entity_type: random.pick(entityTypes), in: groups(depth) },
    }),
    (depth) => method(depth),
  ];
  const orderedKinds: readonly Kind[] = ['long', 'long', 'datetime', 'duration'];
  const numbers: readonly ((depth: number) => ExprEst)[] = [
    (depth) => ({ '+': pair('long', depth) }),
    (depth) => ({ '-': pair('long', depth) }),
    (depth) => ({ '*': pair('long', depth) }),
    (depth) => ({ neg: { arg: make('long', depth) } }),
    (depth) => ({
      [random.pick(['toMilliseconds', 'toSeconds', 'toMinutes', 'toHours', 'toDays'])]: [
        make('duration', depth),
      ],
    }),
  ];

  function method(depth: number): ExprEst {
    const name = random.pick(['lessThan', 'lessThanOrEqual', 'greaterThan', 'greaterThanOrEqual', 'isIpv4']);
    const ipName = random.pick(['isIpv4', 'isIpv6', 'isLoopback', 'isMulticast', 'isInRange']);
    const chosen = name === 'isIpv4' || random.chance(0.5) ? ipName : name;
    const of: Kind = chosen === ipName ? 'ipaddr' : 'decimal';
    const { arity } = extensionFunctions.get(chosen)!;
    return { [chosen]: Array.from({ length: arity }, () => make(of, depth)) };
  }

  function holder(depth: number): ExprEst {
    return random.chance(0.4) ? variable('context') : make(random.pick(['entity', 'record']), depth);
  }

  function groups(depth: number): ExprEst {
    if (random.chance(0.6)) return make('entity', depth);
    return { Set: random.some(3, () => make('entity', depth)) };
  }

  function likePattern() {
    return random.some(4, () =>
      random.chance(0.5) ? ('Wildcard' as const) : { Literal: randomText(random) },
    );
  }

  function scope(types: readonly string[]): ScopeEst {
    const type = random.pick(types);
    switch (random.below(8)) {
      case 0:
        return { op: '==', entity: randomUid(random, type) };
      case 1:
        return { op: 'in', entity: randomUid(random, random.pick([type, 'Group', 'Folder', 'Plan'])) };
      case 2:
        return { op: 'is', entity_type: type };
      case 3:
        return {
          op: 'is',
          entity_type: type,
          in: { entity: randomUid(random, random.pick(['Group', 'Folder'])) },
        };
      default:
        return { op: 'All' };
    }
  }

  function actionScope(): ActionScopeEst {
    switch (random.below(6)) {
      case 0:
        return { op: '==', entity: actionUid() };
      case 1:
        return { op: 'in', entity: actionUid() };
      case 2:
        return { op: 'in', entities: [actionUid(), actionUid()] };
      default:
        return { op: 'All' };
    }
  }

  return {
    policy: () => ({
      effect: 'permit',
      principal: scope(['User', 'Bot']),
      action: actionScope(),
      resource: scope(['Doc', 'Folder', 'Group']),
      conditions: random.some(2, () => ({
        kind: random.chance(0.7) ? ('when' as const) : ('unless' as const),
        body: make('bool', 1 + random.below(4)),
      })),
    }),
  };
}
