import { describe, expect, it } from 'vitest';
import { toHex } from '../text/index.ts';
import {
  formatCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  peekCheckpoint,
  signCheckpoint,
} from './checkpoint.ts';
import { formatEvidence, parseEvidence, verifyEvidence } from './evidence.ts';
import { outcomeId, recoveryId } from './ids.ts';
import { formatVerifierKey, openNote, parseNote, parseVerifierKey, signNote } from './note.ts';
import { proveInclusion } from './prove.ts';
import { memoryTiles, naiveRoot, newSigner, nodeHash, nodeVerifier } from './testing/fixtures.ts';
import { hashLeaf } from './tree.ts';

// The published example of golang.org/x/mod/sumdb/note.
const example = {
  vkey: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  note:
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n" +
    '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n',
};

describe('signed notes', () => {
  it('opens the published example', async () => {
    const key = parseVerifierKey(nodeHash, example.vkey);
    expect(toHex(key.keyId)).toBe('c74f20a3');
    expect(formatVerifierKey(nodeHash, key.name, key.publicKey)).toBe(example.vkey);
    const opened = await openNote(example.note, [nodeVerifier(example.vkey)]);
    expect(opened.signedBy).toEqual(['PeterNeumann']);
  });

  it('parses the example of the C2SP page: text may hold empty lines', () => {
    const note =
      'Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n' +
      '— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n';
    const parsed = parseNote(note);
    expect(parsed.text).toMatch(/sera\.\n$/);
    expect(toHex(parsed.signatures[0]!.keyId)).toBe('367ba04b');
    expect(parsed.signatures[0]!.signature).toHaveLength(64);
  });

  it('ignores unknown keys, refuses a wrong signature of a known one', async () => {
    const [log, other] = [newSigner('log.example/a'), newSigner('other.example/b')];
    const verifier = nodeVerifier(formatVerifierKey(nodeHash, log.name, log.publicKey));
    const note = signNote('hello\n', [other, log]);
    expect((await openNote(note, [verifier])).text).toBe('hello\n');
    await expect(openNote(signNote('hello\n', [other]), [verifier])).rejects.toMatchObject({
      code: 'ledger.signature-invalid',
    });
    await expect(openNote(note.replace('hello', 'hallo'), [verifier])).rejects.toMatchObject({
      code: 'ledger.signature-invalid',
    });
    // The same name with another key is an unknown key.
    await expect(openNote(signNote('hello\n', [newSigner(log.name)]), [verifier])).rejects.toThrow(
      /No trusted key/,
    );
  });

  it.each([
    '',
    'text\n',
    'text\n\n',
    'text\n\n— a\n',
    'text\n\n- a AAAAAAAA\n',
    'te\txt\n\n— a AAAAAAAA\n',
    'text\n\n— a AAAA\n',
    'text\n\n— a AAAAAAAA',
  ])('refuses %j', (note) => {
    expect(() => parseNote(note)).toThrow(expect.objectContaining({ code: 'ledger.note-invalid' }));
  });

  it.each(['', 'a+b', 'a+00000000+AQ==', example.vkey.replace('c74f20a3', 'c74f20a4'), `x${example.vkey}`])(
    'refuses the verifier key %j',
    (vkey) => {
      expect(() => parseVerifierKey(nodeHash, vkey)).toThrow(
        expect.objectContaining({ code: 'ledger.key-invalid' }),
      );
    },
  );

  it('signs only text that a note can hold', () => {
    expect(() => signNote('no newline', [newSigner('a')])).toThrow(/without controls/);
    expect(() => signNote('ok\n', [newSigner('a b')])).toThrow(/name of a key/);
  });
});

describe('checkpoints', () => {
  const log = newSigner('fairlead.local/test');
  const verifier = nodeVerifier(formatVerifierKey(nodeHash, log.name, log.publicKey));
  const checkpoint = { origin: log.name, size: 70_000, root: nodeHash.sha256() };

  it('reads back what was signed', async () => {
    const note = signCheckpoint(checkpoint, log);
    expect(await openCheckpoint(note, verifier)).toEqual(checkpoint);
    expect(peekCheckpoint(note)).toEqual(checkpoint);
  });

  it('is bound to its log', async () => {
    const note = signCheckpoint({ ...checkpoint, origin: 'fairlead.local/other' }, log);
    await expect(openCheckpoint(note, verifier)).rejects.toThrow(/is about fairlead.local\/other/);
  });

  it('may carry extension lines', () => {
    expect(parseCheckpoint(`${formatCheckpoint(checkpoint)}more\n`).size).toBe(70_000);
  });

  it.each([
    'a\n1\n',
    'a\n01\nAAAA\n',
    'a\n-1\nAAAA\n',
    'a\n1\nAAAA\n',
    'a\n1\n!\n',
    '\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n',
  ])('refuses %j', (text) => {
    expect(() => parseCheckpoint(text)).toThrow(expect.objectContaining({ code: 'ledger.note-invalid' }));
  });
});

describe('evidence of one entry', () => {
  const log = newSigner('fairlead.local/test');
  const verifier = nodeVerifier(formatVerifierKey(nodeHash, log.name, log.publicKey));
  const entries = Array.from({ length: 300 }, (_, i) => new TextEncoder().encode(`{"n":${i}}`));
  const leaves = entries.map((entry) => hashLeaf(nodeHash, entry));
  const note = signCheckpoint({ origin: log.name, size: 300, root: naiveRoot(leaves) }, log);

  async function evidenceOf(index: number, withEntry = true): Promise<string> {
    const proof = await proveInclusion(nodeHash, memoryTiles(leaves), index, 300);
    return formatEvidence({ index, proof, checkpoint: note, entry: withEntry ? entries[index]! : null });
  }

  it('stands on its own', async () => {
    const text = await evidenceOf(257);
    expect(text.split('\n')[0]).toBe('c2sp.org/tlog-proof@v1');
    const shown = await verifyEvidence(nodeHash, text, verifier);
    expect([shown.index, new TextDecoder().decode(shown.entry)]).toEqual([257, '{"n":257}']);
    expect(parseEvidence(text).checkpoint).toBe(note);
  });

  it('takes the entry separately too', async () => {
    const text = await evidenceOf(3, false);
    await expect(verifyEvidence(nodeHash, text, verifier)).rejects.toThrow(/give them separately/);
    expect((await verifyEvidence(nodeHash, text, verifier, entries[3]!)).index).toBe(3);
  });

  it('does not verify once anything is changed', async () => {
    const text = await evidenceOf(257);
    await expect(
      verifyEvidence(nodeHash, text.replace('index 257', 'index 256'), verifier),
    ).rejects.toMatchObject({
      code: 'ledger.signature-invalid',
    });
    await expect(
      verifyEvidence(nodeHash, text.replace('\n300\n', '\n299\n'), verifier),
    ).rejects.toMatchObject({
      code: 'ledger.signature-invalid',
    });
    await expect(verifyEvidence(nodeHash, text, verifier, entries[1]!)).rejects.toThrow(/does not show/);
    for (const bad of [
      '',
      'c2sp.org/tlog-proof@v1\n\n',
      text.replace('index 257', 'index 0257'),
      text.slice(1),
    ]) {
      await expect(verifyEvidence(nodeHash, bad, verifier)).rejects.toMatchObject({
        code: 'ledger.note-invalid',
      });
    }
  });

  it('works for the only entry of a log', async () => {
    const one = signCheckpoint({ origin: log.name, size: 1, root: leaves[0]! }, log);
    const text = formatEvidence({ index: 0, proof: [], checkpoint: one, entry: entries[0]! });
    expect((await verifyEvidence(nodeHash, text, verifier)).checkpoint.size).toBe(1);
  });
});

describe('derived ids', () => {
  it('are stable version 8 UUIDs', () => {
    const op = '0198c1f2-7b3c-7000-8000-000000000001';
    const id = outcomeId(nodeHash, op);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(outcomeId(nodeHash, op)).toBe(id);
    expect(recoveryId(nodeHash, op)).not.toBe(id);
  });
});
