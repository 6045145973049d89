import type { Candidate } from './candidate.ts';
import { isValuePlaceholder } from './placeholder.ts';
import { entropy, looksRandom, mixing, sequential } from './randomness.ts';

/** What the start of a name says that makes its secret-sounding end harmless: `publicToken`, `nextPageToken`, `csrf_token`. */
const PUBLIC_NAME = /(?:public|publishable|csrf|xsrf|next|page|cursor|continuation|anon|no|not?_?a)[_-]?$/i;

/** What the end of a name says that makes it speak about a secret: `secretName`, `token_url`, `password.length`. */
const DESCRIBING_NAME =
  /(?:ids?|names?|ur[li]s?|paths?|files?|types?|length|size|count|index|field|header|label|prefix|expir\w{0,8}|ttl|regex|pattern|message|text|error)$/i;

/** Shapes of values that are assigned to secret-sounding names and are not secrets. */
const HARMLESS = [
  /^[a-z]+(?:[-_.:/ ][a-z]+)+$/i, // words: api-gateway, app.keystore.file, refs/heads/main
  /^[a-z]+(?:[-_.](?:[a-z]+|\d{1,4}))+$/i, // words and small numbers: step-2-token
  /^-{1,2}[a-z-]+$/i, // options
  /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/, // CONSTANT_NAMES
  /^[\w.]+\(/, // calls
  /^(?:https?|file|arn|urn|ssh|git):/i, // locations
  /^\.{0,2}\/[\w./-]+$/, // paths
  /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i, // identifiers
  /^[&*!@]\w/, // references, anchors, decorators
  /^v?\d+(?:\.\d+)+/, // versions
  /^\d+$/, // numbers
  /^sha(?:1|256|384|512)[-:]/i, // digests
  /^[\w-]+\.[a-z]{2,4}$/i, // file names
  /^[a-z_]\w*(?:\.[a-z_]\w*)+/i, // member access
  /^[a-z_]\w*\[/i, // indexing
];

/** Names of the code itself: words in camelCase, PascalCase or snake_case, with a few digits. */
function isIdentifier(value: string): boolean {
  if (/^[a-z]\w*$/i.test(value) && /^[a-z0-9]{1,12}(?:_(?:[a-z][a-z0-9]{0,11}|\d{1,3}))+$/i.test(value))
    return true;
  if (!/^[?$#:]?[A-Za-z_]+\d{0,3}[A-Za-z_]*$/.test(value)) return false;
  // Words of code have about one capital in six letters; random letters have one in two.
  const capitals = value.replace(/[^A-Z]/g, '').length;
  return capitals >= 1 && capitals <= value.length * 0.22;
}

/**
 * A value assigned to a name that says it is a secret. Rejects stand-ins, references and harmless shapes; what is
 * left must be mixed or look random.
 */
export function isAssignedSecret({ value, text, start }: Candidate): boolean {
  if (PUBLIC_NAME.test(text.slice(Math.max(0, start - 16), start))) return false;
  if (DESCRIBING_NAME.test(/^[\w.-]{0,40}/.exec(text.slice(start, start + 40))?.[0] ?? '')) return false;
  if (value.length < 8 || isValuePlaceholder(value) || HARMLESS.some((shape) => shape.test(value)))
    return false;
  if (isIdentifier(value)) return false;
  if (sequential(value) > 0.5) return false;
  if (/^[a-z]+$/i.test(value)) return value.length >= 16 && mixing(value) > 0.25 && entropy(value) > 3.3;
  if (!/[\d!@#$%^&*+=/~?-]/.test(value)) return false;
  return looksRandom(value) || (entropy(value) > 2.8 && /\d/.test(value) && /[a-z]/i.test(value));
}

/** A value in a file that is known to hold credentials: the shape vouches, so only stand-ins are rejected. */
export function isStoredSecret({ value }: Candidate): boolean {
  if (value.length < 6 || isValuePlaceholder(value)) return false;
  return (
    !/^\d{1,9}$/.test(value) &&
    !/^(?:https?|file):\/\/[^@]*$/i.test(value) &&
    !/^\.{0,2}\/[\w./-]+$/.test(value)
  );
}
