import { type Incoming, type Outgoing, send } from './client.ts';

/** One governed endpoint with what a test needs to call it. */
export interface Route {
  readonly path: string;
  readonly dialect: 'openai' | 'anthropic';
  readonly model: string;
  /** Status of a policy refusal on this route. */
  readonly refusal: 400 | 451;
  /** A body whose only user text is the given one. */
  body(text: string, more?: object): object;
}

const messages = (text: string) => [{ role: 'user', content: text }];

/** The governed endpoints. */
export const routes: Readonly<Record<'chat' | 'responses' | 'messages' | 'countTokens', Route>> = {
  chat: {
    path: '/v1/chat/completions',
    dialect: 'openai',
    model: 'gpt-5.5',
    refusal: 400,
    body: (text, more) => ({ model: 'gpt-5.5', messages: messages(text), ...more }),
  },
  responses: {
    path: '/v1/responses',
    dialect: 'openai',
    model: 'gpt-5.5-codex',
    refusal: 400,
    body: (text, more) => ({ model: 'gpt-5.5-codex', store: false, input: messages(text), ...more }),
  },
  messages: {
    path: '/v1/messages',
    dialect: 'anthropic',
    model: 'claude-sonnet-5',
    refusal: 451,
    body: (text, more) => ({
      model: 'claude-sonnet-5',
      max_tokens: 64,
      messages: messages(text),
      ...more,
    }),
  },
  countTokens: {
    path: '/v1/messages/count_tokens',
    dialect: 'anthropic',
    model: 'claude-sonnet-5',
    refusal: 451,
    body: (text, more) => ({ model: 'claude-sonnet-5', messages: messages(text), ...more }),
  },
};

/** The three routes that assistants talk over. */
export const assistantRoutes: readonly Route[] = [routes.chat, routes.responses, routes.messages];

/** Headers of a plain call with this key in the place the dialect's clients use. */
export function headersFor(route: Route, key: string): string[] {
  return route.dialect === 'anthropic'
    ? ['content-type', 'application/json', 'anthropic-version', '2023-06-01', 'x-api-key', key]
    : ['content-type', 'application/json', 'authorization', `Bearer ${key}`];
}

/** Calls a route with a key; `body` may be an object, text or bytes. */
export function call(
  gateway: string,
  route: Route,
  key: string,
  body: object | string | Buffer,
  more: Omit<Outgoing, 'body'> = {},
): Promise<Incoming> {
  const bytes = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  return send(gateway, {
    method: 'POST',
    path: route.path,
    ...more,
    headers: [...headersFor(route, key), ...(more.headers ?? [])],
    body: bytes,
  });
}

/** The message a client would show for a refusal, in either dialect. */
export function refusalText(answer: Incoming): string {
  return String(answer.json?.error?.message ?? '');
}
