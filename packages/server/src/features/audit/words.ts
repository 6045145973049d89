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
