import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ApprovedServer, type ConfigFinding, scanProjectConfig } from '@fairlead/core/assistant-config';
import { FairleadError } from '@fairlead/core/errors';
import { ask, loginAt } from './ask.ts';
import { clientOf, type RunnableClient, type Setting } from './clients/index.ts';
import { readRemotes, repositoryRoot } from './git.ts';
import { type Login, loginsFile } from './logins.ts';
import { readProjectConfig } from './project.ts';
import { writeRun } from './token-cache.ts';

export interface RunOptions {
  readonly server: string | null;
  /** Name of the one remote that counts; null: all of them. */
  readonly remote: string | null;
  readonly model: string | null;
  /** False: one token for the whole session, for assistants that can't call a helper. */
  readonly helper: boolean;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** What the control plane says before anything is started. */
interface Terms {
  readonly gateway: string;
  readonly repositories: readonly string[];
  readonly repositoryEvidence: 'token' | 'claim';
  readonly tokenLifeSeconds: number;
  readonly models: Setting['models'];
  readonly mcpServers: readonly ApprovedServer[];
}

/** A run that may start: everything was asked and looked at. */
export interface PreparedRun {
  readonly client: RunnableClient;
  readonly login: Login;
  readonly terms: Terms;
  readonly remotes: readonly string[];
  /** What the project's own config takes over; nothing starts while there is any. */
  readonly findings: readonly ConfigFinding[];
}

const credentialEntry = fileURLToPath(new URL('../credential.ts', import.meta.url));

/**
 * Asks whether the assistant may be started here, and looks at what the project would do to it.
 * @throws FairleadError of the run area, and the server's own refusals.
 */
export async function prepareRun(options: RunOptions): Promise<PreparedRun> {
  const { command, cwd, server, remote, environment } = options;
  const client = clientOf(command);
  if (!client) throw new FairleadError('run.assistant-unknown', { place: { path: command.slice(0, 60) } });
  const login = loginAt(loginsFile(environment), server);
  const root = await repositoryRoot(cwd);
  const found = await readRemotes(root, remote);
  const remotes = [...new Set(found.flatMap(({ urls }) => urls))];
  const request = { assistant: client.assistant, remotes };
  const terms = await ask<Terms>(login.server, '/api/run/terms', login.login, request);
  const findings = scanProjectConfig(readProjectConfig(root, cwd), terms.mcpServers);
  return { client, login, terms, remotes, findings };
}

/** Starts the assistant and waits for its end. Returns its exit code. */
export async function startAssistant(options: RunOptions, run: PreparedRun): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-run-'));
  const session = options.helper ? null : await sessionToken(run);
  try {
    const { client, login, terms, remotes } = run;
    const { server } = login;
    writeRun(folder, {
      server,
      logins: loginsFile(options.environment),
      assistant: client.assistant,
      remotes,
    });
    const setting: Setting = {
      gateway: terms.gateway,
      folder,
      args: options.args,
      model: options.model,
      models: terms.models,
      credential: session === null ? helperOf(folder, terms) : { kind: 'token', token: session },
      environment: options.environment,
    };
    const start = client.start(setting);
    for (const [name, text] of start.files) writeFileSync(join(folder, name), text, { mode: 0o600 });
    // The operator's token is nothing that an assistant should find.
    const { FAIRLEAD_TOKEN: _, ...environment } = start.environment;
    return await untilEnd(
      spawn(options.command, start.args, { stdio: 'inherit', env: environment, cwd: options.cwd }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
    if (session !== null) await endSession(run, session);
  }
}

/** The Node at hand and the entry itself: neither a launcher nor a search path stands between. */
function helperOf(folder: string, { tokenLifeSeconds }: Terms): Setting['credential'] {
  const command = [
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    credentialEntry,
    '--run',
    folder,
  ];
  return { kind: 'command', command, refreshSeconds: Math.max(1, Math.floor(tokenLifeSeconds / 3)) };
}

async function sessionToken({ login, client, remotes }: PreparedRun): Promise<string> {
  const body = { assistant: client.assistant, remotes, use: 'session' };
  const { token } = await ask<{ token: string }>(login.server, '/api/run/tokens', login.login, body);
  return token;
}

/** A session's token would outlive its run; when that can't be said, it expires by itself. */
async function endSession({ login }: PreparedRun, token: string): Promise<void> {
  await ask(login.server, '/api/run/tokens/end', login.login, { token }).catch(() => {
    process.stderr.write(
      'fairlead: the token of this session could not be ended; it expires within 12 hours.\n',
    );
  });
}

const passedOn = process.platform === 'win32' ? [] : (['SIGTERM', 'SIGHUP'] as const);

function untilEnd(child: ChildProcess): Promise<number> {
  // A terminal's Ctrl-C and Ctrl-\ reach the assistant by themselves, and are its to answer.
  const ignore = () => undefined;
  process.on('SIGINT', ignore);
  process.on('SIGQUIT', ignore);
  const handlers = passedOn.map((signal) => [signal, () => child.kill(signal)] as const);
  for (const [signal, handler] of handlers) process.on(signal, handler);
  return new Promise<number>((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      const message = `The assistant could not be started (${error.code ?? 'unknown'}).`;
      reject(new FairleadError('run.assistant-missing', { message }));
    });
    child.on('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  }).finally(() => {
    process.off('SIGINT', ignore);
    process.off('SIGQUIT', ignore);
    for (const [signal, handler] of handlers) process.off(signal, handler);
  });
}
