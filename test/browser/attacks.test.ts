/* What a hostile page can try against the console of somebody who is signed in, from a real browser. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { send } from '../support/client.ts';
import { type Attacker, startAttacker } from './attacker.ts';
import { launchChromium } from './chromium.ts';
import { type Demo, startDemo } from './demo.ts';
import { type ConsoleView, openView } from './page.ts';

let browser: Browser;
let demo: Demo;
let attacker: Attacker;
let view: ConsoleView;
/** A window of the same browser, so with the same cookies, that shows the attacker's page. */
let evil: Page;

beforeAll(async () => {
  [browser, demo, attacker] = await Promise.all([
    launchChromium(inject('chromiumPath'), ['--host-resolver-rules=MAP rebound.example 127.0.0.1']),
    startDemo(),
    startAttacker(),
  ]);
  view = await openView(browser, demo.console);
  await view.page.goto(await demo.signInLink());
  await view.page.getByRole('button', { name: 'Your account' }).waitFor();
});
beforeEach(async () => {
  evil = await view.page.context().newPage();
});
afterAll(async () => {
  await view.close();
  await browser.close();
  await demo.close();
  await attacker.close();
});

interface Key {
  readonly id: string;
  readonly revokedAt: string | null;
}
const liveKeys = async () =>
  ((await (await demo.ask('/api/keys')).json()) as Key[]).filter(({ revokedAt }) => revokedAt === null);

describe('a server on another port', () => {
  it('is sent the cookie, which alone opens nothing', async () => {
    await evil.goto(attacker.url);
    const cookie = attacker.asked.map((headers) => headers.cookie).find((text) => text?.includes('fairlead'));
    expect(cookie, 'browsers share cookies between ports, hence the second token').toContain('fairlead-');
    const stolen = ['cookie', cookie as string];
    for (const more of [[], ['sec-fetch-site', 'same-origin', 'origin', demo.console]]) {
      const answer = await send(demo.console, { path: '/api/me', headers: [...stolen, ...more] });
      expect(answer.status).toBe(401);
      expect(answer.text).not.toContain('robin');
    }
  });

  it('can’t see the token that goes with it', async () => {
    await evil.goto(attacker.url);
    expect(
      await evil.evaluate(() => ({ session: { ...sessionStorage }, local: { ...localStorage } })),
    ).toEqual({
      session: {},
      local: {},
    });
    const heard = await evil.evaluate(async () => {
      const channel = new BroadcastChannel('fairlead.session');
      const answers: unknown[] = [];
      channel.onmessage = ({ data }) => answers.push(data);
      channel.postMessage({ ask: true });
      await new Promise((done) => setTimeout(done, 500));
      return answers;
    });
    expect(heard).toEqual([]);
  });

  it('reads nothing of the API, and changes nothing through it', async () => {
    const before = await liveKeys();
    await evil.goto(attacker.url);
    const outcomes = await evil.evaluate(
      async ([console, key]) => {
        const attempt = (path: string, init: RequestInit) =>
          fetch(`${console}${path}`, { credentials: 'include', ...init }).then(
            async (response) => `${response.status} ${await response.text()}`,
            (error: Error) => error.name,
          );
        const json = { 'content-type': 'application/json' };
        const revoke = { method: 'POST', body: '{"reason":"evil"}' };
        return Promise.all([
          attempt('/api/me', {}),
          attempt('/api/me', { mode: 'no-cors' }),
          attempt('/api/me', { headers: { 'x-fairlead-session': 'fls_guess' } }),
          attempt(`/api/keys/${key}/revoke`, { ...revoke, headers: json }),
          attempt(`/api/keys/${key}/revoke`, {
            ...revoke,
            mode: 'no-cors',
            headers: { 'content-type': 'text/plain' },
          }),
          attempt('/api/sign-out', { method: 'POST', mode: 'no-cors', body: '{}' }),
        ]);
      },
      [demo.console, before[0]?.id] as const,
    );
    // An answer without CORS headers can't be read: the fetch fails, or is empty with `no-cors`.
    for (const outcome of outcomes) expect(outcome).toMatch(/^(TypeError|0 )/);
    expect(await liveKeys()).toEqual(before);
    expect(await stillSignedIn()).toBe(200);
  });

  it('can’t post a form in the victim’s name', async () => {
    const before = await liveKeys();
    for (const enctype of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data']) {
      attacker.serve(`<form method="post" enctype="${enctype}" action="${demo.console}/api/keys/${before[0]?.id}/revoke">
        <input name='{"reason":"' value='evil"}'></form><script>document.forms[0].submit()</script>`);
      const answered = evil.waitForResponse((response) => response.url().endsWith('/revoke'));
      await evil.goto(attacker.url).catch(() => undefined);
      expect(await (await answered).text()).toContain('server.browser-refused');
    }
    expect(await liveKeys()).toEqual(before);
  });

  it('can’t show the console in a frame', async () => {
    attacker.serve(`<iframe src="${demo.console}/"></iframe>`);
    await evil.goto(attacker.url);
    await evil.waitForTimeout(500);
    const inside = evil.frames().find((frame) => frame !== evil.mainFrame());
    expect(await inside?.locator('#root').count()).toBe(0);
  });
});

const stillSignedIn = () =>
  view.page.evaluate(async () => {
    const token = sessionStorage.getItem('fairlead.session') ?? '';
    return (await fetch('/api/me', { headers: { 'x-fairlead-session': token } })).status;
  });

describe('a name that was rebound to this machine', () => {
  it('is answered with a refusal, page and API alike', async () => {
    const { port } = new URL(demo.console);
    for (const path of ['/', '/api/me', '/api/openapi.json', '/assets/index.js']) {
      const answer = await evil.goto(`http://rebound.example:${port}${path}`);
      expect(answer?.status(), path).toBe(421);
      expect(await evil.locator('#root').count()).toBe(0);
    }
  });
});

describe('a link into the console', () => {
  it('can’t bring a script along', async () => {
    const evils = [
      '/audit?q=%3Cimg%20src%3Dx%20onerror%3D%22attacked%3D1%22%3E',
      '/audit?decision=%3Cscript%3Eattacked%3D1%3C%2Fscript%3E',
      '/sessions/%3Cimg%20src%3Dx%20onerror%3D%22attacked%3D1%22%3E',
      '/#sign-in=%3Cimg%20src%3Dx%20onerror%3D%22attacked%3D1%22%3E',
    ];
    for (const path of evils) {
      await evil.goto(new URL(path, demo.console).href);
      await evil.waitForSelector('h1');
      expect(await evil.evaluate(() => 'attacked' in globalThis), path).toBe(false);
      expect(await evil.locator('#root img, #root script').count()).toBe(0);
    }
  });
});

describe('what gets into the page in spite of all', () => {
  it('does not run, and can’t send anything elsewhere', async () => {
    await evil.goto(`${demo.console}/sign-in`);
    const result = await evil.evaluate(async (elsewhere) => {
      const script = document.createElement('script');
      script.textContent = 'globalThis.attacked = true';
      document.body.append(script);
      const image = document.createElement('div');
      image.innerHTML = '<img src=x onerror="globalThis.attacked = true">';
      document.body.append(image);
      await new Promise((done) => setTimeout(done, 300));
      const sent = await fetch(elsewhere).then(
        () => 'sent',
        () => 'blocked',
      );
      return { attacked: 'attacked' in globalThis, sent };
    }, attacker.url);
    expect(result).toEqual({ attacked: false, sent: 'blocked' });
  });
});
