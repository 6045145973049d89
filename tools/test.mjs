#!/usr/bin/env node
// What `npm test` runs: format and lint, types, every quick test. Prints one line a step and exits 1 if any failed.
//   --coverage        the unit tests once more with coverage and its thresholds, instead of all the steps
//   --only NAME,NAME  some of the steps
// FAIRLEAD_TEST_RESULTS=DIR also writes vitest's JSON results there, one file a step (.ci/run adds them up).
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const { isSuitable, ownNode } = require('../bin/own-node.js');

/** The Node the tests run in: this one, or the one that npm installed. */
function suitableNode() {
  const node = isSuitable(process.versions.node) ? process.execPath : ownNode(root);
  if (node !== null) return node;
  process.stderr.write(
    `Node ${process.versions.node} is too old and no own one is installed: run "npm ci" first.\n`,
  );
  process.exit(2);
}

/** Path of a tool's JavaScript entry, so that it runs in the Node chosen above whatever `env node` would find. */
function tool(name) {
  const entry = {
    vitest: 'vitest/vitest.mjs',
    tsc: 'typescript/bin/tsc',
    biome: '@biomejs/biome/bin/biome',
  }[name];
  const path = join(root, 'node_modules', entry);
  if (existsSync(path)) return path;
  process.stderr.write(`${name} is not installed: run "npm ci" first.\n`);
  process.exit(2);
}

function vitest(name, ...args) {
  const results = process.env.FAIRLEAD_TEST_RESULTS;
  const json = results
    ? ['--reporter=default', '--reporter=json', `--outputFile.json=${join(resolve(results), `${name}.json`)}`]
    : [];
  return { name, entry: tool('vitest'), args: ['run', ...args, ...json] };
}

/** Tests that only start processes, in which nothing is counted: coverage is the same without them. */
const notCounted = [
  'test/architecture/**',
  'test/launcher/**',
  'test/unit/backup-killed.test.ts',
  'test/unit/bench-*.test.ts',
  'test/unit/command-outputs.test.ts',
  'test/unit/delivery-import-troubles.test.ts',
  'test/unit/delivery-numbers.test.ts',
  'test/unit/move-to-postgres.test.ts',
];

function chosenSteps(argv) {
  if (argv.includes('--coverage'))
    return [vitest('coverage', '--coverage', ...notCounted.flatMap((files) => ['--exclude', files]))];
  const steps = [
    { name: 'format and lint', entry: tool('biome'), args: ['check', '.'] },
    { name: 'types', entry: tool('tsc'), args: ['-p', 'tsconfig.json'] },
    { name: 'types of core', entry: tool('tsc'), args: ['-p', 'packages/core/tsconfig.json'] },
    { name: 'types of the console', entry: tool('tsc'), args: ['-p', 'packages/console/tsconfig.json'] },
    { name: 'types of the browser tests', entry: tool('tsc'), args: ['-p', 'test/browser/tsconfig.json'] },
    vitest('unit'),
  ];
  if (existsSync(join(root, 'test/vitest.config.ts')))
    steps.push(vitest('gateway', '--config', 'test/vitest.config.ts'));
  const at = argv.indexOf('--only');
  if (at === -1) return steps;
  const names = (argv[at + 1] ?? '').split(',');
  return steps.filter((step) => names.includes(step.name));
}

const node = suitableNode();
const compileCache = join(root, 'node_modules/.cache/fairlead');
const env = {
  ...process.env,
  // Servers and threads that the tests start by the hundred need not strip the types of their sources each time. With
  // coverage they must: what comes out of a cache is counted less exactly.
  ...(process.argv.includes('--coverage') ? {} : { NODE_COMPILE_CACHE: compileCache }),
  PATH: [dirname(node), join(root, 'node_modules/.bin'), process.env.PATH ?? ''].join(delimiter),
};
const steps = chosenSteps(process.argv.slice(2));
if (steps.length === 0) {
  process.stderr.write('no step of that name\n');
  process.exit(2);
}
const summary = steps.map((step) => {
  process.stdout.write(`\n── ${step.name}\n`);
  const start = Date.now();
  const { status, error } = spawnSync(node, [step.entry, ...step.args], { cwd: root, env, stdio: 'inherit' });
  if (error) process.stderr.write(`${error.message}\n`);
  return { ...step, ok: status === 0, seconds: ((Date.now() - start) / 1000).toFixed(1) };
});
process.stdout.write('\n');
for (const { name, ok, seconds } of summary)
  process.stdout.write(`${ok ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)\n`);
process.exit(summary.every(({ ok }) => ok) ? 0 : 1);
