import { describe, expect, it } from 'vitest';
import { readFrontier } from './prove.ts';
import { memoryTiles, naiveRoot, nodeHash, testLeaves } from './testing/fixtures.ts';
import { appendLeaf, emptyFrontier, frontierRoot, hashLeaf, perfectNodes } from './tree.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('tree', () => {
  it('hashes as RFC 6962 and RFC 9162 say', () => {
    expect(hex(frontierRoot(nodeHash, emptyFrontier()))).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
    expect(hex(hashLeaf(nodeHash, new Uint8Array()))).toBe(
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    );
  });

  it('has the same root as the naive tree at every size up to 300', () => {
    const leaves = testLeaves(300);
    const frontier = emptyFrontier();
    for (let size = 1; size <= 300; size += 1) {
      appendLeaf(nodeHash, frontier, leaves[size - 1]!);
      expect(hex(frontierRoot(nodeHash, frontier))).toBe(hex(naiveRoot(leaves.slice(0, size))));
    }
  });

  it.each([1, 255, 256, 257, 65_536, 70_000])(
    'has the naive root at size %i, also read back from tiles',
    async (size) => {
      const leaves = testLeaves(size);
      const frontier = emptyFrontier();
      for (const leaf of leaves) appendLeaf(nodeHash, frontier, leaf);
      const expected = hex(naiveRoot(leaves));
      expect(hex(frontierRoot(nodeHash, frontier))).toBe(expected);
      const read = await readFrontier(nodeHash, memoryTiles(leaves), size);
      expect(read.size).toBe(size);
      expect(hex(frontierRoot(nodeHash, read))).toBe(expected);
      expect(read.nodes.map(hex)).toEqual(frontier.nodes.map(hex));
    },
  );

  it('splits ranges into perfect subtrees, also beyond 32 bits', () => {
    expect(perfectNodes({ start: 0, end: 7 })).toEqual([
      { level: 2, index: 0 },
      { level: 1, index: 2 },
      { level: 0, index: 6 },
    ]);
    const big = 2 ** 40 + 1;
    expect(perfectNodes({ start: 0, end: big })).toEqual([
      { level: 40, index: 0 },
      { level: 0, index: 2 ** 40 },
    ]);
  });
});
