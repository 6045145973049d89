// Adds up what the lanes of .ci/run did: totals.mjs RESULTS LANE… . Each lane's folder holds vitest's JSON results,
// and the files `status` (exit code), `seconds`, `output` and, when it couldn't run here, `skipped` (the reason).
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

/** vitest calls a test `pending` that had not ended when its process did; skipped ones are `skipped` or `todo`. */
const outcomes = { failed: 'failed', pending: 'unfinished' };

const mostLines = 120;

/** What a failed lane printed from its first failure on: vitest puts its failures and crashes under such headings. */
function failuresIn(lane) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
  const lines = (readText(lane, 'output') ?? '').replace(/\u001b\[[0-9;]*m/g, '').split('\n');
  const start = lines.findIndex((line) => /^⎯+ (Failed|Unhandled|Failed Suites) /.test(line.trim()));
  return start === -1 ? lines.slice(-40) : lines.slice(start, start + mostLines);
}

/** Counts of one lane, and the full names of the tests in it that failed or were skipped. */
function countLane(lane) {
  const count = { lane, passed: 0, failed: 0, skipped: 0, names: [] };
  for (const file of readdirSync(join(results, lane)).filter((name) => name.endsWith('.json'))) {
    const report = JSON.parse(readFileSync(join(results, lane, file), 'utf8'));
    count.passed += report.numPassedTests;
    for (const { assertionResults = [] } of report.testResults ?? []) {
      for (const { status, fullName } of assertionResults) {
        if (status === 'passed') continue;
        const outcome = outcomes[status] ?? 'skipped';
        count[outcome === 'skipped' ? 'skipped' : 'failed']++;
        count.names.push(`${outcome.toUpperCase()} ${lane}: ${fullName}`);
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
for (const { lane } of counts.filter(({ failed }) => failed > 0)) {
  process.stdout.write(`\n──── what failed in lane ${lane}\n${failuresIn(lane).join('\n')}\n`);
}
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
