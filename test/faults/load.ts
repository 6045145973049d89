import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the callers saw of one answer. */
export interface Answer {
  readonly status: number;
  readonly op: string | null;
  readonly retryAfter: string | null;
  readonly body: string;
}

/** One chat call. Rejects when the connection breaks before the head of the answer is there. */
export function chat(
  gateway: string,
  key: string,
  prompt: string,
  agent?: Agent,
  onHead?: (answer: IncomingMessage) => void,
): Promise<Answer> {
  const body = JSON.stringify({ model: 'gpt-5.5', messages: [{ role: 'user', content: prompt }] });
  return new Promise((done, failed) => {
    const call = request(`${gateway}/v1/chat/completions`, {
      method: 'POST',
      ...(agent === undefined ? {} : { agent }),
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${key}`,
        'content-length': Buffer.byteLength(body),
      },
    });
    call.on('error', failed);
    call.on('response', (response) => {
      onHead?.(response);
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', failed);
      response.on('end', () =>
        done({
          status: response.statusCode ?? 0,
          op: headerOf(response, 'x-fairlead-op'),
          retryAfter: headerOf(response, 'retry-after'),
          body: text,
        }),
      );
    });
    call.end(body);
  });
}

export function headerOf(response: IncomingMessage, name: string): string | null {
  const value = response.headers[name];
  return typeof value === 'string' ? value : null;
}

/** A running load of `inFlight` callers, each sending one call after another. */
export interface Load {
  /** Operation ids of the allowed calls whose answer reached a caller, be it only its head. */
  readonly acknowledged: ReadonlySet<string>;
  /** Statuses other than 200 that arrived. */
  readonly unexpected: readonly string[];
  /** Stops sending and waits for the callers. */
  stop(): Promise<void>;
}

/** Keeps `inFlight` calls under way until stopped. Every prompt is unique, so that every body has its own digest. */
export function startLoad(gateway: string, key: string, inFlight: number, tag: string): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: inFlight });
  const acknowledged = new Set<string>();
  const unexpected: string[] = [];
  let running = true;
  const caller = async (number: number): Promise<void> => {
    for (let turn = 0; running; turn++) {
      try {
        await chat(gateway, key, `${tag} caller ${number} turn ${turn}`, agent, (response) => {
          const op = headerOf(response, 'x-fairlead-op');
          if (response.statusCode !== 200) unexpected.push(`${response.statusCode}`);
          else if (op !== null) acknowledged.add(op);
        });
      } catch {
        await sleep(5); // the gateway is gone: the call was never acknowledged
      }
    }
  };
  const callers = Array.from({ length: inFlight }, (_, number) => caller(number));
  return {
    acknowledged,
    unexpected,
    stop: async () => {
      running = false;
      await Promise.all(callers);
      agent.destroy();
    },
  };
}
