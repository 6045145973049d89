import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createAnswerDigest } from './answer-digest.ts';

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe('the digest of an answer', () => {
  it.each([
    ['nothing', []],
    ['one small chunk', [10]],
    ['one large chunk', [100_000]],
    ['many small chunks', Array.from({ length: 500 }, (_, i) => i)],
    ['small ones around large ones', [5, 20_000, 7, 16_384, 0, 9]],
  ])('of %s is that of all its bytes', (_, lengths) => {
    const chunks = lengths.map((length, i) => Buffer.alloc(length, i + 1));
    const digest = createAnswerDigest();
    for (const chunk of chunks) digest.add(chunk);
    expect(digest.end()).toBe(sha256(Buffer.concat(chunks)));
  });
});
