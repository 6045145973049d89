/**
 * Compares the compiled policy evaluator with cedar-wasm on random policies and requests.
 *
 *   node tools/fuzz-policy.ts [--pairs 100000] [--seed N]
 *
 * One JSON line on stdout; the first disagreements in full on stderr. Exit 1 on any disagreement, 2 on bad options.
 */
import { parseArgs } from 'node:util';
import { runDifferential } from '../packages/core/src/policy/testing/index.ts';
import { cedarWasm } from '../packages/server/src/features/policy/cedar-wasm.ts';

function wholeNumber(text: string, name: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  process.stderr.write(`--${name} must be a whole number above 0\n`);
  process.exit(2);
}

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String((Date.now() % 2 ** 31) + 1) },
  },
});
const started = performance.now();
const seed = wholeNumber(values.seed, 'seed');
const result = runDifferential(cedarWasm, seed, wholeNumber(values.pairs, 'pairs'));
for (const disagreement of result.disagreements) process.stderr.write(`${JSON.stringify(disagreement)}\n`);
const seconds = Math.round((performance.now() - started) / 100) / 10;
const summary = { ...result, disagreements: result.disagreements.length, oracle: cedarWasm.version, seconds };
process.stdout.write(`${JSON.stringify(summary)}\n`);
process.exitCode = result.disagreements.length > 0 ? 1 : 0;
