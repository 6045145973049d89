import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fairlead-threads-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const threads = new URL('./index.ts', import.meta.url).href;

/** Runs a module in a process of its own; answers what it printed. */
function run(source: string): string {
  const file = join(folder, 'main.mjs');
  writeFileSync(file, source);
  // A run with coverage forbids the cache to what it starts.
  const {
    NODE_COMPILE_CACHE: _,
    NODE_DISABLE_COMPILE_CACHE: __,
    NODE_V8_COVERAGE: ___,
    ...env
  } = process.env;
  const { stdout, stderr, status } = spawnSync(process.execPath, [file], { encoding: 'utf8', env });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout.trim();
}

const saysCache = `import { getCompileCacheDir } from 'node:module';
import { parentPort } from 'node:worker_threads';
parentPort.postMessage(getCompileCacheDir() ?? 'none');`;

describe('a thread', () => {
  const main = (prepare: string, start = 'startThread') => `import module from 'node:module';
import { ${start} } from ${JSON.stringify(threads)};
${prepare}
const thread = ${start}(new URL('./thread.mjs', import.meta.url), 'thread', null);
thread.on('message', (message) => console.log(message));`;

  beforeEach(() => writeFileSync(join(folder, 'thread.mjs'), saysCache));

  it('shares the compile cache that its process enabled', () => {
    const cache = join(folder, 'cache');
    const used = run(main(`module.enableCompileCache(${JSON.stringify(cache)});`));
    expect(readdirSync(cache)).toHaveLength(1);
    expect(used).toBe(join(cache, readdirSync(cache)[0]!));
  });

  it('has none when its process has none', () => {
    expect(run(main(''))).toBe('none');
  });

  it('that opens SQLite finds the native module loaded by its process already', () => {
    const sqlite = pathToFileURL(join(import.meta.dirname, '../../../package.json')).href;
    writeFileSync(
      join(folder, 'thread.mjs'),
      `import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
const mapped = () => /better-sqlite3.*\\.node/.test(readFileSync('/proc/self/maps', 'utf8'));
const before = process.platform !== 'linux' || mapped();
const Database = createRequire(${JSON.stringify(sqlite)})('better-sqlite3');
new Database(':memory:').exec('select 1');
parentPort.postMessage(before);`,
    );
    expect(run(main('', 'startSqliteThread'))).toBe('true');
  });
});
