import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freshDir, root } from '../support/fairlead.ts';

/** What to start an assistant with. */
export interface Session {
  /** Gateway's base URL, without `/v1`. */
  readonly gateway: string;
  readonly key: string;
  /** The repository's `origin`. */
  readonly remote: string;
  readonly prompt: string;
  /** A header the assistant is told to add to each call. */
  readonly header?: readonly [name: string, value: string];
}

/** How an assistant ended, and everything it showed. */
export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  /** Standard output and standard error, white space folded. */
  readonly shown: string;
}

interface Setup {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: { readonly [name: string]: string };
}

/** One way to use an assistant. */
export interface Client {
  readonly name: string;
  /** Name of the CLI, as tools/install-assistants.sh calls it. */
  readonly cli: 'claude' | 'codex' | 'copilot';
  readonly dialect: 'openai' | 'anthropic';
  readonly path: string;
  setUp(session: Session, home: string): Setup;
}

const claude: Client = {
  name: 'Claude Code',
  cli: 'claude',
  dialect: 'anthropic',
  path: '/v1/messages?beta=true',
  setUp: ({ gateway, key, prompt, header }) => ({
    command: 'claude',
    args: ['-p', prompt, '--allowedTools', 'Bash Read', '--output-format', 'json'],
    env: {
      ANTHROPIC_BASE_URL: gateway,
      ANTHROPIC_AUTH_TOKEN: key,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      ...(header ? { ANTHROPIC_CUSTOM_HEADERS: `${header[0]}: ${header[1]}` } : {}),
    },
  }),
};

const codex: Client = {
  name: 'Codex',
  cli: 'codex',
  dialect: 'openai',
  path: '/v1/responses',
  setUp: ({ gateway, key, prompt, header }, home) => {
    const config = [
      'model = "gpt-5.5-codex"',
      'model_provider = "fairlead"',
      '[model_providers.fairlead]',
      'name = "Fairlead"',
      `base_url = "${gateway}/v1"`,
      'wire_api = "responses"',
      'env_key = "FAIRLEAD_KEY"',
      ...(header ? [`http_headers = { "${header[0]}" = "${header[1]}" }`] : []),
    ];
    mkdirSync(join(home, '.codex'));
    writeFileSync(join(home, '.codex', 'config.toml'), `${config.join('\n')}\n`);
    return {
      command: 'codex',
      args: ['exec', '--sandbox', 'workspace-write', prompt],
      env: { FAIRLEAD_KEY: key },
    };
  },
};

/** Codex's own provider tries a WebSocket first and falls back to POST when it's answered with 426. */
const codexBuiltIn: Client = {
  name: 'Codex (built-in provider)',
  cli: 'codex',
  dialect: 'openai',
  path: '/v1/responses',
  setUp: ({ gateway, key, prompt }, home) => {
    mkdirSync(join(home, '.codex'));
    const config = `model = "gpt-5.5-codex"\nopenai_base_url = "${gateway}/v1"\n`;
    writeFileSync(join(home, '.codex', 'config.toml'), config);
    return {
      command: 'codex',
      args: ['exec', '--sandbox', 'workspace-write', prompt],
      env: { CODEX_API_KEY: key },
    };
  },
};

function copilot(wire: 'chat' | 'responses' | 'anthropic'): Client {
  const isAnthropic = wire === 'anthropic';
  const paths = { chat: '/v1/chat/completions', responses: '/v1/responses', anthropic: '/v1/messages' };
  return {
    name: `Copilot CLI (${wire})`,
    cli: 'copilot',
    dialect: isAnthropic ? 'anthropic' : 'openai',
    path: paths[wire],
    setUp: ({ gateway, key, prompt }) => ({
      command: 'copilot',
      args: ['-p', prompt, '--allow-all-tools'],
      env: {
        COPILOT_OFFLINE: 'true',
        // Its Anthropic wire adds `/v1` itself, the OpenAI-shaped ones don't.
        COPILOT_PROVIDER_BASE_URL: isAnthropic ? gateway : `${gateway}/v1`,
        COPILOT_PROVIDER_API_KEY: key,
        COPILOT_MODEL: isAnthropic ? 'claude-sonnet-5' : 'gpt-5.5',
        ...(isAnthropic ? { COPILOT_PROVIDER_TYPE: 'anthropic' } : {}),
        ...(wire === 'responses' ? { COPILOT_PROVIDER_WIRE_API: 'responses' } : {}),
      },
    }),
  };
}

/** Every assistant and wire that the lane drives. */
export const clients = {
  claude,
  codex,
  codexBuiltIn,
  copilotChat: copilot('chat'),
  copilotResponses: copilot('responses'),
  copilotAnthropic: copilot('anthropic'),
} as const;

const found = spawnSync('bash', [join(root, 'tools/install-assistants.sh'), '--check'], { encoding: 'utf8' });
const folders = new Map(
  found.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t') as [string, string]),
);

/** Why an assistant can't be driven here; null when it can. */
export function missing(client: Client): string | null {
  return folders.has(client.cli) ? null : `${client.cli} is not installed; run tools/install-assistants.sh`;
}

/** Folder of an assistant's command, for those that {@link missing} doesn't name. */
export function binOf(cli: Client['cli']): string {
  return folders.get(cli) as string;
}

/** A git repository with one commit and this remote. */
function freshRepository(home: string, remote: string): string {
  const dir = join(home, 'repository');
  mkdirSync(dir);
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@acme.example', ...args], {
      cwd: dir,
    });
  git('init', '-q', '-b', 'main');
  git('remote', 'add', 'origin', remote);
  writeFileSync(join(dir, 'README.md'), '# Payments\n');
  git('add', '.');
  git('commit', '-q', '-m', 'Begin');
  return dir;
}

/** Runs an assistant headless in a fresh home and repository, with nothing else in its environment. */
export function run(client: Client, session: Session): Promise<Ran> {
  const home = freshDir(client.cli);
  const cwd = freshRepository(home, session.remote);
  const { command, args, env } = client.setUp(session, home);
  const bin = folders.get(client.cli) as string;
  return new Promise((resolve, reject) => {
    const child = spawn(join(bin, command), args, {
      cwd,
      env: { PATH: `${bin}:/usr/local/bin:/usr/bin:/bin`, HOME: home, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let stdout = '';
    let all = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
      all += chunk;
    });
    child.stderr.on('data', (chunk) => {
      all += chunk;
    });
    // The whole group: an assistant's shell must not outlive it.
    const timer = setTimeout(() => process.kill(-(child.pid as number), 'SIGKILL'), 90_000);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, stdout, shown: folded(all) });
    });
  });
}

/** White space folded and box-drawing characters dropped, since assistants wrap what they show. */
export function folded(text: string): string {
  return text.replaceAll(/[\s\u2500-\u257f]+/gu, ' ');
}
