/*
 * What titles and commit messages say of changes: one reading for what is kept of a text and for what is counted of it,
 * so that a figure doesn't depend on whether a fact was stored.
 */

/** A change that a text says it takes back. */
export interface NamedChange {
  /** The repository that the text means: the change's own, or another one of its host. */
  readonly repository: string;
  /** `#` and a number, or the first digits of a commit. */
  readonly key: string;
  readonly evidence: 'revert' | 'fix';
}

const shortSha = 7;

/** What texts name a commit by: seven digits are what people write. Null for less. */
export function commitKey(sha: string): string | null {
  return sha.length < shortSha ? null : sha.slice(0, shortSha);
}

/** First lines that are kept: merges and suggestions, which say who wrote a commit, and reverts and fixes. */
const opening =
  /^(?:Merge |Apply (?:suggestions?|\d+ suggestions?)\b|Reverts?\b|(?:hot)?fix(?:e[sd]|ing|up|ups)?\b)/i;
const fix = /^(?:hot)?fix(?:e[sd]|ing|up|ups)?\b(.*)/i;
const revertedCommit = /\bThis reverts commit ([0-9a-f]{7,64})/g;
const numbered = /([\w./-]{0,150})([#!])(\d{1,9})\b/g;
const revertedChange = new RegExp(`\\b(?:Reverts|This reverts merge request) ${numbered.source}`, 'g');
const excerpt = new RegExp(`${revertedCommit.source}|${revertedChange.source}`, 'g');

/*
 * What a fix puts in brackets says where it came from: `(#12)`, `(backport #12)`, `[cherry-pick of #12]`; and so it does with
 * such words outside of them. Unless it says that something was broken there.
 */
const brackets = /\([^()[\]]*(?:[)\]]|$)|\[[^()[\]]*(?:[)\]]|$)/g;
const origin = new RegExp(
  `\\b(?:(?:back|forward)-?port|cherry[- ]?pick|re-?land|re-?appl)[a-z]*(?: \\w+){0,2} ${numbered.source}`,
  'gi',
);
const blame = /\b(?:regress|broke|caus|introduc|follow-?up)/i;

const address = /<?[\w.+-]+@[\w.-]+>?/g;
const mention = /@[\w-]+/g;
const longest = 200;

/**
 * What is kept of a text: its first line where that is one of a merge, a suggestion, a revert or a fix, without names
 * and addresses, and of other lines what they say was reverted. Of what is kept the same is kept again.
 */
export function signalsOf(text: string): string {
  const [first = '', ...rest] = text.split('\n');
  const line = opening.test(first) ? withoutNames(first) : '';
  const kept = opening.test(line) ? [line] : excerptsOf(first);
  return [...kept, ...rest.flatMap(excerptsOf)].join('\n');
}

function excerptsOf(line: string): readonly string[] {
  return line.includes('everts ') ? (line.match(excerpt) ?? []) : [];
}

function withoutNames(line: string): string {
  for (let text = cut(storable(line)); ; ) {
    const less = text.replaceAll(address, '').replaceAll(mention, '').trimEnd();
    if (less === text) return text;
    text = less;
  }
}

/** Never within a word: half a number is another number. */
function cut(line: string): string {
  return line.length <= longest ? line : line.slice(0, longest + 1).replace(/\S+$/, '');
}

/** Without what PostgreSQL can't keep: NUL, and half a character. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '');
}

/** What a text of a change in `repository` says that it takes back, as it came or as it was kept. */
export function namedIn(text: string, repository: string): readonly NamedChange[] {
  if (text === '') return [];
  const said = signalsOf(text);
  const commits = [...said.matchAll(revertedCommit)].map(([, sha]) => ({
    repository,
    key: commitKey(sha!)!,
  }));
  const changes = [...said.matchAll(revertedChange)].flatMap((found) => meant(found, repository));
  const fixed = [...withoutOrigin(fix.exec(said)?.[1] ?? '').matchAll(numbered)]
    .flatMap((found) => meant(found, repository))
    // What lies elsewhere is mentioned by a fix, not fixed by it.
    .filter((one) => one.repository === repository)
    .slice(0, 1);
  return [
    ...[...commits, ...changes].map((one) => ({ ...one, evidence: 'revert' as const })),
    ...fixed.map((one) => ({ ...one, evidence: 'fix' as const })),
  ];
}

/**
 * What a fix is about, however it is written: its title without numbers and signs. Null for what is no fix, and for one that
 * says no more than that. A change that is titled as the one whose number it has is that one again: its back-port, say.
 */
export function fixTitle(title: string): string | null {
  const said = fix.exec(signalsOf(title))?.[1];
  if (said === undefined) return null;
  const words = withoutOrigin(said)
    .replaceAll(numbered, ' ')
    .match(/[\p{L}\p{N}]+/gu);
  return words === null ? null : words.join(' ').toLowerCase();
}

function withoutOrigin(said: string): string {
  for (let text = said; ; ) {
    const less = text.replaceAll(brackets, (part) =>
      blame.test(part) ? part.replaceAll(/[()[\]]/g, ' ') : ' ',
    );
    if (less === text) return blame.test(text) ? text : text.replaceAll(origin, ' ');
    text = less;
  }
}

function meant(
  [, before = '', , number]: RegExpMatchArray,
  own: string,
): readonly Omit<NamedChange, 'evidence'>[] {
  const repository = repositoryMeant(before, own);
  return repository === null ? [] : [{ repository, key: `#${number}` }];
}

/**
 * A text of GitLab, where `#12` is an issue and `!12` a merge request: both count from 1, and an issue is no change.
 */
export function withoutIssues(text: string): string {
  return text.replaceAll(/#(?=\d)/g, '# ');
}

/** The repository that is written before `#12` or `!12`: nothing means the own one, `PR#12` too. Null for what is no name. */
function repositoryMeant(before: string, own: string): string | null {
  if (/^(?:pr|mr)?$/i.test(before)) return own;
  const name = before.toLowerCase();
  const host = own.slice(0, own.indexOf('/'));
  if (!name.includes('/')) return null;
  return name.startsWith(`${host}/`) ? name : `${host}/${name}`;
}

/** A text of a change in `own` (its present name), where a repository that it names has another name now. */
export function withNameIn(text: string, own: string, from: string, to: string): string {
  const host = own.slice(0, own.indexOf('/') + 1);
  if (!/[#!]/.test(text) || !from.startsWith(host) || !to.startsWith(host)) return text;
  return text.replaceAll(numbered, (all, before: string, sign: string, number: string) =>
    before !== '' && repositoryMeant(before, own) === from && !/^(?:pr|mr)$/i.test(before)
      ? `${to.slice(host.length)}${sign}${number}`
      : all,
  );
}
