import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  generateEd25519,
  loadEd25519,
  newUuid,
  nodeHash,
  nodeRandom,
  publicKeyOf,
  sha256Hex,
  signEd25519,
  verifyEd25519,
} from './index.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const bytes = (text: string) => Buffer.from(text, 'hex');

describe('hashes', () => {
  it('hash the concatenation of their parts', () => {
    const parts = [Buffer.from('a'), Buffer.from('bc'), Buffer.alloc(0)];
    const expected = createHash('sha256').update('abc').digest('hex');
    expect(hex(nodeHash.sha256(...parts))).toBe(expected);
    expect(hex(nodeHash.sha256(Buffer.from('abc')))).toBe(expected);
    expect(sha256Hex('abc')).toBe(expected);
    expect(hex(nodeHash.sha256())).toBe(createHash('sha256').digest('hex'));
  });

  it('hmac', () => {
    const key = Buffer.from('key');
    const data = Buffer.from('data');
    expect(hex(nodeHash.hmacSha256(key, data))).toBe(createHmac('sha256', key).update(data).digest('hex'));
  });

  it.each([0, 1, 63, 64, 65, 200])('hmac with a key of %i bytes, over data of any length', (length) => {
    const key = nodeRandom.bytes(length);
    for (const size of [5_000, 4_097, 4_096, 64, 1, 0]) {
      const data = nodeRandom.bytes(size);
      const expected = createHmac('sha256', key).update(data).digest('hex');
      expect(hex(nodeHash.hmacSha256(key, data))).toBe(expected);
    }
  });

  it('random bytes have the wanted length and differ', () => {
    expect(nodeRandom.bytes(32)).toHaveLength(32);
    expect(hex(nodeRandom.bytes(32))).not.toBe(hex(nodeRandom.bytes(32)));
  });
});

describe('Ed25519', () => {
  it('agrees with the second vector of RFC 8032, section 7.1', () => {
    const key = loadEd25519(bytes('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb'));
    const publicKey = '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c';
    const signature =
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00';
    expect(hex(publicKeyOf(key))).toBe(publicKey);
    expect(hex(signEd25519(key, bytes('72')))).toBe(signature);
    expect(verifyEd25519(bytes(publicKey), bytes('72'), bytes(signature))).toBe(true);
    expect(verifyEd25519(bytes(publicKey), bytes('73'), bytes(signature))).toBe(false);
  });

  it('refuses wrong lengths', () => {
    const pair = generateEd25519();
    const signature = signEd25519(loadEd25519(pair.seed), Buffer.from('x'));
    expect(verifyEd25519(pair.publicKey, Buffer.from('x'), signature)).toBe(true);
    expect(verifyEd25519(pair.publicKey.subarray(1), Buffer.from('x'), signature)).toBe(false);
    expect(verifyEd25519(pair.publicKey, Buffer.from('x'), signature.subarray(1))).toBe(false);
    expect(() => loadEd25519(pair.seed.subarray(1))).toThrow(RangeError);
  });
});

describe('new ids', () => {
  it('are UUIDs of version 7 of the present moment, no two alike', () => {
    const before = Date.now();
    const ids = Array.from({ length: 2_000 }, newUuid);
    const after = Date.now();
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      const time = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
      expect(time).toBeGreaterThanOrEqual(before);
      expect(time).toBeLessThanOrEqual(after);
    }
  });
});
