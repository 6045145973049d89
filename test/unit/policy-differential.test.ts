import { describe, expect, it } from 'vitest';
import { runDifferential, runExtensionCases } from '../../packages/core/src/policy/testing/index.ts';
import { cedarWasm } from '../../packages/server/src/features/policy/cedar-wasm.ts';

/** A run by hand takes any seed: `node tools/fuzz-policy.ts --pairs 100000 --seed N`. */
const seed = 20_260_301;

describe('the compiled evaluator against cedar-wasm', () => {
  it('agrees on 10,000 random policy × request pairs', () => {
    const result = runDifferential(cedarWasm, seed, 10_000);
    console.log(`differential seed ${seed}: ${JSON.stringify({ ...result, disagreements: undefined })}`);
    expect(result.disagreements).toEqual([]);
    expect(result.pairs).toBeGreaterThanOrEqual(10_000);
    // A generator that only ever met one outcome would prove nothing.
    const { allow, deny, withErrors, refused } = result.outcomes;
    for (const count of [allow, deny, withErrors, refused]) expect(count).toBeGreaterThan(20);
  });

  it('agrees on every extension function for every known text', () => {
    const result = runExtensionCases(cedarWasm);
    expect(result.disagreements).toEqual([]);
    expect(result.pairs).toBeGreaterThan(1000);
  });
});
