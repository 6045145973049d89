import type { Entry } from '@fairlead/core/ledger';

const uuid = /\b([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})\b/g;
const word = /[\p{L}\p{N}]+/gu;
const longest = 40;
const mostWords = 200;

/**
 * The words of a text in lower case: runs of letters and digits, so that ids are found by their parts. A UUID is one
 * word, so that the index does not fill with pieces of them.
 */
export function wordsOf(text: string): readonly string[] {
  const plain = text.normalize('NFKC').toLowerCase().replaceAll(uuid, '$1$2$3$4$5');
  return (plain.match(word) ?? []).map((found) => found.slice(0, longest));
}

/** Most texts come again with every call: names, policies, accounts. At most so many are remembered, of this length. */
const mostRemembered = 4_096;
const longestRemembered = 256;
const remembered = new Map<string, readonly string[]>();

const plainUuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** `wordsOf`, for the texts of entries. */
function wordsIn(text: string): readonly string[] {
  // Ids are new each time, and one word.
  if (text.length === 36 && plainUuid.test(text)) return [text.replaceAll('-', '')];
  if (text.length > longestRemembered) return wordsOf(text);
  const known = remembered.get(text);
  if (known !== undefined) return known;
  if (remembered.size >= mostRemembered) remembered.clear();
  const found = wordsOf(text);
  remembered.set(text, found);
  return found;
}

/** Fields whose values nobody types: digests, times, versions. */
const skipped: ReadonlySet<string> = new Set([
  'v',
  'ts',
  'instance',
  'origin',
  'bundle',
  'input',
  'received',
  'forwarded',
  'response',
  'digest',
  'coverage',
]);

/** The words an entry is found by, each once, separated by blanks: those of its sentence and of the names in it. */
export function searchText(title: string, entry: Entry | null): string {
  const words = new Set(wordsIn(title));
  collect(entry, words);
  return (words.size > mostWords ? [...words].slice(0, mostWords) : [...words]).join(' ');
}

const id = /^[0-9a-f]{32}$/;

/** Whether a word is one that people begin to type: not an id, and not a mark. */
export function isTypedWord(word: string): boolean {
  return !id.test(word) && !word.startsWith('zq');
}

/** Columns that a row is filtered by, each with the letter that its words begin with. */
const marks = {
  kind: 'k',
  decision: 'd',
  repository: 'r',
  actor: 'a',
  assistant: 't',
  vendor: 'v',
  model: 'm',
  session: 's',
  policyId: 'p',
} as const;
export type MarkedColumn = keyof typeof marks;

/**
 * A word that stands for one value of a column, so that rows with several values in common are found as texts with
 * several words are: by merging sorted lists of indexes. Two values may, very rarely, have one word: who searches by it
 * compares the column too.
 */
export function markOf(column: MarkedColumn, value: string): string {
  const known = rememberedMarks[column];
  const found = known.get(value);
  if (found !== undefined) return found;
  const mark = `zq${marks[column]}${fingerprint(value)}`;
  if (known.size >= mostMarks) known.clear();
  known.set(value, mark);
  return mark;
}

/** Entries in a row have most values in common. Of each column at most so many are remembered. */
const mostMarks = 512;
const markMemory = () => new Map<string, string>();
const rememberedMarks: { readonly [column in MarkedColumn]: Map<string, string> } = {
  kind: markMemory(),
  decision: markMemory(),
  repository: markMemory(),
  actor: markMemory(),
  assistant: markMemory(),
  vendor: markMemory(),
  model: markMemory(),
  session: markMemory(),
  policyId: markMemory(),
};

/** FNV-1a twice over, 64 bits in base 36. */
function fingerprint(text: string): string {
  let [one, two] = [0x811c9dc5, 0x01000193];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    one = Math.imul(one ^ code, 0x01000193);
    two = Math.imul(two ^ code, 0x85ebca6b) ^ (two >>> 13);
  }
  return (one >>> 0).toString(36) + (two >>> 0).toString(36).padStart(7, '0');
}

type Markable = { readonly [column in Exclude<MarkedColumn, 'policyId'>]: string | null } & {
  readonly policyIds: readonly string[];
};

/** The words of a row's values, separated by blanks. */
export function marksOf(row: Markable): string {
  const words = row.policyIds.map((id) => markOf('policyId', id));
  for (const column of markedColumns) {
    const value = row[column];
    if (value !== null) words.push(markOf(column, value));
  }
  return words.join(' ');
}

export const markedColumns = [
  'kind',
  'decision',
  'repository',
  'actor',
  'assistant',
  'vendor',
  'model',
  'session',
] as const satisfies readonly MarkedColumn[];

function collect(value: unknown, words: Set<string>): void {
  if (typeof value === 'string') {
    for (const found of wordsIn(value)) words.add(found);
  } else if (Array.isArray(value)) {
    for (const item of value) collect(item, words);
  } else if (value !== null && typeof value === 'object') {
    for (const name in value) {
      if (!skipped.has(name)) collect((value as Readonly<Record<string, unknown>>)[name], words);
    }
  }
}
