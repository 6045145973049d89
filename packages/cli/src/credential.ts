/*
 * `fairlead credential --run FOLDER`: prints a token for an assistant that `fairlead run` started. Assistants call it
 * again and again, some before every request, so it is an entry of its own that loads nothing but Node.
 */
import { post, refusalOf } from './run/control.ts';
import { findLogin, readLogins } from './run/logins.ts';
import { cachedToken, cacheToken, readRun } from './run/token-cache.ts';

const [option, folder] = process.argv.slice(process.argv[2] === 'credential' ? 3 : 2);

function fail(message: string): never {
  process.stderr.write(`fairlead: ${message}\n`);
  process.exit(1);
}

async function fresh(runFolder: string): Promise<string> {
  const { server, logins, assistant, remotes } = readRun(runFolder);
  const kept = readLogins(logins);
  if (kept.problem !== null) fail(kept.problem);
  const login = findLogin(kept.logins, server);
  if (login === null) fail('this device is no longer enrolled; enrol it again and start the assistant anew.');
  const answer = await post(server, '/api/run/tokens', login.login, { assistant, remotes, use: 'refresh' });
  const refusal = refusalOf(answer);
  if (refusal !== null) fail(`${refusal.code}: ${refusal.message} ${refusal.fix}`);
  const { token, lifeSeconds } = answer.json as { readonly token: string; readonly lifeSeconds: number };
  cacheToken(runFolder, token, lifeSeconds, Date.now());
  return token;
}

if (option !== '--run' || folder === undefined) fail('usage: fairlead credential --run FOLDER');
try {
  process.stdout.write(`${cachedToken(folder, Date.now()) ?? (await fresh(folder))}\n`);
} catch (error) {
  const { code } = error as { code?: string };
  const gone =
    code === 'ENOENT' ? 'this run is over' : `the Fairlead server did not answer (${code ?? 'unknown'})`;
  fail(`${gone}.`);
}
