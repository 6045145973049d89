import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';

export const kinds = ['allowed', 'streamed', 'refused', 'aborted'] as const;
export type Kind = (typeof kinds)[number];

/** A steady mix of calls until it is stopped. */
export interface Calls {
  /** Calls by kind that went as they should. */
  readonly counts: Readonly<Record<Kind, number>>;
  /** What went otherwise, by what it was. */
  readonly unexpected: ReadonlyMap<string, number>;
  /** Operations of calls that were let through and whose answer began. */
  readonly acknowledged: ReadonlySet<string>;
  /** Calls that were put off because too many were under way. */
  readonly behind: () => number;
  /** Stops, and waits for the calls under way. */
  stop(): Promise<void>;
}

/** Half whole, a quarter streamed, the rest refused or left in the middle of the stream. */
const mix: readonly Kind[] = [
  ...(['allowed', 'streamed', 'allowed', 'refused', 'allowed', 'streamed', 'allowed', 'aborted'] as const),
];
const mostUnderWay = 64;
const promptBytes = 1_500;

export interface CallsOptions {
  readonly gateway: string;
  readonly keys: { readonly allowed: string; readonly unlisted: string };
  readonly perSecond: number;
}

export function startCalls({ gateway, keys, perSecond }: CallsOptions): Calls {
  const agent = new Agent({ keepAlive: true, maxSockets: mostUnderWay });
  const counts: Record<Kind, number> = { allowed: 0, streamed: 0, refused: 0, aborted: 0 };
  const unexpected = new Map<string, number>();
  const acknowledged = new Set<string>();
  const underWay = new Set<Promise<void>>();
  let sent = 0;
  let behind = 0;
  const note = (what: string) => void unexpected.set(what, (unexpected.get(what) ?? 0) + 1);
  const one = async (kind: Kind): Promise<void> => {
    const key = kind === 'refused' ? keys.unlisted : keys.allowed;
    try {
      const { status, op } = await call(agent, gateway, key, kind);
      const fine = kind === 'refused' ? status === 400 || status === 451 : status === 200;
      if (!fine) return note(`${kind}: ${status}`);
      counts[kind] += 1;
      if (kind !== 'refused' && op !== null) acknowledged.add(op);
    } catch (error) {
      note(`${kind}: ${(error as { code?: string }).code ?? 'error'}`);
    }
  };
  const timer = setInterval(() => {
    if (underWay.size >= mostUnderWay) {
      behind += 1;
      return;
    }
    const running = one(mix[sent++ % mix.length]!).finally(() => underWay.delete(running));
    underWay.add(running);
  }, 1_000 / perSecond);
  return {
    counts,
    unexpected,
    acknowledged,
    behind: () => behind,
    stop: async () => {
      clearInterval(timer);
      await Promise.all(underWay);
      agent.destroy();
    },
  };
}

/** One chat call with a text of its own. An aborted one is left after the first bytes of its stream. */
function call(
  agent: Agent,
  gateway: string,
  key: string,
  kind: Kind,
): Promise<{ readonly status: number; readonly op: string | null }> {
  const content = `Explain this. ${randomBytes(promptBytes / 2)
    .toString('hex')
    .replaceAll(/(.{9})/g, '$1 ')}`;
  const stream = kind === 'streamed' || kind === 'aborted';
  const body = JSON.stringify({
    model: 'gpt-5.5',
    max_tokens: 16,
    stream,
    messages: [{ role: 'user', content }],
  });
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${key}`,
    'content-length': Buffer.byteLength(body),
  };
  return new Promise((done, failed) => {
    const sending = request(`${gateway}/v1/chat/completions`, { method: 'POST', agent, headers });
    sending.on('error', failed);
    sending.on('response', (response) => {
      const status = response.statusCode ?? 0;
      const op = response.headers['x-fairlead-op'];
      const seen = { status, op: typeof op === 'string' ? op : null };
      response.on('error', failed);
      response.on('end', () => done(seen));
      response.on('data', () => {
        if (kind !== 'aborted') return;
        done(seen);
        response.removeAllListeners('error').on('error', () => undefined);
        sending.removeAllListeners('error').on('error', () => undefined);
        sending.destroy();
      });
    });
    sending.end(body);
  });
}
