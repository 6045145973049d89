import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headerOf, signToken, type TokenClaims, tokenAudience, verifyToken } from './signed-token.ts';

const kid = '0123456789abcdef';
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const keys = new Map([[headerOf(kid), publicKey]]);
const claims: TokenClaims = {
  iss: 'fairlead:1',
  aud: tokenAudience,
  sub: 'p-1',
  repo: ['github.com/acme/payments-api'],
  dev: 'd-1',
  jti: 't-1',
  iat: 1_000,
  exp: 1_600,
  asst: 'codex',
  ev: 'claim',
};
const token = signToken(claims, privateKey, kid);
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a signed token', () => {
  it('is a JWT behind a prefix of its own, and says what was signed', () => {
    const [header = '', payload = '', signature = ''] = token.slice(4).split('.');
    expect(token.startsWith('fla_')).toBe(true);
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
      alg: 'EdDSA',
      typ: 'JWT',
      kid,
    });
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toEqual(claims);
    expect(Buffer.from(signature, 'base64url')).toHaveLength(64);
    expect(verifyToken(token, keys)).toEqual(claims);
  });

  it('is refused when any one character is another', () => {
    const letters = [...'ABCXYZabcxyz0189-_.=+/ \n'];
    fc.assert(
      fc.property(fc.nat({ max: token.length - 1 }), fc.constantFrom(...letters), (at, letter) => {
        fc.pre(token[at] !== letter);
        expect(verifyToken(token.slice(0, at) + letter + token.slice(at + 1), keys)).toBeNull();
      }),
      { numRuns: 500 },
    );
  });

  it('is refused cut short, lengthened, or with something around it', () => {
    for (let length = 0; length < token.length; length += 7)
      expect(verifyToken(token.slice(0, length), keys)).toBeNull();
    for (const other of [
      `${token}.`,
      `${token}A`,
      ` ${token}`,
      token.slice(4),
      `${token}.x`,
      `Bearer ${token}`,
    ]) {
      expect(verifyToken(other, keys)).toBeNull();
    }
    expect(verifyToken(`fla_${'a'.repeat(100_000)}`, keys)).toBeNull();
  });

  it('is refused without a signature, with another algorithm, and from another key', () => {
    const payload = encode(claims);
    const other = generateKeyPairSync('ed25519').privateKey;
    const none = `fla_${encode({ alg: 'none', typ: 'JWT', kid })}.${payload}.`;
    const hmac = `fla_${encode({ alg: 'HS256', typ: 'JWT', kid })}.${payload}.${'A'.repeat(86)}`;
    const spaced = Buffer.from(`{"alg":"EdDSA", "typ":"JWT","kid":"${kid}"}`).toString('base64url');
    const respelled = `${spaced}.${payload}`;
    const own = sign(null, Buffer.from(respelled), privateKey).toString('base64url');
    for (const forged of [
      none,
      hmac,
      `fla_${respelled}.${own}`,
      signToken(claims, other, kid),
      signToken(claims, privateKey, 'f'),
    ]) {
      expect(verifyToken(forged, keys)).toBeNull();
    }
  });

  it('any text at all is refused, never thrown at', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => verifyToken(`fla_${text}`, keys) === null),
    );
  });
});
