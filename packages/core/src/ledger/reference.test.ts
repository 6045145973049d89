import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCheckpoint } from './checkpoint.ts';
import { verifyConsistency, verifyInclusion } from './proof.ts';
import { proveConsistency, proveInclusion, type TileReader } from './prove.ts';
import { nodeHash, nodeVerifier } from './testing/fixtures.ts';
import { decodeBundle, tilePath } from './tiles.ts';
import { hashLeaf } from './tree.ts';

/* Somebody else's log: test data of transparency-dev/tessera (Apache-2.0), read where it lies. */

const folder = resolve(
  process.env.FAIRLEAD_REFERENCE ?? join(import.meta.dirname, '../../../../../shared/data'),
  'tlog/tessera-testdata',
);
const vkey = 'example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx';
const present = existsSync(join(folder, 'checkpoint'));
if (!present) process.stderr.write(`SKIPPED lane: tessera reference log: nothing at ${folder}\n`);

const suite = present ? describe : describe.skip;
suite(`a log that Tessera wrote${present ? '' : ' (SKIPPED: reference data absent)'}`, () => {
  const readTile: TileReader = async (level, index, width) =>
    new Uint8Array(readFileSync(join(folder, tilePath({ level, index, width }))));
  const checkpointAt = (size: number) =>
    openCheckpoint(readFileSync(join(folder, `checkpoint.${size}`), 'utf8'), nodeVerifier(vkey));
  const sizes = present
    ? readdirSync(folder)
        .filter((name) => name.startsWith('checkpoint.'))
        .map((name) => Number(name.slice('checkpoint.'.length)))
        .sort((a, b) => a - b)
    : [];

  it('has 16 checkpoints that its key signed', async () => {
    expect(sizes).toEqual(Array.from({ length: 16 }, (_, i) => i));
    for (const size of sizes) expect((await checkpointAt(size)).size).toBe(size);
  });

  it('has bundles whose entries are in the tree', async () => {
    for (const size of sizes.slice(1)) {
      const bundle = new Uint8Array(
        readFileSync(join(folder, tilePath({ level: 'entries', index: 0, width: size }))),
      );
      const entries = decodeBundle(bundle);
      expect(entries).toHaveLength(size);
      const { root } = await checkpointAt(size);
      for (const [index, entry] of entries.entries()) {
        const proof = await proveInclusion(nodeHash, readTile, index, size);
        const leaf = hashLeaf(nodeHash, entry);
        expect(verifyInclusion(nodeHash, { index, size, leaf, root, proof })).toBe(true);
      }
    }
  });

  it('is consistent between any two checkpoints', async () => {
    for (const oldSize of sizes) {
      for (const newSize of sizes.filter((size) => size >= oldSize)) {
        const proof = await proveConsistency(nodeHash, readTile, oldSize, newSize);
        const [oldRoot, newRoot] = [(await checkpointAt(oldSize)).root, (await checkpointAt(newSize)).root];
        expect(verifyConsistency(nodeHash, { oldSize, newSize, oldRoot, newRoot, proof })).toBe(true);
      }
    }
  });
});
