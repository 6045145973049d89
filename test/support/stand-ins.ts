import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One call of a stand-in, as it printed it. */
export interface StandInCall {
  readonly at: number;
  /** 0 when the credential command failed or the connection broke. */
  readonly status: number;
  readonly token: string;
  /** What the credential command or the gateway said, when it wasn't 200. */
  readonly said: string;
}

/*
 * A stand-in for the three assistants: it takes its base URL and its credential from where the real one of its name
 * does, calls the gateway `calls N every MS` times, and prints each call as a line of JSON. The real ones are driven in
 * test/assistants.
 */
const script = String.raw`
const { execFileSync } = require('node:child_process');
const { readFileSync } = require('node:fs');
const { request } = require('node:http');
const name = require('node:path').basename(process.argv[1]);
const args = process.argv.slice(2);
const option = (flag) => args.flatMap((arg, at) => (arg === flag ? [args[at + 1]] : []));
const shell = (line) => execFileSync('sh', ['-c', line], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

function setUp() {
  if (name === 'claude') {
    const { apiKeyHelper, env } = JSON.parse(readFileSync(option('--settings')[0], 'utf8'));
    const path = '/v1/messages';
    const body = { model: 'claude-sonnet-5', max_tokens: 64, messages: [{ role: 'user', content: 'Hi' }] };
    return { base: env.ANTHROPIC_BASE_URL, path, body, token: () => env.ANTHROPIC_AUTH_TOKEN || shell(apiKeyHelper) };
  }
  if (name === 'codex') {
    const overrides = option('-c').join('\n');
    const [, base] = /base_url="([^"]+)"/.exec(overrides);
    const [, model] = /^model="([^"]+)"/m.exec(overrides);
    const auth = /auth={command=("[^"]+"),args=(\[[^\]]*\])/.exec(overrides);
    const body = { model, store: false, input: [{ role: 'user', content: 'Hi' }] };
    const fresh = () => execFileSync(JSON.parse(auth[1]), JSON.parse(auth[2]), { encoding: 'utf8', stdio: 'pipe' }).trim();
    return { base, path: '/responses', body, token: () => (auth ? fresh() : process.env.FAIRLEAD_ASSISTANT_TOKEN) };
  }
  const { COPILOT_PROVIDER_BASE_URL: base, COPILOT_PROVIDER_API_KEY_COMMAND: line, COPILOT_MODEL: model } = process.env;
  const body = { model, messages: [{ role: 'user', content: 'Hi' }] };
  return { base, path: '/chat/completions', body, token: () => (line ? shell(line) : process.env.COPILOT_PROVIDER_API_KEY) };
}

function call({ base, path, body, token }) {
  return new Promise((done) => {
    const ended = (status, said, secret = '') => done({ at: Date.now(), status, token: secret, said: said.slice(0, 600) });
    let secret;
    try {
      secret = token();
    } catch (error) {
      ended(0, String(error.stderr || error));
      return;
    }
    const headers = { authorization: 'Bearer ' + secret, 'content-type': 'application/json' };
    const asked = request(base + path, { method: 'POST', headers }, (response) => {
      let text = '';
      response.on('data', (part) => { text += part; });
      response.on('error', (error) => ended(0, 'cut: ' + error.message, secret));
      response.on('end', () => ended(response.statusCode, response.statusCode === 200 ? '' : text, secret));
    });
    asked.on('error', (error) => ended(0, 'cut: ' + error.message, secret));
    asked.end(JSON.stringify(body));
  });
}

async function main() {
  const set = setUp();
  const plan = args.join(' ');
  const [, calls = 1] = /calls (\d+)/.exec(plan) || [];
  const [, every = 0] = /every (\d+)/.exec(plan) || [];
  const [, code = 0] = /exit (\d+)/.exec(plan) || [];
  for (let made = 0; made < Number(calls); made += 1) {
    if (made > 0) await new Promise((done) => setTimeout(done, Number(every)));
    process.stdout.write(JSON.stringify(await call(set)) + '\n');
  }
  process.exitCode = Number(code);
}
main();
`;

/** Puts the stand-ins into a folder, to be first on a search path. */
export function writeStandIns(folder: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"type":"commonjs"}\n');
  for (const name of ['claude', 'codex', 'copilot']) {
    writeFileSync(join(folder, name), `#!${process.execPath}\n${script}`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

/** The calls that a stand-in printed; of one that still runs, those whose line is whole. */
export function callsOf(stdout: string): readonly StandInCall[] {
  return stdout
    .split('\n')
    .slice(0, -1)
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as StandInCall);
}
