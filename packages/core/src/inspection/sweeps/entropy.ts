import { isValuePlaceholder } from '../validators/placeholder.ts';
import { entropy, mixing, sequential } from '../validators/randomness.ts';
import { DIGIT, findSolidRuns, LOWER, type Sweep, TOKEN_MARK, UPPER } from './sweep.ts';

const SHORTEST = 32;
/** Longer runs are data (images, bundles, lock files), not keys. */
const LONGEST = 100;
const DIGEST = /(?:sha(?:1|256|384|512)[-:=]|h1:|base64,|integrity["': =]{1,4})$/i;

function isLoneKey(value: string): boolean {
  if (!/[a-z]/.test(value) || !/[A-Z]/.test(value) || !/\d/.test(value)) return false;
  if (/^[0-9a-fA-F-]+$/.test(value) || (value.match(/[/_-]/g)?.length ?? 0) > value.length / 8) return false;
  return (
    entropy(value) > 4.2 && mixing(value) > 0.45 && sequential(value) < 0.2 && !isValuePlaceholder(value)
  );
}

/** Lone strings that look like keys and match nothing else. Recorded, not refused: most are not secrets. */
export const sweepEntropy: Sweep = (source) => {
  const { text } = source;
  const runs = findSolidRuns(source, SHORTEST, LOWER + UPPER + DIGIT + TOKEN_MARK);
  if (runs.length === 0) return [];
  return runs
    .filter(
      ({ start, end }) => end - start <= LONGEST && !DIGEST.test(text.slice(Math.max(0, start - 16), start)),
    )
    .map(({ start, end }) => ({ start, end, value: text.slice(start, end) }))
    .filter(({ value }) => isLoneKey(value));
};
