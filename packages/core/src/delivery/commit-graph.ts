import type { Comparison } from './ranges.ts';

/* A whole history, in which any two commits can be compared without asking anybody. */

/** A commit with its parents. */
export interface GraphCommit {
  readonly sha: string;
  readonly parents: readonly string[];
}

export interface CommitGraph {
  /** What `head` has and `base` has not, the oldest first and `most` at most; null: one of them isn't in this history. */
  compare(base: string, head: string, most: number): Comparison | null;
}

/**
 * @param commits newest first, as `git log` lists them. Null for a list that isn't whole: a commit whose parents aren't in
 * it might be told to be new where it isn't.
 */
export function commitGraphOf(commits: readonly GraphCommit[]): CommitGraph | null {
  const order = childrenFirst(commits);
  if (order === null) return null;
  const places = new Map(order.map(({ sha }, place) => [sha, place]));
  const parents = order.map((one) => one.parents.map((sha) => places.get(sha)!));
  const paint = painter(parents);
  return {
    compare(base, head, most) {
      const [from, to] = [places.get(base), places.get(head)];
      if (from === undefined || to === undefined) return null;
      const { ahead, behind } = paint(from, to);
      const status =
        ahead.length === 0 ? (behind === 0 ? 'identical' : 'behind') : behind === 0 ? 'ahead' : 'diverged';
      const shas = ahead.reverse().map((place) => order[place]!.sha);
      return shas.length <= most
        ? { status, commits: shas }
        : { status, commits: shas.slice(0, most), isCut: true };
    },
  };
}

/**
 * The same commits so that none stands before one of its children, otherwise as they were; null when a parent is missing.
 * `git log` goes by time stamps, and those may be wrong.
 */
function childrenFirst(commits: readonly GraphCommit[]): readonly GraphCommit[] | null {
  const waiting = new Map(commits.map(({ sha }) => [sha, 0]));
  for (const { parents } of commits) {
    for (const parent of parents) {
      const count = waiting.get(parent);
      if (count === undefined) return null;
      waiting.set(parent, count + 1);
    }
  }
  const bySha = new Map(commits.map((one) => [one.sha, one]));
  const order: GraphCommit[] = [];
  const put = (first: GraphCommit) => {
    // Those that came up before their last child follow it.
    for (const next = [first]; next.length > 0; ) {
      const one = next.pop()!;
      waiting.set(one.sha, -1);
      order.push(one);
      for (const parent of one.parents) {
        const left = waiting.get(parent)! - 1;
        waiting.set(parent, left);
        if (left === 0 && seen.has(parent)) next.push(bySha.get(parent)!);
      }
    }
  };
  const seen = new Set<string>();
  for (const one of bySha.values()) {
    seen.add(one.sha);
    if (waiting.get(one.sha) === 0) put(one);
  }
  return order.length === bySha.size ? order : null;
}

const isOfBase = 1;
const isOfHead = 2;
const isOfBoth = 3;

/** Goes down both histories at once, until all that is left belongs to both. Places of parents lie behind those of children. */
function painter(parents: readonly (readonly number[])[]) {
  /** What a place belongs to, with the number of the comparison that says so: nothing has to be wiped in between. */
  const marks = new Float64Array(parents.length);
  let turn = 0;
  return (base: number, head: number): { readonly ahead: number[]; readonly behind: number } => {
    turn += 4;
    const marksOf = (place: number) => (marks[place]! >= turn ? marks[place]! - turn : 0);
    /** Places that were met, weren't passed, and don't belong to both. */
    let open = 0;
    const mark = (place: number, whose: number) => {
      const before = marksOf(place);
      const after = before | whose;
      if (after === before) return;
      if (before === 0 && after !== isOfBoth) open++;
      if (before !== 0 && after === isOfBoth) open--;
      marks[place] = turn + after;
    };
    mark(base, isOfBase);
    mark(head, isOfHead);
    const ahead: number[] = [];
    let behind = 0;
    for (let place = Math.min(base, head); open > 0; place++) {
      const whose = marksOf(place);
      if (whose === 0) continue;
      if (whose !== isOfBoth) open--;
      if (whose === isOfHead) ahead.push(place);
      if (whose === isOfBase) behind++;
      for (const parent of parents[place]!) mark(parent, whose);
    }
    return { ahead, behind };
  };
}
