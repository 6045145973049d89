import { createHash, type Hash, hash } from 'node:crypto';

/** Small chunks are gathered up to so many bytes: each call of the digest costs as much as some kilobytes of it. */
const gatheredBytes = 16 * 1024;

/** The SHA-256 of an answer, whose chunks are only referred to until there are enough of them. */
export interface AnswerDigest {
  /** The chunk must not change afterwards. */
  add(chunk: Buffer): void;
  /** Lower-case hex; called once. */
  end(): string;
}

export function createAnswerDigest(): AnswerDigest {
  let whole: Hash | null = null;
  let chunks: Buffer[] = [];
  let bytes = 0;
  const gathered = (): Buffer => (chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, bytes));
  return {
    add(chunk) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes < gatheredBytes) return;
      whole ??= createHash('sha256');
      whole.update(gathered());
      chunks = [];
      bytes = 0;
    },
    end() {
      // What fits takes the one-shot call, which costs a fraction of an object that is fed.
      return whole === null ? hash('sha256', gathered(), 'hex') : whole.update(gathered()).digest('hex');
    },
  };
}
