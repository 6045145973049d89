import { type ChangeHistory, secondsOf } from './facts.ts';

/** What took a change back, and when. */
export interface Reversal {
  readonly at: number;
  readonly by: string;
  readonly evidence: 'revert' | 'fix' | 'incident';
}

/** A reversal counts within 28 days of the merge; later ones are known but in no rate. */
export const reversalSeconds = 28 * 86_400;

/**
 * For each change that was taken back, the first reversal that stands. A revert names a commit of the change, its
 * number, or its branch says so; a revert that was itself reverted takes nothing back.
 */
export function reversalsOf(histories: readonly ChangeHistory[]): ReadonlyMap<string, Reversal> {
  const index = indexOf(histories);
  const reverts: {
    readonly target: string;
    readonly by: ChangeHistory;
    readonly at: number;
    readonly evidence: Reversal['evidence'];
  }[] = [];
  for (const by of histories) {
    const at = by.change.mergedAt === undefined ? null : secondsOf(by.change.mergedAt);
    if (at === null) continue;
    for (const [target, evidence] of targetsOf(by, index)) {
      if (target !== by.change.id) reverts.push({ target, by, at, evidence });
    }
  }
  reverts.sort((a, b) => a.at - b.at || (a.by.change.id < b.by.change.id ? -1 : 1));
  const undone = new Set<string>();
  // From the newest on: what a standing revert takes back is undone, unless that revert is undone itself.
  for (const { target, by, evidence } of [...reverts].reverse()) {
    if (evidence === 'revert' && !undone.has(by.change.id)) undone.add(target);
  }
  const found = new Map<string, Reversal>();
  for (const { target, by, at, evidence } of reverts) {
    if (undone.has(by.change.id) || found.has(target)) continue;
    found.set(target, { at, by: by.change.id, evidence });
  }
  return found;
}

interface Index {
  readonly bySha: ReadonlyMap<string, string>;
  readonly byNumber: ReadonlyMap<string, string>;
}

const shortSha = 7;

function indexOf(histories: readonly ChangeHistory[]): Index {
  const bySha = new Map<string, string>();
  const byNumber = new Map<string, string>();
  for (const { change, commits } of histories) {
    byNumber.set(`${change.repository}#${change.number}`, change.id);
    for (const sha of [change.mergeCommit, ...commits.map((commit) => commit.sha)]) {
      // Seven digits are what people write; two commits that share them name neither.
      if (sha !== undefined && sha.length >= shortSha) {
        const key = `${change.repository} ${sha.slice(0, shortSha)}`;
        bySha.set(key, bySha.has(key) && bySha.get(key) !== change.id ? '' : change.id);
      }
    }
  }
  return { bySha, byNumber };
}

function targetsOf(
  { change, commits }: ChangeHistory,
  { bySha, byNumber }: Index,
): ReadonlyMap<string, Reversal['evidence']> {
  const targets = new Map<string, Reversal['evidence']>();
  const add = (target: string | undefined, evidence: Reversal['evidence']) => {
    if (target !== undefined && target !== '' && targets.get(target) !== 'revert')
      targets.set(target, evidence);
  };
  const numbered = (number: string | undefined) =>
    number === undefined ? undefined : byNumber.get(`${change.repository}#${number}`);
  for (const text of [change.title ?? '', ...commits.map(({ message }) => message)]) {
    for (const [, sha] of text.matchAll(/This reverts commit ([0-9a-f]{7,64})/g)) {
      add(bySha.get(`${change.repository} ${sha!.slice(0, shortSha)}`), 'revert');
    }
    for (const [, , number] of text.matchAll(/Reverts (\S*)#(\d+)/g)) add(numbered(number), 'revert');
    const fix = /^(?:hot)?fix\w*\b.*?#(\d+)/i.exec(text);
    if (fix !== null) add(numbered(fix[1]), 'fix');
  }
  add(numbered(/^revert-(\d+)-/.exec(change.head)?.[1]), 'revert');
  return targets;
}
