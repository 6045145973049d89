// The bare install: a fresh clone, an empty home, the system's PATH and nothing else, then `npm ci`, `npm start` with one
// call that is allowed and one that is refused, and `npm test`. Plain JavaScript: it runs in whatever Node is there.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const results = process.env.FAIRLEAD_TEST_RESULTS;
const work = mkdtempSync(join(tmpdir(), 'fairlead-bare-'));
const clone = join(work, 'fairlead');
const passed = [];
const failed = [];

/** What a network needs to be reached at all is carried over: certificates, proxies, the registry. Nothing else is. */
function bareEnvironment() {
  const carried =
    /^(NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|(HTTPS?|NO|ALL)_PROXY|npm_config_(cafile|registry))$/i;
  const settings = Object.entries(process.env).filter(([name]) => carried.test(name));
  const home = join(work, 'home');
  mkdirSync(home);
  // A machine-wide npmrc can hide a missing step (`nodedir` lets a module compile), so an empty one stands in for it.
  const emptyConfig = join(work, 'npmrc');
  writeFileSync(emptyConfig, '');
  for (const name of ['registry', 'cafile']) {
    const value = spawnSync('npm', ['config', 'get', name], { encoding: 'utf8', cwd: work }).stdout?.trim();
    if (value && value !== 'null' && value !== 'undefined') settings.push([`npm_config_${name}`, value]);
  }
  const system = ['/usr/bin', '/bin'];
  const path = existsSync('/usr/bin/node') ? system : [dirname(process.execPath), ...system];
  return {
    ...Object.fromEntries(settings),
    PATH: path.join(delimiter),
    HOME: home,
    npm_config_globalconfig: emptyConfig,
    CI: 'true',
    ...(results ? { FAIRLEAD_TEST_RESULTS: resolve(results) } : {}),
    ...(process.env.FAIRLEAD_REFERENCE ? { FAIRLEAD_REFERENCE: process.env.FAIRLEAD_REFERENCE } : {}),
  };
}

async function check(name, run) {
  const start = Date.now();
  try {
    await run();
    passed.push(name);
    process.stdout.write(`ok     ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)\n`);
    return true;
  } catch (error) {
    failed.push(name);
    process.stdout.write(`FAILED ${name}: ${error.message}\n`);
    return false;
  }
}

function expect(condition, message) {
  if (!condition) throw new Error(message);
}

function runNpm(env, ...args) {
  const { status } = spawnSync('npm', args, { cwd: clone, env, stdio: ['ignore', 'inherit', 'inherit'] });
  expect(status === 0, `npm ${args.join(' ')} ended with ${status}`);
}

function cloneRepository() {
  const { status } = spawnSync('git', ['clone', '-q', '--no-hardlinks', root, clone], { stdio: 'inherit' });
  if (status === 0) return;
  // A checkout that belongs to somebody else can't be cloned, but its last commit can be unpacked.
  mkdirSync(clone, { recursive: true });
  const archive = execFileSync('git', ['-C', root, '-c', `safe.directory=${root}`, 'archive', 'HEAD'], {
    maxBuffer: 1 << 28,
  });
  execFileSync('tar', ['-x', '-C', clone], { input: archive });
}

async function post(gateway, key) {
  const response = await fetch(`${gateway}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ model: 'gpt-5.5', messages: [{ role: 'user', content: 'Say hello.' }] }),
  });
  return { status: response.status, op: response.headers.get('x-fairlead-op'), body: await response.text() };
}

/** `npm start` until it's ready, both calls, SIGTERM to npm, and the ledger it leaves behind. */
async function tryStart(env) {
  const child = spawn('npm', ['start', '--', '--json', '--port', '0', '--console-port', '0'], {
    cwd: clone,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((done) => child.on('close', (code, signal) => done({ code, signal })));
  try {
    const line = await Promise.race([
      new Promise((done) => {
        createInterface({ input: child.stdout }).on(
          'line',
          (text) => text.startsWith('{"ready"') && done(text),
        );
      }),
      ended.then(({ code, signal }) => Promise.reject(new Error(`npm start ended with ${code ?? signal}`))),
      new Promise((_, late) => setTimeout(late, 120_000, new Error('not ready after 120 s')).unref()),
    ]);
    const ready = JSON.parse(line);
    await check('npm start: a call in an allowed repository is answered', async () => {
      const { status, op, body } = await post(ready.gateway, ready.keys.allowed);
      expect(status === 200 && op, `status ${status}: ${body.slice(0, 300)}`);
    });
    await check('npm start: a call in an unlisted repository is refused with its reason', async () => {
      const { status, op, body } = await post(ready.gateway, ready.keys.unlisted);
      expect(
        status === 400 && op && body.includes('repository.allowlist'),
        `status ${status}: ${body.slice(0, 300)}`,
      );
    });
    await check('npm start: a call from outside the stage is refused with its reason', async () => {
      const { status, body } = await post(ready.gateway, ready.keys.outsideStage);
      expect(
        status === 400 && body.includes('stage.not-included'),
        `status ${status}: ${body.slice(0, 300)}`,
      );
    });
    await check('npm start: SIGTERM ends the server, not only npm', async () => {
      child.kill('SIGTERM');
      await ended;
      const answers = await fetch(ready.gateway).then(
        () => true,
        () => false,
      );
      expect(!answers, 'the gateway still answers');
    });
  } finally {
    child.kill('SIGKILL');
  }
}

const env = bareEnvironment();
cloneRepository();
if (await check('npm ci', () => runNpm(env, 'ci'))) {
  await check('npm start', () => tryStart(env));
  await check('the ledger that npm start left verifies', () => {
    const { status, stderr } = spawnSync(
      join(clone, 'bin/fairlead'),
      ['ledger', 'verify', '--data', join(clone, '.fairlead')],
      {
        cwd: work,
        env,
        encoding: 'utf8',
      },
    );
    expect(status === 0, stderr);
  });
  await check('npm exec fairlead', () => runNpm(env, 'exec', 'fairlead', '--', '--help'));
  await check('npm test', () => runNpm(env, 'test'));
  await check('the clone is as clean as it was', () => {
    const changes = spawnSync('git', ['-C', clone, 'status', '--porcelain'], { encoding: 'utf8' });
    expect(changes.status !== 0 || changes.stdout === '', changes.stdout);
  });
}
rmSync(work, { recursive: true, force: true });
if (results) {
  const assertionResults = failed.map((fullName) => ({ fullName, status: 'failed' }));
  writeFileSync(
    join(results, 'bare.json'),
    JSON.stringify({ numPassedTests: passed.length, testResults: [{ assertionResults }] }),
  );
}
process.exitCode = failed.length === 0 ? 0 : 1;
