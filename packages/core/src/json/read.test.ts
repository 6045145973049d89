import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFairleadError } from '../errors/index.ts';
import { encodeUtf8 } from '../text/index.ts';
import { type JsonNode, nameTable, readStrictJson, toValue } from './index.ts';

const read = (text: string) => readStrictJson(encodeUtf8(text));

function codeOf(input: string | readonly number[]): string {
  try {
    readStrictJson(typeof input === 'string' ? encodeUtf8(input) : Uint8Array.from(input));
  } catch (error) {
    if (!isFairleadError(error)) throw error;
    expect(error.status).toBe(400);
    return error.code;
  }
  return 'accepted';
}

const bytesOf = (text: string): number[] => [...encodeUtf8(text)];
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('what other readers take in different ways is refused', () => {
  it.each<[string, string | readonly number[], string]>([
    ['two equal keys', '{"messages":[],"messages":[1]}', 'json.duplicate-key'],
    ['two equal keys, one escaped', '{"model":"a","\\u006dodel":"b"}', 'json.duplicate-key'],
    ['two equal keys deep down', '{"a":[{"b":{"c":1,"c":1}}]}', 'json.duplicate-key'],
    ['two __proto__ keys', '{"__proto__":1,"__proto__":2}', 'json.duplicate-key'],
    ['two empty keys', '{"":1,"":2}', 'json.duplicate-key'],
    [
      'equal keys far apart',
      `{"x":0,${Array.from({ length: 40 }, (_, i) => `"${i}":0`).join()},"x":1}`,
      'json.duplicate-key',
    ],
    [
      'equal keys late',
      `{${Array.from({ length: 40 }, (_, i) => `"${i}":0`).join()},"z":0,"z":1}`,
      'json.duplicate-key',
    ],
    ['a byte order mark', [0xef, 0xbb, 0xbf, 0x7b, 0x7d], 'json.bom'],
    ['UTF-16', [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00], 'json.not-utf8'],
    ['UTF-16 without a mark', [0x7b, 0x00, 0x7d, 0x00], 'json.syntax'],
    ['an overlong quote', [0x22, 0xc0, 0xa2, 0x22], 'json.not-utf8'],
    ['an overlong slash of three bytes', [0x22, 0xe0, 0x80, 0xaf, 0x22], 'json.not-utf8'],
    ['an encoded surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22], 'json.not-utf8'],
    ['CESU-8', [0x22, 0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80, 0x22], 'json.not-utf8'],
    ['a character beyond U+10FFFF', [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22], 'json.not-utf8'],
    ['a truncated sequence', [0x22, 0xe4, 0xb8, 0x22], 'json.not-utf8'],
    ['a lone continuation byte', [0x22, 0x80, 0x22], 'json.not-utf8'],
    ['invalid bytes outside strings', [...bytesOf('{}'), 0xff], 'json.not-utf8'],
    ['a lone high surrogate', '"\\ud83d"', 'json.lone-surrogate'],
    ['a lone low surrogate', '"\\ude00"', 'json.lone-surrogate'],
    ['surrogates in the wrong order', '"\\ude00\\ud83d"', 'json.lone-surrogate'],
    ['a lone surrogate in a key', '{"\\ud83d":1}', 'json.lone-surrogate'],
    ['a lone surrogate in a long text', `"${'a'.repeat(99)}\\uD83D"`, 'json.lone-surrogate'],
    ['a second value', '{}{}', 'json.trailing-data'],
    ['a second line', '{}\n{}', 'json.trailing-data'],
    ['a trailing NUL', '{}\0', 'json.trailing-data'],
    ['129 levels', nested(129), 'json.too-deep'],
    ['100,000 levels', '['.repeat(100_000), 'json.too-deep'],
    ['a number that overflows', '1e400', 'json.number'],
    ['a negative number that overflows', '{"n":-1E+400}', 'json.number'],
    ['nothing', '', 'json.syntax'],
    ['white space only', ' \n', 'json.syntax'],
    ['a trailing comma in an object', '{"a":1,}', 'json.syntax'],
    ['a trailing comma in an array', '[1,]', 'json.syntax'],
    ['a missing element', '[,1]', 'json.syntax'],
    ['a comment', '{/**/}', 'json.syntax'],
    ['single quotes', "{'a':1}", 'json.syntax'],
    ['a bare key', '{a:1}', 'json.syntax'],
    ['a missing colon', '{"a" 1}', 'json.syntax'],
    ['a missing value', '{"a":}', 'json.syntax'],
    ['an unclosed object', '{"a":1', 'json.syntax'],
    ['an unclosed array', '[1', 'json.syntax'],
    ['an unclosed string', '"abc', 'json.syntax'],
    ['a string that ends in an escaped quote', '"abc\\"', 'json.syntax'],
    ['a raw newline in a string', '"a\nb"', 'json.syntax'],
    ['a raw newline in a long string', `"${'a'.repeat(99)}\n"`, 'json.syntax'],
    ['a raw NUL in a string', '"a\0b"', 'json.syntax'],
    ['an unknown escape', '"\\x41"', 'json.syntax'],
    ['a short unicode escape', '"\\u12"', 'json.syntax'],
    ['a signed unicode escape', '"\\u+123"', 'json.syntax'],
    ['a leading zero', '01', 'json.trailing-data'],
    ['a plus sign', '+1', 'json.syntax'],
    ['a bare point', '1.', 'json.syntax'],
    ['a leading point', '.5', 'json.syntax'],
    ['a bare exponent', '1e', 'json.syntax'],
    ['hexadecimal', '0x10', 'json.trailing-data'],
    ['NaN', 'NaN', 'json.syntax'],
    ['Infinity', '-Infinity', 'json.syntax'],
    ['a capital literal', 'True', 'json.syntax'],
    ['a longer literal', 'nullx', 'json.trailing-data'],
    ['a no-break space', '\u00a0{}', 'json.syntax'],
    ['a form feed', '\f{}', 'json.syntax'],
    ['a line separator', '{}\u2028', 'json.trailing-data'],
  ])('%s', (_, input, code) => {
    expect(codeOf(input)).toBe(code);
  });
});

describe('the strict reader', () => {
  it('names the byte of the error and never the content', () => {
    try {
      read('{"é":1,"secret-key":2,"secret-key":3}');
      expect.unreachable();
    } catch (error) {
      expect((error as Error).message).toBe('Duplicate key at byte 23.');
    }
  });

  it('takes 128 levels, and fewer when told', () => {
    expect(codeOf(nested(128))).toBe('accepted');
    expect(() => readStrictJson(encodeUtf8('[[1]]'), { maxDepth: 1 })).toThrow(/Too many levels at byte 1/);
  });

  it('bounds the number of values', () => {
    expect(() => readStrictJson(encodeUtf8('[1,2,3]'), { maxValues: 3 })).toThrow(
      /Too many values at byte 5/,
    );
    expect(readStrictJson(encodeUtf8('[1,2,3]'), { maxValues: 4 }).values).toBe(4);
  });

  it('keeps __proto__ as an ordinary key', () => {
    const value = toValue(read('{"__proto__":{"polluted":true},"constructor":1}').root) as Record<
      string,
      unknown
    >;
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('leniently keeps duplicates and lone surrogates, and nothing else', () => {
    const lenient = readStrictJson(encodeUtf8('{"a":"\\ud83d","a":2}'), { lenient: true });
    expect(lenient.root.kind === 'object' && lenient.root.members.map((entry) => entry.key)).toEqual([
      'a',
      'a',
    ]);
    expect(() => readStrictJson(encodeUtf8('[1,]'), { lenient: true })).toThrow(/byte 3/);
  });

  it('reads a view into a larger buffer', () => {
    const view = encodeUtf8('xx{"a":"é","b":"c"}yy').subarray(2, -2);
    expect(toValue(readStrictJson(view).root)).toEqual({ a: 'é', b: 'c' });
  });
});

describe('properties', () => {
  // Bodies with any white space, any escape style and any character, as text that JSON.parse also reads.
  const space = fc.constantFrom('', '', ' ', '\n\t', '\r\n');
  const spelled = fc.string({ unit: 'binary', maxLength: 60 }).chain((text) =>
    fc.infiniteStream(fc.nat(5)).map((dice) => {
      let raw = '';
      for (const char of text.toWellFormed()) {
        const roll = dice.next().value;
        const escaped = [...char]
          .flatMap((c) => [...c.split('')])
          .map((u) => `\\u${u.charCodeAt(0).toString(16).padStart(4, '0')}`);
        raw += roll === 0 ? escaped.join('') : JSON.stringify(char).slice(1, -1);
      }
      return `"${raw}"`;
    }),
  );
  const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => JSON.stringify(n));
  const leaf = fc.oneof(
    spelled,
    number,
    fc.constantFrom('true', 'false', 'null', '-0', '1E5', '0.5e-7', '[]', '{}'),
  );
  const { tree } = fc.letrec<{ tree: string }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc
        .tuple(space, fc.array(tie('tree'), { maxLength: 5 }))
        .map(([s, items]) => `[${s}${items.join(`${s},${s}`)}${s}]`),
      fc
        .tuple(
          space,
          fc.uniqueArray(fc.tuple(spelled, tie('tree')), { maxLength: 12, selector: ([k]) => JSON.parse(k) }),
        )
        .map(([s, items]) => `{${s}${items.map(([k, v]) => `${k}${s}:${s}${v}`).join(`${s},`)}${s}}`),
    ),
  }));

  function checkSpans(node: JsonNode, bytes: Uint8Array): void {
    const raw = Buffer.from(bytes.subarray(node.start, node.end)).toString();
    expect(JSON.stringify(toValue(node))).toBe(JSON.stringify(JSON.parse(raw)));
    if (node.kind === 'string') expect(node.escaped).toBe(raw.includes('\\'));
    if (node.kind === 'array') for (const element of node.elements) checkSpans(element, bytes);
    if (node.kind !== 'object') return;
    for (const entry of node.members) {
      const key = Buffer.from(bytes.subarray(entry.keyStart, entry.keyEnd)).toString();
      expect(JSON.parse(`"${key}"`)).toBe(entry.key);
      checkSpans(entry.value, bytes);
    }
  }

  it('reads what JSON.parse reads, to the same value', () => {
    fc.assert(
      fc.property(tree, (text) => {
        expect(JSON.stringify(toValue(read(text).root))).toBe(JSON.stringify(JSON.parse(text)));
      }),
      { numRuns: 300 },
    );
  });

  it('gives every value and key its exact byte range', () => {
    fc.assert(
      fc.property(tree, (text) => {
        const bytes = encodeUtf8(text);
        checkSpans(readStrictJson(bytes).root, bytes);
      }),
      { numRuns: 100 },
    );
  });

  it('never accepts what JSON.parse refuses, and never fails but with its own errors', () => {
    const mutated = fc
      .tuple(tree, fc.nat(), fc.constantFrom(...'{}[]",:\\u0e-.\n\0é'))
      .map(([text, at, char]) => {
        const index = at % (text.length + 1);
        return encodeUtf8(text.slice(0, index) + char + text.slice(index + (at % 2)));
      });
    const noise = fc.oneof(mutated, fc.uint8Array({ maxLength: 60 }), fc.json().map(encodeUtf8));
    fc.assert(
      fc.property(noise, (bytes) => {
        let value: unknown;
        try {
          value = toValue(readStrictJson(bytes).root);
        } catch (error) {
          expect(isFairleadError(error)).toBe(true);
          return;
        }
        expect(JSON.stringify(value)).toBe(JSON.stringify(JSON.parse(Buffer.from(bytes).toString())));
      }),
      { numRuns: 1500 },
    );
  });
});

describe('a table of names', () => {
  const names = nameTable(['role', 'content', 'user', 'h\u00e9']);

  it('changes nothing in what is read', () => {
    const text = fc.string({
      unit: fc.constantFrom('role', 'rol', 'content', 'user', 'e', '\u00e9', '"', '\n'),
    });
    fc.assert(
      fc.property(fc.dictionary(text, text), (value) => {
        const bytes = encodeUtf8(JSON.stringify(value));
        expect(readStrictJson(bytes, { names })).toEqual(readStrictJson(bytes));
      }),
    );
  });

  it('does not hide that a key stands twice', () => {
    const bytes = encodeUtf8('{"role":1,"r\\u006fle":2}');
    expect(() => readStrictJson(bytes, { names })).toThrow(
      expect.objectContaining({ code: 'json.duplicate-key' }),
    );
  });
});
