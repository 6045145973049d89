import { call, routes } from '../support/calls.ts';
import { freshDir, type RunningFairlead, startFairlead } from '../support/fairlead.ts';

/** A person of the example program who may administer and read everything that the console shows. */
export const administrator = 'robin.vale';

/** The real demo server, with a few real calls through its gateway. */
export interface Demo {
  readonly app: RunningFairlead;
  readonly console: string;
  /** A fresh sign-in link; each works once. */
  signInLink(principal?: string): Promise<string>;
  /** Asks the control API as an administrator, past the browser. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

export async function startDemo(history = false): Promise<Demo> {
  const app = await startFairlead({ readyWithinMs: 60_000, history });
  const { ready } = app;
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(new URL(path, ready.console), {
      ...init,
      headers: { authorization: `Bearer ${ready.adminToken}`, 'content-type': 'application/json' },
    });
  return {
    app,
    console: ready.console,
    ask,
    signInLink: async (principal = administrator) => {
      const answer = await ask('/api/sign-in/links', { method: 'POST', body: JSON.stringify({ principal }) });
      const { url } = (await answer.json()) as { url: string };
      return url;
    },
    close: async () => {
      await app.stop();
    },
  };
}

/** Allowed calls, and one refused for each reason that the demo's keys can be refused for. */
export async function makeCalls({ app }: Demo): Promise<void> {
  const { gateway, keys } = app.ready;
  const hello = (key: string) => call(gateway, routes.chat, key, routes.chat.body('Say hello.'));
  await hello(keys.allowed);
  await call(gateway, routes.messages, keys.allowed, routes.messages.body('What is a fairlead?'));
  await hello(keys.unlisted);
  await hello(keys.outsideStage);
  const unlisted = routes.chat.body('Say hello.', { model: 'gpt-0-unheard-of' });
  await call(gateway, routes.chat, keys.allowed, unlisted);
  const secret = ['AKIA', 'Q7EXAMPLE', 'K2M4P6RS'].join('').slice(0, 20);
  await call(gateway, routes.chat, keys.allowed, routes.chat.body(`deploy with ${secret}`));
  await app.entry(({ outcome }) => outcome === 'completed');
}

/** A folder to save a file in; deleted with the others at the end. */
export const downloadDir = () => freshDir('downloads');
