import { describe, expect, it } from 'vitest';
import { encodeUtf8 } from '../text/index.ts';
import {
  asArray,
  asBoolean,
  asInteger,
  asObject,
  asString,
  elements,
  member,
  rawSpan,
  readStrictJson,
  type StringNode,
} from './index.ts';

const { root, bytes } = readStrictJson(
  encodeUtf8('{"s":"é\\n","i":3,"f":1.5,"big":9007199254740992,"b":false,"a":[1],"o":{}}'),
);

describe('accessors', () => {
  it('give the value of the wanted kind', () => {
    expect(asString(member(root, 's'))).toBe('é\n');
    expect(asInteger(member(root, 'i'))).toBe(3);
    expect(asBoolean(member(root, 'b'))).toBe(false);
    expect(asArray(member(root, 'a'))?.elements.length).toBe(1);
    expect(elements(member(root, 'a')).length).toBe(1);
    expect(asObject(member(root, 'o'))?.members).toEqual([]);
  });

  it('give nothing for another kind or an absent member', () => {
    expect(asString(member(root, 'i'))).toBeNull();
    expect(asInteger(member(root, 'f'))).toBeNull();
    expect(asInteger(member(root, 'big'))).toBeNull();
    expect(asInteger(member(root, 's'))).toBeNull();
    expect(asBoolean(member(root, 'i'))).toBeNull();
    expect(asArray(member(root, 'o'))).toBeNull();
    expect(asObject(member(root, 'a'))).toBeNull();
    expect(elements(member(root, 'o'))).toEqual([]);
    expect(member(root, 'toString')).toBeUndefined();
    expect(member(member(root, 'a'), '0')).toBeUndefined();
    expect(member(undefined, 's')).toBeUndefined();
  });

  it('give the raw content of a string', () => {
    const span = rawSpan(member(root, 's') as StringNode);
    expect(Buffer.from(bytes.subarray(span.start, span.end)).toString()).toBe('é\\n');
  });
});
