import { describe, expect, it } from 'vitest';
import { verifyProof } from '../../packages/console/src/features/entry/proof/verify.ts';
import {
  noEd25519,
  webHash,
  webVerifier,
} from '../../packages/console/src/features/entry/proof/web-crypto.ts';
import { nodeHash } from '../../packages/core/src/ledger/testing/fixtures.ts';
import { fixtureEntries } from '../browser/fixture/entries.ts';
import { fixtureLog } from '../browser/fixture/log.ts';

const entries = fixtureEntries(20, Date.parse('2030-01-15T12:00:00Z'));
const log = fixtureLog(entries);
const ports = { hash: webHash, verifier: webVerifier };
const stored = (index: number) => entries[index]!.stored;
const states = (report: Awaited<ReturnType<typeof verifyProof>>) =>
  Object.fromEntries(report.steps.map(({ id, state }) => [id, state]));
const flip = (base64: string) => (base64.startsWith('A') ? `B${base64.slice(1)}` : `A${base64.slice(1)}`);

describe('the browser’s hash', () => {
  it('is the one that the log uses', () => {
    for (const text of ['', 'abc', 'x'.repeat(1000)]) {
      const bytes = new TextEncoder().encode(text);
      expect(webHash.sha256(bytes, bytes)).toEqual(nodeHash.sha256(bytes, bytes));
      expect(webHash.hmacSha256(bytes, bytes)).toEqual(nodeHash.hmacSha256(bytes, bytes));
    }
  });
});

describe('a proof in the browser', () => {
  it('verifies for every entry of a log', async () => {
    for (const index of entries.keys()) {
      const report = await verifyProof(ports, await log.proof(index), stored(index));
      expect(report.result, `entry ${index}`).toBe('verified');
    }
  });

  it('verifies for a log of one entry, whose path is empty', async () => {
    const single = fixtureLog(entries.slice(0, 1));
    const proof = await single.proof(0);
    expect(proof.path).toEqual([]);
    expect((await verifyProof(ports, proof, stored(0))).result).toBe('verified');
  });

  it('names the step that fails when another entry is shown', async () => {
    const report = await verifyProof(ports, await log.proof(3), stored(4));
    expect(report.result).toBe('invalid');
    expect(states(report)).toMatchObject({ bytes: 'invalid', leaf: 'verified', root: 'verified' });
  });

  it('fails when one member of the shown entry was changed', async () => {
    const shown = { ...stored(3), decision: 'allow', kind: 'decision?' };
    expect((await verifyProof(ports, await log.proof(3), shown)).result).toBe('invalid');
  });

  it('fails when bytes, path, index, checkpoint or key were changed', async () => {
    const proof = await log.proof(5);
    const other = await fixtureLog(entries).proof(5);
    const changed = [
      { ...proof, entry: flip(proof.entry) },
      { ...proof, path: [flip(proof.path[0]!), ...proof.path.slice(1)] },
      { ...proof, path: proof.path.slice(1) },
      { ...proof, index: 6 },
      { ...proof, size: proof.size + 1 },
      { ...proof, checkpoint: proof.checkpoint.replace(`\n${proof.size}\n`, `\n${proof.size + 1}\n`) },
      { ...proof, checkpoint: other.checkpoint },
      { ...proof, vkey: other.vkey },
    ];
    for (const [at, wrong] of changed.entries()) {
      expect((await verifyProof(ports, wrong, stored(5))).result, `change ${at}`).toBe('invalid');
    }
  });

  it('fails, and does not throw, on whatever is no proof', async () => {
    const empty = { index: -1, size: 0, entry: '!', path: ['!'], checkpoint: '', vkey: '' };
    const report = await verifyProof(ports, empty, stored(0));
    expect(report.result).toBe('invalid');
    expect(Object.values(states(report))).toEqual(['invalid', 'invalid', 'invalid', 'invalid', 'invalid']);
  });

  it('is unknown, neither right nor wrong, where signatures can’t be checked', async () => {
    const verifier: typeof webVerifier = (key) => ({
      ...webVerifier(key),
      verify: () => Promise.reject(new Error(noEd25519)),
    });
    const report = await verifyProof({ hash: webHash, verifier }, await log.proof(2), stored(2));
    expect(report.result).toBe('unknown');
    expect(states(report)).toMatchObject({ path: 'verified', signature: 'unknown', root: 'unknown' });
  });
});
