import type { BodyElement, BodyLayout } from '@fairlead/core/inspection';

/*
 * A layout as it passes from the thread that made it to the main one. Cloned as it is, its thousands of small objects
 * would cost each of the two as much as a tenth of the inspection.
 */

type Findings = BodyElement['findings'];
type Kind = Findings['before'][number][0];

/** What few elements have anything in. */
type Rare = Pick<BodyElement['facts'], 'facts' | 'declared' | 'skipped'> & Pick<Findings, 'found'>;

export interface PackedLayout {
  readonly length: number;
  readonly count: number;
  /** Everything countable, in the order of reading. */
  readonly numbers: Float64Array;
  /** All digests, one behind the other. */
  readonly digests: string;
  /** Names that numbers stand for. */
  readonly words: readonly string[];
  readonly rare: ReadonlyMap<number, Rare>;
}

interface Packing {
  readonly numbers: number[];
  readonly words: string[];
  digests: string;
}

function addWord({ numbers, words }: Packing, word: string): void {
  const known = words.indexOf(word);
  numbers.push(known < 0 ? words.push(word) - 1 : known);
}

function addDigest(packing: Packing, digest: string): void {
  packing.numbers.push(digest.length);
  packing.digests += digest;
}

function addElement(packing: Packing, { start, end, digest, signature, facts, findings }: BodyElement): void {
  const { numbers } = packing;
  numbers.push(start, end, signature, facts.values, facts.nestedValues, facts.hasUserText ? 1 : 0);
  addDigest(packing, digest);
  addWord(packing, facts.array);
  numbers.push(findings.textLength, findings.before.length, findings.after.length);
  for (const [kind, before] of findings.before) {
    addWord(packing, kind);
    addDigest(packing, before);
  }
  for (const [kind, after] of findings.after) {
    addWord(packing, kind);
    addDigest(packing, after.digest);
    numbers.push(after.state, after.anchorNearEnd ? 1 : 0);
  }
}

function rareOf({ facts: { facts, declared, skipped }, findings: { found } }: BodyElement): Rare | null {
  const isEmpty = facts === null && declared === null && skipped.length === 0 && found.length === 0;
  return isEmpty ? null : { facts, declared, skipped, found };
}

export function packLayout({ length, elements }: BodyLayout): PackedLayout {
  const packing: Packing = { numbers: [], words: [], digests: '' };
  const rare = new Map<number, Rare>();
  elements.forEach((element, index) => {
    addElement(packing, element);
    const own = rareOf(element);
    if (own !== null) rare.set(index, own);
  });
  const { numbers, digests, words } = packing;
  return { length, count: elements.length, numbers: Float64Array.from(numbers), digests, words, rare };
}

interface Reader {
  number(): number;
  word(): string;
  digest(): string;
}

function readerOf({ numbers, digests, words }: PackedLayout): Reader {
  let at = 0;
  let digestsAt = 0;
  const number = (): number => {
    at += 1;
    return numbers[at - 1] as number;
  };
  return {
    number,
    word: () => words[number()] as string,
    digest() {
      const size = number();
      digestsAt += size;
      return digests.slice(digestsAt - size, digestsAt);
    },
  };
}

function times<T>(count: number, make: () => T): T[] {
  const all: T[] = [];
  for (let i = 0; i < count; i += 1) all.push(make());
  return all;
}

function readElement({ number, word, digest }: Reader, rare: Rare | undefined): BodyElement {
  const { facts = null, declared = null, skipped = [], found = [] } = rare ?? {};
  const [start, end, signature, values, nestedValues] = [number(), number(), number(), number(), number()];
  const hasUserText = number() === 1;
  const own = digest();
  const array = word();
  const [textLength, befores, afters] = [number(), number(), number()];
  const before = times(befores, () => [word() as Kind, digest()] as const);
  const after = times(afters, () => {
    const kind = word() as Kind;
    return [kind, { digest: digest(), state: number(), anchorNearEnd: number() === 1 }] as const;
  });
  return {
    start,
    end,
    digest: own,
    signature,
    facts: { array, facts, declared, skipped, values, nestedValues, hasUserText },
    findings: { textLength, found, before, after },
  };
}

export function unpackLayout(packed: PackedLayout): BodyLayout {
  const reader = readerOf(packed);
  const elements: BodyElement[] = [];
  for (let i = 0; i < packed.count; i += 1) elements.push(readElement(reader, packed.rare.get(i)));
  return { length: packed.length, elements };
}
