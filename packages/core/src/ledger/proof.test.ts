import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifyConsistency, verifyInclusion } from './proof.ts';
import { proveConsistency, proveInclusion } from './prove.ts';
import { memoryTiles, naiveRoot, nodeHash, testLeaves } from './testing/fixtures.ts';

const most = 700;
const leaves = testLeaves(most);
const tiles = memoryTiles(leaves);
const roots = new Map<number, Uint8Array>();
function root(size: number): Uint8Array {
  const known = roots.get(size) ?? naiveRoot(leaves.slice(0, size));
  roots.set(size, known);
  return known;
}

/** PATH and PROOF of RFC 6962 as the text says them. */
function naivePath(m: number, d: readonly Uint8Array[]): Uint8Array[] {
  if (d.length === 1) return [];
  const k = split(d.length);
  return m < k
    ? [...naivePath(m, d.slice(0, k)), naiveRoot(d.slice(k))]
    : [...naivePath(m - k, d.slice(k)), naiveRoot(d.slice(0, k))];
}
function naiveSubproof(m: number, d: readonly Uint8Array[], whole: boolean): Uint8Array[] {
  if (m === d.length) return whole ? [] : [naiveRoot(d)];
  const k = split(d.length);
  return m <= k
    ? [...naiveSubproof(m, d.slice(0, k), whole), naiveRoot(d.slice(k))]
    : [...naiveSubproof(m - k, d.slice(k), false), naiveRoot(d.slice(0, k))];
}
function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

const indexAndSize = fc
  .integer({ min: 1, max: most })
  .chain((size) => fc.tuple(fc.integer({ min: 0, max: size - 1 }), fc.constant(size)));
const twoSizes = fc
  .integer({ min: 1, max: most })
  .chain((newSize) => fc.tuple(fc.integer({ min: 0, max: newSize }), fc.constant(newSize)));

describe('inclusion proofs', () => {
  it('are those of RFC 6962 and verify', async () => {
    await fc.assert(
      fc.asyncProperty(indexAndSize, async ([index, size]) => {
        const proof = await proveInclusion(nodeHash, tiles, index, size);
        expect(proof).toEqual(naivePath(index, leaves.slice(0, size)));
        const claim = { index, size, leaf: leaves[index]!, root: root(size), proof };
        expect(verifyInclusion(nodeHash, claim)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('show nothing else: another leaf, index, size, root or a changed proof fails', async () => {
    await fc.assert(
      fc.asyncProperty(indexAndSize, fc.nat(), fc.nat(255), async ([index, size], where, flip) => {
        const proof = await proveInclusion(nodeHash, tiles, index, size);
        const claim = { index, size, leaf: leaves[index]!, root: root(size), proof };
        const other = (index + 1) % most;
        expect(verifyInclusion(nodeHash, { ...claim, leaf: leaves[other]! })).toBe(false);
        expect(verifyInclusion(nodeHash, { ...claim, root: root((size % most) + 1) })).toBe(false);
        expect(verifyInclusion(nodeHash, { ...claim, proof: [...proof, leaves[0]!] })).toBe(false);
        expect(verifyInclusion(nodeHash, { ...claim, index: size })).toBe(false);
        if (proof.length === 0) return;
        const changed = proof.map((part) => part.slice());
        const part = changed[where % changed.length]!;
        part[where % 32] = part[where % 32]! ^ (flip || 1);
        expect(verifyInclusion(nodeHash, { ...claim, proof: changed })).toBe(false);
        expect(verifyInclusion(nodeHash, { ...claim, proof: proof.slice(1) })).toBe(false);
        // An index with the same path shape but another turn must not verify.
        if (index % 2 === 0 && index + 1 < size) {
          expect(verifyInclusion(nodeHash, { ...claim, index: index + 1 })).toBe(false);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('refuse what is no claim at all', () => {
    const claim = { index: 0, size: 1, leaf: leaves[0]!, root: leaves[0]!, proof: [] };
    expect(verifyInclusion(nodeHash, claim)).toBe(true);
    for (const bad of [
      { index: -1 },
      { index: 0.5 },
      { size: 0 },
      { size: Number.NaN },
      { leaf: new Uint8Array(31) },
    ]) {
      expect(verifyInclusion(nodeHash, { ...claim, ...bad })).toBe(false);
    }
  });

  it('work across tile levels', async () => {
    const many = testLeaves(66_000);
    const big = memoryTiles(many);
    const whole = naiveRoot(many);
    for (const index of [0, 255, 256, 65_535, 65_536, 65_999]) {
      const proof = await proveInclusion(nodeHash, big, index, many.length);
      const claim = { index, size: many.length, leaf: many[index]!, root: whole, proof };
      expect(verifyInclusion(nodeHash, claim)).toBe(true);
    }
  });

  it('are not made for entries outside the tree', async () => {
    await expect(proveInclusion(nodeHash, tiles, 5, 5)).rejects.toMatchObject({
      code: 'ledger.entry-unknown',
    });
  });
});

describe('consistency proofs', () => {
  it('are those of RFC 6962 and verify', async () => {
    await fc.assert(
      fc.asyncProperty(twoSizes, async ([oldSize, newSize]) => {
        const proof = await proveConsistency(nodeHash, tiles, oldSize, newSize);
        if (oldSize > 0) expect(proof).toEqual(naiveSubproof(oldSize, leaves.slice(0, newSize), true));
        const claim = { oldSize, newSize, oldRoot: root(oldSize), newRoot: root(newSize), proof };
        expect(verifyConsistency(nodeHash, claim)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('fail for every other history', async () => {
    await fc.assert(
      fc.asyncProperty(twoSizes, fc.nat(), async ([oldSize, newSize], where) => {
        const proof = await proveConsistency(nodeHash, tiles, oldSize, newSize);
        const claim = { oldSize, newSize, oldRoot: root(oldSize), newRoot: root(newSize), proof };
        const forged = nodeHash.sha256(root(oldSize));
        expect(verifyConsistency(nodeHash, { ...claim, oldRoot: forged })).toBe(false);
        if (oldSize > 0) expect(verifyConsistency(nodeHash, { ...claim, newRoot: forged })).toBe(false);
        expect(verifyConsistency(nodeHash, { ...claim, proof: [...proof, forged] })).toBe(false);
        if (proof.length === 0) return;
        const changed = proof.map((part, i) => (i === where % proof.length ? forged : part));
        expect(verifyConsistency(nodeHash, { ...claim, proof: changed })).toBe(false);
        expect(verifyConsistency(nodeHash, { ...claim, proof: [] })).toBe(false);
        expect(verifyConsistency(nodeHash, { ...claim, oldSize: newSize + 1 })).toBe(false);
      }),
      { numRuns: 60 },
    );
  });
});
