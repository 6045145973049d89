import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ApprovedServer, type ConfigFinding, scanProjectConfig } from '@fairlead/core/assistant-config';
import { FairleadError } from '@fairlead/core/errors';
import { ask, loginAt } from './ask.ts';
import { clientOf, type RunnableClient, type Setting } from './clients/index.ts';
import { readRemotes, repositoryRoot } from './git.ts';
import { type Login, loginsFile } from './logins.ts';
import { readProjectConfig } from './project.ts';
import { untilEnd } from './until-end.ts';

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

/** The command that assistants get their tokens from; what it reads is written below. */
const credentialEntry = join(import.meta.dirname, '../../../../bin/credential.js');

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
  const { command, args, model, cwd, environment } = options;
  const { client, terms } = run;
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-run-'));
  let session: string | null = null;
  try {
    if (!options.helper) session = await sessionToken(run);
    const credential =
      session === null ? helperIn(folder, options, run) : ({ kind: 'token', token: session } as const);
    const { gateway, models } = terms;
    const start = client.start({ gateway, folder, args, model, models, credential, environment });
    for (const [name, text] of start.files) writeFileSync(join(folder, name), text, { mode: 0o600 });
    // The operator's token is nothing that an assistant should find.
    const { FAIRLEAD_TOKEN: _, ...env } = start.environment;
    return await untilEnd(spawn(command, start.args, { stdio: 'inherit', env, cwd }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
    if (session !== null) await endSession(run, session);
  }
}

/** The Node at hand and the entry itself: neither a launcher nor a search path stands between. */
function helperIn(
  folder: string,
  { environment }: RunOptions,
  { login, client, remotes, terms }: PreparedRun,
): Setting['credential'] {
  const run = { server: login.server, logins: loginsFile(environment), assistant: client.assistant, remotes };
  writeFileSync(join(folder, 'run.json'), JSON.stringify(run), { mode: 0o600 });
  const command = [process.execPath, credentialEntry, '--run', folder];
  return { kind: 'command', command, refreshSeconds: Math.max(1, Math.floor(terms.tokenLifeSeconds / 3)) };
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
