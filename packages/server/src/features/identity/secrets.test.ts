import { createInspector } from '@fairlead/core/inspection';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeHash, nodeRandom } from '../../platform/crypto/index.ts';
import { scrub } from '../../platform/log/index.ts';
import { digestOf, isWellFormed, newSecret } from './secrets.ts';

describe('secrets', () => {
  it('are well formed, of one length, and never the same', () => {
    const made = Array.from({ length: 500 }, () => newSecret('flk', nodeRandom));
    expect(made.every((secret) => isWellFormed('flk', secret))).toBe(true);
    expect(new Set(made.map((secret) => secret.length)).size).toBe(1);
    expect(new Set(made).size).toBe(500);
  });

  it('keep their form for any random bytes, zeros and ones too', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        const secret = newSecret('flt', { bytes: () => bytes });
        expect(isWellFormed('flt', secret)).toBe(true);
      }),
    );
    for (const fill of [0, 255]) {
      expect(isWellFormed('flk', newSecret('flk', { bytes: (n) => new Uint8Array(n).fill(fill) }))).toBe(
        true,
      );
    }
  });

  it('are told from look-alikes: one character changed, the other prefix, cut, longer, other text', () => {
    const secret = newSecret('flk', nodeRandom);
    const changed = secret.slice(0, 20) + (secret[20] === 'a' ? 'b' : 'a') + secret.slice(21);
    const others = [
      changed,
      secret.replace('flk', 'flt'),
      secret.slice(0, -1),
      `${secret}0`,
      ` ${secret}`,
      '',
      'x',
    ];
    for (const other of others) expect(isWellFormed('flk', other), other).toBe(false);
  });

  it('are kept as a digest that is not theirs to read', () => {
    const secret = newSecret('flk', nodeRandom);
    expect(digestOf(secret)).toMatch(/^[0-9a-f]{64}$/);
    expect(digestOf(secret)).not.toContain(secret.slice(4));
  });

  it('are found by our own detectors and cut from log lines', () => {
    const secret = newSecret('flk', nodeRandom);
    expect(scrub(`a line with ${secret} in it`)).not.toContain(secret.slice(4, 20));
    const inspector = createInspector({ hash: nodeHash, findingsKey: new Uint8Array(32) });
    const text = `the key is ${secret} and that is all`;
    const unit = { path: '/messages/0/content', role: null, kind: 'message', span: null, text } as const;
    const { findings } = inspector.inspect([unit], [], 'session');
    expect(findings.map(({ detector }) => detector)).toEqual(['fairlead-key']);
  });
});
