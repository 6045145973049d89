/** Keys in the order of their UTF-16 code units. Most objects are written with their keys sorted already. */
function sortedKeys(object: object): readonly string[] {
  const keys = Object.keys(object);
  for (let i = 1; i < keys.length; i += 1) {
    if ((keys[i - 1] as string) > (keys[i] as string)) return keys.sort();
  }
  return keys;
}

function noForm(): TypeError {
  return new TypeError('value has no JSON form');
}

/** A text in quotes. Short plain ones, which most are, need no call of the engine's own serialiser. */
function quoted(text: string): string {
  if (text.length > 64) return JSON.stringify(text);
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code > 0x7e || code === 0x22 || code === 0x5c) return JSON.stringify(text);
  }
  return `"${text}"`;
}

function arrayText(values: readonly unknown[]): string {
  if (values.length === 0) return '[]';
  let text = '';
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i];
    text += `${i === 0 ? '' : ','}${value === undefined ? 'null' : textOf(value)}`;
  }
  return `[${text}]`;
}

function objectText(object: Readonly<Record<string, unknown>>): string {
  let text = '';
  for (const key of sortedKeys(object)) {
    const value = object[key];
    if (value === undefined) continue;
    text += `${text === '' ? '' : ','}${quoted(key)}:${textOf(value)}`;
  }
  return `{${text}}`;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null) return 'null';
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw noForm();
    // ECMAScript's own form of a number is the one that RFC 8785 prescribes, but for the sign of zero.
    return value === 0 ? '0' : `${value}`;
  }
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value !== 'object') throw noForm();
  if (Array.isArray(value)) return arrayText(value);
  const { toJSON } = value as { readonly toJSON?: unknown };
  if (typeof toJSON === 'function') return textOf(toJSON.call(value));
  return objectText(value as Readonly<Record<string, unknown>>);
}

/**
 * The RFC 8785 canonical JSON of `value` (keys sorted by UTF-16 code unit, shortest numbers, no white space). Members
 * that are undefined are left out, as in `JSON.stringify`.
 * @throws TypeError when `value` has no JSON form (undefined, NaN, a function), RangeError on a cycle.
 */
export function canonicalJson(value: unknown): string {
  return textOf(value);
}
