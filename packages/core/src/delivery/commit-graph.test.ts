import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commitGraphOf, type GraphCommit } from './commit-graph.ts';

const line = (...shas: string[]): GraphCommit[] =>
  shas.map((sha, i) => ({ sha, parents: shas.slice(i + 1, i + 2) }));

describe('two commits of a whole history', () => {
  const graph = commitGraphOf(line('e', 'd', 'c', 'b', 'a'))!;

  it.each([
    ['a', 'c', 'ahead', ['b', 'c']],
    ['c', 'c', 'identical', []],
    ['d', 'b', 'behind', []],
  ])('%s...%s are %s', (base, head, status, commits) => {
    expect(graph.compare(base, head, 10)).toEqual({ status, commits });
  });

  it('are not compared when one of them is not in it', () => {
    expect(graph.compare('x', 'a', 10)).toBeNull();
    expect(graph.compare('a', 'x', 10)).toBeNull();
  });

  it('have a list that is cut where it is long, the oldest first', () => {
    expect(graph.compare('a', 'e', 2)).toEqual({ status: 'ahead', commits: ['b', 'c'], isCut: true });
  });

  it('are told apart by what was merged, whichever came first', () => {
    const merged = commitGraphOf([
      { sha: 'm', parents: ['c', 'f'] },
      { sha: 'c', parents: ['b'] },
      { sha: 'f', parents: ['a'] },
      { sha: 'b', parents: ['a'] },
      { sha: 'a', parents: [] },
    ])!;
    expect(merged.compare('c', 'm', 10)).toEqual({ status: 'ahead', commits: ['f', 'm'] });
    expect(merged.compare('c', 'f', 10)).toEqual({ status: 'diverged', commits: ['f'] });
    expect(merged.compare('m', 'f', 10)).toEqual({ status: 'behind', commits: [] });
  });

  it('are not believed where a parent is missing, or stands in a circle', () => {
    expect(commitGraphOf([{ sha: 'b', parents: ['a'] }])).toBeNull();
    expect(
      commitGraphOf([
        { sha: 'b', parents: ['a'] },
        { sha: 'a', parents: ['b'] },
      ]),
    ).toBeNull();
  });
});

describe('any history', () => {
  /** Commits whose parents are among those before them, in an order as wrong clocks would list them. */
  const histories = fc
    .array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 25 })
    .map((all) =>
      all.map((parents, i) => ({
        sha: `c${i}`,
        parents: i === 0 ? [] : [...new Set(parents.map((parent) => `c${parent % i}`))],
      })),
    )
    .chain((all) => fc.shuffledSubarray(all, { minLength: all.length }));

  it('says of two commits what following all parents says, each after its parents', () => {
    fc.assert(
      fc.property(histories, (commits) => {
        const graph = commitGraphOf(commits)!;
        const parentsOf = new Map(commits.map(({ sha, parents }) => [sha, parents]));
        for (const { sha: base } of commits) {
          for (const { sha: head } of commits) {
            const [before, after] = [reachable(base, parentsOf), reachable(head, parentsOf)];
            const found = graph.compare(base, head, 1000)!;
            expect(new Set(found.commits)).toEqual(after.difference(before));
            const behind = before.difference(after).size;
            const ahead = found.commits.length;
            expect(found.status).toBe(
              ahead === 0 ? (behind === 0 ? 'identical' : 'behind') : behind === 0 ? 'ahead' : 'diverged',
            );
            found.commits.forEach((sha, i) => {
              const later = found.commits.slice(i);
              expect(parentsOf.get(sha)!.some((parent) => later.includes(parent))).toBe(false);
            });
          }
        }
      }),
      { numRuns: 150 },
    );
  });
});

function reachable(from: string, parentsOf: ReadonlyMap<string, readonly string[]>): Set<string> {
  const seen = new Set<string>();
  for (const queue = [from]; queue.length > 0; ) {
    const sha = queue.pop()!;
    if (seen.has(sha)) continue;
    seen.add(sha);
    queue.push(...parentsOf.get(sha)!);
  }
  return seen;
}
