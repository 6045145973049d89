import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import type { Prepared } from './requests.ts';

/** What a client saw of its call. */
export interface Seen {
  /** Null when there was no answer. */
  readonly status: number | null;
  /** Reason ids of a refusal, joined by commas. */
  readonly reason: string | null;
  readonly end: 'whole' | 'hung-up' | 'broken';
}

/** Clients that call the gateway over few connections, so that others always find it free. */
export interface Clients {
  /** Makes one call and reads the answer to its end, or hangs up once it has begun. Never rejects. */
  call(key: string, prepared: Prepared, hangsUp: boolean): Promise<Seen>;
  close(): void;
}

const answerWithinMs = 30_000;

/** @param gateway `http://host:port`, on loopback */
export function createClients(gateway: string, connections: number): Clients {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return {
    call: (key, prepared, hangsUp) => callOnce(gateway, agent, key, prepared, hangsUp),
    close: () => agent.destroy(),
  };
}

function callOnce(
  gateway: string,
  agent: Agent,
  key: string,
  { path, headers, bytes }: Prepared,
  hangsUp: boolean,
): Promise<Seen> {
  return new Promise((resolve) => {
    const request = httpRequest(`${gateway}${path}`, {
      method: 'POST',
      agent,
      headers: { ...headers, authorization: `Bearer ${key}`, 'content-length': bytes.length },
    });
    let answer: IncomingMessage | null = null;
    const settle = (end: Seen['end']) => {
      const reason = answer?.headers['x-fairlead-reason'];
      resolve({ status: answer?.statusCode ?? null, reason: reason ? String(reason) : null, end });
    };
    request.setTimeout(answerWithinMs, () => request.destroy(new Error('no answer in time')));
    request.on('error', () => settle('broken'));
    request.on('response', (response) => {
      answer = response;
      response.on('error', () => settle('broken'));
      response.on('end', () => settle('whole'));
      response.on('data', () => {
        if (!hangsUp) return;
        settle('hung-up');
        request.destroy();
      });
    });
    request.end(bytes);
  });
}
