/* A small client of the control API, without the server's code behind it: `fairlead run` starts fast. */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

export interface Answer {
  readonly status: number;
  readonly json: unknown;
}

/** Why a server could not be asked. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}

const timeoutMs = 10_000;
const longestAnswer = 1024 * 1024;

/** Posts JSON with a login. Rejects when no answer comes. */
export function post(server: string, path: string, login: string | null, body: object): Promise<Answer> {
  const url = new URL(path, server);
  const payload = JSON.stringify(body);
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(payload),
    ...(login === null ? {} : { authorization: `Bearer ${login}` }),
  };
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send(url, { method: 'POST', headers, timeout: timeoutMs, agent: false });
    request.on('timeout', () => request.destroy(new Error('no answer in time')));
    request.on('error', reject);
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
        if (text.length > longestAnswer) response.destroy(new Error('the answer is too long'));
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, json: parse(text) }));
    });
    request.end(payload);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What the server says against a request; null when it did what was asked. */
export function refusalOf({ status, json }: Answer): Refusal | null {
  if (status >= 200 && status < 300) return null;
  const { error } = (json ?? {}) as { readonly error?: Partial<Refusal> };
  return {
    code: error?.code ?? 'server.internal',
    message: error?.message ?? `The server answered ${status}.`,
    fix: error?.fix ?? 'Check that --server names the control URL of a Fairlead server.',
  };
}

/** Whether a login may be sent to this URL: over TLS, or to this machine. */
export function isSafeServer(url: URL): boolean {
  if (url.protocol === 'https:') return true;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return (
    url.protocol === 'http:' && (host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host))
  );
}
