// Adds up what the lanes of .ci/run did: totals.mjs RESULTS LANE… . Each lane's folder holds vitest's JSON results,
// and the files `status` (exit code), `seconds` and, when it couldn't run here, `skipped` (the reason).
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [results, ...lanes] = process.argv.slice(2);

function readText(lane, name) {
  try {
    return readFileSync(join(results, lane, name), 'utf8').trim();
  } catch {
    return null;
  }
}

/** Counts of one lane, and the full names of the tests in it that failed or were skipped. */
function countLane(lane) {
  const count = { lane, passed: 0, failed: 0, skipped: 0, names: [] };
  for (const file of readdirSync(join(results, lane)).filter((name) => name.endsWith('.json'))) {
    const report = JSON.parse(readFileSync(join(results, lane, file), 'utf8'));
    count.passed += report.numPassedTests;
    count.failed += report.numFailedTests;
    count.skipped += report.numPendingTests + (report.numTodoTests ?? 0);
    for (const { assertionResults = [] } of report.testResults ?? []) {
      for (const { status, fullName } of assertionResults) {
        if (status !== 'passed')
          count.names.push(`${status === 'failed' ? 'FAILED' : 'SKIPPED'} ${lane}: ${fullName}`);
      }
    }
  }
  const reason = readText(lane, 'skipped');
  if (reason !== null) {
    count.skipped++;
    count.names.push(`SKIPPED ${lane}: ${reason}`);
  } else if (readText(lane, 'status') !== '0' && count.failed === 0) {
    count.failed++;
    count.names.push(
      `FAILED ${lane}: it ended with exit code ${readText(lane, 'status')} although no test failed`,
    );
  } else if (count.passed + count.failed === 0) {
    count.failed++;
    count.names.push(`FAILED ${lane}: it ran no test`);
  }
  return count;
}

const counts = lanes.map(countLane);
process.stdout.write('\n');
for (const { names } of counts) for (const name of names) process.stdout.write(`${name}\n`);
for (const { lane, passed, failed, skipped } of counts) {
  process.stdout.write(
    `lane ${lane}: ${passed} passed, ${failed} failed, ${skipped} skipped, ${readText(lane, 'seconds')} s\n`,
  );
}
const total = (name) => counts.reduce((sum, count) => sum + count[name], 0);
process.stdout.write(
  `total: ${total('passed')} passed, ${total('failed')} failed, ${total('skipped')} skipped\n`,
);
process.exitCode = total('failed') === 0 ? 0 : 1;
