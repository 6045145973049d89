import createClient from 'openapi-fetch';
import { ApiError, readFailure } from './errors.ts';
import { backgroundHeader, isAttended } from './presence.ts';
import type { paths } from './schema.ts';
import { dropSession, readSession } from './session.ts';

export const sessionHeader = 'x-fairlead-session';

const endings = new Set<() => void>();

/** Calls back when the server no longer knows the session. Returns what stops that. */
export function onSessionEnd(callback: () => void): () => void {
  endings.add(callback);
  return () => endings.delete(callback);
}

/** Headers of a request that isn't made through {@link api}. */
export function sessionHeaders(): Record<string, string> {
  const token = readSession();
  return token === null ? {} : { [sessionHeader]: token };
}

/** What every request goes through, so that a session that ended is noticed wherever that shows. */
export async function callServer(request: Request): Promise<Response> {
  const response = await fetch(request);
  if (response.status === 401 && readSession() !== null) {
    dropSession();
    for (const callback of endings) callback();
  }
  return response;
}

/** The typed client of the control API. */
export const api = createClient<paths>({ baseUrl: globalThis.location?.origin, fetch: callServer });
api.use({
  onRequest({ request }) {
    for (const [name, value] of Object.entries(sessionHeaders())) request.headers.set(name, value);
    if (!isAttended()) request.headers.set(backgroundHeader, '1');
    return request;
  },
});

/** The body of an answer. @throws ApiError when it is a refusal. */
export async function answerOf<Body>(
  pending: Promise<{ data?: Body; error?: unknown; response: Response }>,
): Promise<Body> {
  const { data, error, response } = await pending;
  if (!response.ok || data === undefined) throw new ApiError(readFailure(response.status, error));
  return data;
}
