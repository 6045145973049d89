import type { Detector } from '../detector.ts';
import type { ValidatorId } from '../validators/index.ts';
import { ALPHABETS, type AlphabetId, draw } from './cases.ts';

/** A structured token: one of a few prefixes and a body of one alphabet. Most vendors' tokens are no more than that. */
export interface TokenShape {
  readonly id: string;
  readonly prefixes: readonly string[];
  readonly alphabet: AlphabetId;
  /** Length of the body: exactly, or from and to. */
  readonly length: number | readonly [number, number];
  /** True when a longer run of the alphabet is something else. */
  readonly exact?: boolean;
  /** True when the prefix also begins ordinary words, so that the body must look random. */
  readonly random?: boolean;
  /** True when the prefix also begins parts of file names and paths. */
  readonly apart?: boolean;
  readonly docs: string;
}

const CLASSES: Readonly<Record<AlphabetId, string>> = {
  hex: 'a-f0-9',
  HEX: 'A-F0-9',
  digits: '0-9',
  lower: 'a-z',
  lower36: 'a-z0-9',
  upper36: 'A-Z0-9',
  base32: 'A-Z2-7',
  letters: 'A-Za-z',
  base62: 'A-Za-z0-9',
  base64: 'A-Za-z0-9+/',
  base64url: 'A-Za-z0-9_-',
  bech32: ALPHABETS.bech32,
};

/** The inside of a character class for an alphabet. */
export function classOf(alphabet: AlphabetId): string {
  return CLASSES[alphabet];
}

/** `text` as a regular expression that matches just it. */
export function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

function casesOf(shape: TokenShape, least: number, most: number): Pick<Detector, 'positives' | 'negatives'> {
  const first = shape.prefixes[0] as string;
  const long = Math.min(most, least + 40);
  return {
    positives: [
      ...shape.prefixes.map((prefix, i) => `key: "${prefix}${draw(shape.alphabet, least, i + 11)}"`),
      `${first}${draw(shape.alphabet, long, 5)}`,
    ],
    negatives: [
      `${first}${'x'.repeat(least)}`,
      `${first}${draw(shape.alphabet, Math.max(1, Math.floor(least / 2)), 3)} and no more`,
      `q${first}${draw(shape.alphabet, least, 7)}`,
    ],
  };
}

/** The detector of a structured token, grade A, with cases drawn from its shape. */
export function token(shape: TokenShape): Detector {
  const [least, most] = typeof shape.length === 'number' ? [shape.length, shape.length] : shape.length;
  const letters = classOf(shape.alphabet);
  const after = shape.exact === true ? `(?![${letters}])` : '';
  const prefixes = shape.prefixes.map(literal).join('|');
  const validators: readonly ValidatorId[] = [shape.random === true ? 'random' : 'token'];
  return {
    id: shape.id,
    grade: 'A',
    dataClass: 'secret',
    anchors: shape.prefixes,
    matcher: new RegExp(`(?:${prefixes})(?<body>[${letters}]{${least},${most}})${after}`, 'y'),
    ...(shape.apart === true ? { left: 'apart' as const } : {}),
    validators,
    docs: shape.docs,
    ...casesOf(shape, least, most),
  };
}

type Special = Omit<Detector, 'grade' | 'dataClass'>;

/** A structured token of an irregular shape, grade A. */
export function special(detector: Special): Detector {
  return { grade: 'A', dataClass: 'secret', ...detector };
}

/**
 * A vendor's key that has no prefix: known only by the vendor's name a little before it. `value` is the expression of
 * the key alone.
 */
export function named(shape: {
  readonly id: string;
  readonly names: readonly string[];
  readonly value: string;
  readonly specimen: (seed: number) => string;
  readonly docs: string;
}): Detector {
  const name = shape.names[0] as string;
  const assign = String.raw`[\w.-]{0,32}["'\x60\]]{0,2}[ \t]{0,4}(?:=>|:=|=|:|,|\s)[ \t]{0,4}["'\x60]?`;
  return {
    id: shape.id,
    grade: 'A',
    dataClass: 'secret',
    anchors: shape.names,
    matcher: new RegExp(
      `(?:${shape.names.map(literal).join('|')})${assign}(?<value>${shape.value})(?![\\w+/=-])`,
      'iy',
    ),
    validators: ['alphanumeric', 'not-placeholder'],
    docs: shape.docs,
    positives: [1, 2].map((seed) => `${name}_api_key = "${shape.specimen(seed)}"`),
    negatives: [
      `${name}_api_key = "${'x'.repeat(32)}"`,
      `${name}_api_key = os.environ["KEY"]`,
      shape.specimen(3),
    ],
  };
}
