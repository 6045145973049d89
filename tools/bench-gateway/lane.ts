// What the benchmark tells .ci/run: whether each row was produced, never what it came to.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RowResult } from './report.ts';

const folder = process.env.FAIRLEAD_TEST_RESULTS;

/** Says why nothing can be measured here. Returns the exit code. */
export function writeSkipped(why: string): number {
  process.stderr.write(`SKIPPED: ${why}\n`);
  if (folder !== undefined) writeFileSync(join(folder, 'skipped'), why);
  return 0;
}

/** One test a row, in the shape that .ci/run adds up. A row without its peer counts as skipped. */
export function writeLaneResults(results: readonly RowResult[]): void {
  if (folder === undefined) return;
  const assertionResults = results.map(({ name, produced, skipped }) => ({
    fullName: skipped.length > 0 && produced ? `${name}: ${skipped[0]?.missing}` : name,
    status: !produced ? 'failed' : skipped.length > 0 ? 'pending' : 'passed',
  }));
  const count = (status: string) => assertionResults.filter((result) => result.status === status).length;
  const report = {
    numPassedTests: count('passed'),
    numFailedTests: count('failed'),
    numPendingTests: count('pending'),
    testResults: [{ assertionResults }],
  };
  writeFileSync(join(folder, 'benchmark.json'), JSON.stringify(report));
}
