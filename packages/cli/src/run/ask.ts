import { FairleadError, isErrorCode } from '@fairlead/core/errors';
import { post, refusalOf } from './control.ts';
import { findLogin, type Login, readLogins } from './logins.ts';

/**
 * Asks the control plane for something and returns its JSON.
 * @throws FairleadError `server.unreachable`, or the server's own code.
 */
export async function ask<Result>(
  server: string,
  path: string,
  login: string | null,
  body: object,
): Promise<Result> {
  const answer = await post(server, path, login, body).catch((cause: unknown) => {
    throw new FairleadError('server.unreachable', { place: { path: server }, cause });
  });
  const refusal = refusalOf(answer);
  if (refusal === null) return answer.json as Result;
  const { code, message, fix } = refusal;
  if (!isErrorCode(code)) throw new FairleadError('server.internal', { message, fix });
  const { place } = (answer.json as { error: { place?: { path?: string } } } | null)?.error ?? {};
  throw new FairleadError(code, { message, fix, place });
}

/**
 * The login of this device at a server, or the newest one.
 * @throws FairleadError `run.not-enrolled`, `run.login-unusable`
 */
export function loginAt(file: string, server: string | null): Login {
  const { logins, problem } = readLogins(file);
  if (problem !== null) throw new FairleadError('run.login-unusable', { message: problem, place: { file } });
  const login = findLogin(logins, server);
  if (login !== null) return login;
  throw new FairleadError('run.not-enrolled', server === null ? {} : { place: { path: server } });
}
