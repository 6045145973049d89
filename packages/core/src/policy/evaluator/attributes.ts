import { Fault } from './fault.ts';
import type { Evaluate, Situation, Test } from './situation.ts';
import { EntityUid, RecordValue, type Shape, typeName, type Value } from './values.ts';

function recordOf(value: Value, situation: Situation): RecordValue | null {
  if (value instanceof RecordValue) return value;
  if (value instanceof EntityUid) return situation.entities.get(value)?.attrs ?? null;
  throw new Fault(`type error: expected record or entity, got ${typeName(value)}`);
}

/** A look-up by name that remembers the slot of the last shape: requests of one action share shapes. */
function slotFinder(attr: string): (record: RecordValue) => Value | undefined {
  let lastShape: Shape | null = null;
  let lastSlot: number | undefined;
  return (record) => {
    if (record.shape !== lastShape) {
      lastShape = record.shape;
      lastSlot = record.shape.slots.get(attr);
    }
    return lastSlot === undefined ? undefined : record.values[lastSlot];
  };
}

/** The variable `context`; one function, so that reading its attributes can be told apart. */
export const contextVariable: Evaluate = (situation) => situation.context;

/** `context.attr`: the most common expression of all, without a call for the record. */
function contextAttribute(attr: string): Evaluate {
  const find = slotFinder(attr);
  return (situation) => {
    const found = find(situation.context);
    if (found === undefined) throw new Fault(`context has no attribute ${attr}`);
    return found;
  };
}

/** `left.attr` */
export function attribute(left: Evaluate, attr: string): Evaluate {
  if (left === contextVariable) return contextAttribute(attr);
  const find = slotFinder(attr);
  return (situation) => {
    const value = left(situation);
    const record = recordOf(value, situation);
    if (record === null) throw new Fault(`${typeName(value)} does not exist, so it has no attribute ${attr}`);
    const found = find(record);
    if (found === undefined) throw new Fault(`${typeName(value)} has no attribute ${attr}`);
    return found;
  };
}

function hasOne(left: Evaluate, attr: string): Test {
  const find = slotFinder(attr);
  if (left === contextVariable) return (situation) => find(situation.context) !== undefined;
  return (situation) => {
    const record = recordOf(left(situation), situation);
    return record !== null && find(record) !== undefined;
  };
}

/** `left has attr`, `left has first.second…`: an entity that is not there has nothing. */
export function hasAttribute(left: Evaluate, path: readonly string[]): Test {
  if (path.length === 1) return hasOne(left, path[0]!);
  const finders = path.map(slotFinder);
  return (situation) => {
    let value = left(situation);
    for (const find of finders) {
      const record = recordOf(value, situation);
      const found = record === null ? undefined : find(record);
      if (found === undefined) return false;
      value = found;
    }
    return true;
  };
}

function taggedEntity(value: Value): EntityUid {
  if (value instanceof EntityUid) return value;
  throw new Fault(`type error: expected entity, got ${typeName(value)}`);
}

function tagName(value: Value): string {
  if (typeof value === 'string') return value;
  throw new Fault(`type error: expected string, got ${typeName(value)}`);
}

/** `left.getTag(right)` */
export function getTag(left: Evaluate, right: Evaluate): Evaluate {
  return (situation) => {
    const uid = taggedEntity(left(situation));
    const name = tagName(right(situation));
    const node = situation.entities.get(uid);
    if (node === undefined) throw new Fault(`${typeName(uid)} does not exist, so it has no tag`);
    const tag = node.tags?.get(name);
    if (tag === undefined) throw new Fault(`${typeName(uid)} does not have this tag`);
    return tag;
  };
}

/** `left.hasTag(right)` */
export function hasTag(left: Evaluate, right: Evaluate): Test {
  return (situation) => {
    const uid = taggedEntity(left(situation));
    const name = tagName(right(situation));
    return situation.entities.get(uid)?.tags?.has(name) ?? false;
  };
}
