import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type ControlPlane,
  controlPlane,
  host,
  ownOrigin,
  ownPage,
  signedIn,
  socketToken,
} from '../../../../../test/setup/control-plane.ts';

const minute = 60_000;
let plane: ControlPlane;
beforeEach(async () => {
  plane = await controlPlane();
});
afterEach(() => plane.close());

const redeem = (token: string, headers: object = ownPage) =>
  plane.app.inject({ method: 'POST', url: '/api/sign-in', headers: { ...headers }, payload: { token } });
const me = (headers: object) => plane.app.inject({ url: '/api/me', headers: { ...headers } });
const codeOf = (answer: { json(): unknown }) => (answer.json() as { error: { code: string } }).error.code;

describe('a sign-in link', () => {
  it('works once, and both its making and its use are entries without a name', async () => {
    const token = await plane.issueLink('ingrid.lund');
    const answer = await redeem(token);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      sessionToken: expect.stringMatching(/^fls_/),
      me: { principal: 'ingrid.lund', name: 'Ingrid Lund', roles: ['auditor'], via: 'session' },
      expiresAt: '2026-11-01T21:00:00.000Z',
    });
    const again = await redeem(token);
    expect([again.statusCode, codeOf(again)]).toEqual([401, 'identity.sign-in-invalid']);
    expect(plane.entries.map((entry) => 'what' in entry && entry.what)).toEqual([
      'sign-in.link-issued',
      'session.started',
    ]);
    expect(JSON.stringify(plane.entries)).not.toMatch(/ingrid|fli_|fls_/);
  });

  it('of two uses at once only one succeeds', async () => {
    const token = await plane.issueLink('ingrid.lund');
    const answers = await Promise.all([redeem(token), redeem(token), redeem(token)]);
    expect(answers.map((answer) => answer.statusCode).sort()).toEqual([200, 401, 401]);
  });

  it('is good for five minutes', async () => {
    const [early, late] = [await plane.issueLink('ingrid.lund'), await plane.issueLink('ingrid.lund')];
    plane.state.now += 5 * minute - 1;
    expect((await redeem(early)).statusCode).toBe(200);
    plane.state.now += 1;
    expect(codeOf(await redeem(late))).toBe('identity.sign-in-invalid');
  });

  it('is refused when it is wrong, mistyped or no link at all', async () => {
    const token = await plane.issueLink('ingrid.lund');
    const other = await (await controlPlane()).issueLink('ingrid.lund');
    for (const wrong of ['', 'x', `${token}x`, token.slice(0, -1), token.toLowerCase(), other]) {
      expect(codeOf(await redeem(wrong)), wrong).toBe('identity.sign-in-invalid');
    }
    expect((await redeem(token)).statusCode).toBe(200);
  });

  it('is for people of the program only', async () => {
    for (const principal of ['dependency-bot', 'nobody', '', 'Ingrid.Lund']) {
      await expect(plane.issueLink(principal)).rejects.toMatchObject({ code: 'identity.principal-unknown' });
    }
    const token = await plane.issueLink('ingrid.lund');
    plane.state.index = { ...plane.state.index, kindOf: () => null };
    expect(codeOf(await redeem(token))).toBe('identity.sign-in-invalid');
  });

  it('is made by the operator or with an admin token, never in a session', async () => {
    const make = (headers: object) =>
      plane.app.inject({
        method: 'POST',
        url: '/api/sign-in/links',
        headers: { host, ...headers },
        payload: { principal: 'dana.moss' },
      });
    const expiresAt = plane.state.now + minute;
    const tokens = await Promise.all(
      (['admin', 'keys', 'audit'] as const).map((scope) =>
        plane.identity.issueToken({ scope, expiresAt }, 'operator'),
      ),
    );
    const statuses = await Promise.all(
      tokens.map(async ({ token }) => (await make({ authorization: `Bearer ${token}` })).statusCode),
    );
    expect(statuses).toEqual([201, 403, 403]);
    const byOperator = await make({ authorization: `Bearer ${socketToken}` });
    expect(byOperator.json().url).toMatch(new RegExp(`^${ownOrigin}/#sign-in=fli_`));
    const session = await signedIn(plane, 'robin.vale');
    expect((await make({ ...session, ...ownPage })).statusCode).toBe(403);
    expect((await make({})).statusCode).toBe(401);
  });

  it('is redeemed by a page of the console only', async () => {
    const token = await plane.issueLink('ingrid.lund');
    const others = [
      { host },
      { host, origin: ownOrigin },
      { host, 'sec-fetch-site': 'same-origin' },
      { host, origin: 'http://127.0.0.1:9999', 'sec-fetch-site': 'same-site' },
      { host, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      { host, origin: 'null', 'sec-fetch-site': 'same-origin' },
      { host: 'evil.example', origin: 'http://evil.example', 'sec-fetch-site': 'same-origin' },
    ];
    const codes = await Promise.all(others.map(async (headers) => codeOf(await redeem(token, headers))));
    expect(codes).toEqual([...Array(6).fill('server.browser-refused'), 'server.host-unknown']);
    expect((await redeem(token)).statusCode).toBe(200);
  });

  it('cannot be guessed at leisure: ten failures a minute', async () => {
    for (let attempt = 0; attempt < 10; attempt += 1) expect((await redeem('x')).statusCode).toBe(401);
    const token = await plane.issueLink('ingrid.lund');
    const refused = await redeem(token);
    expect([refused.statusCode, codeOf(refused), refused.headers['retry-after']]).toEqual([
      429,
      'identity.too-many-attempts',
      '60',
    ]);
    plane.state.now += minute;
    expect((await redeem(token)).statusCode).toBe(200);
  });
});

describe('a session', () => {
  it('needs cookie and header together', async () => {
    const { cookie, ...header } = await signedIn(plane, 'ingrid.lund');
    expect((await me({ cookie, ...header })).statusCode).toBe(200);
    const other = await signedIn(plane, 'dana.moss');
    for (const part of [
      { host, cookie },
      header,
      { ...header, cookie: other.cookie },
      { ...header, cookie: cookie.replace(/.$/, (last) => (last === '0' ? '1' : '0')) },
      { ...header, cookie: cookie.replace(/\.0\./, '.1.') },
      { ...header, cookie: cookie.replace('fairlead-', 'fairlead-x') },
      { host, cookie, 'x-fairlead-session': 'fls_' },
    ]) {
      const answer = await me(part);
      expect([answer.statusCode, codeOf(answer)], JSON.stringify(part)).toEqual([
        401,
        'identity.session-invalid',
      ]);
    }
    expect(codeOf(await me({ host }))).toBe('identity.token-invalid');
  });

  it('ends after 30 minutes without a request of the person, and after 12 hours whatever happens', async () => {
    const session = await signedIn(plane, 'ingrid.lund');
    const start = plane.state.now;
    plane.state.now += 29 * minute;
    expect((await me(session)).json().expiresAt).toBe('2026-11-01T09:59:00.000Z');
    plane.state.now += 29 * minute;
    expect((await me({ ...session, 'x-fairlead-background': '1' })).statusCode).toBe(200);
    plane.state.now += minute;
    expect(codeOf(await me(session))).toBe('identity.session-invalid');

    plane.state.now = start;
    let headers = await signedIn(plane, 'ingrid.lund');
    const follow = async () => {
      const answer = await me(headers);
      const renewed = answer.headers['set-cookie'];
      if (renewed !== undefined) headers = { ...headers, cookie: String(renewed).split(';')[0] as string };
      return answer.statusCode;
    };
    for (; plane.state.now < start + 12 * 60 * minute; plane.state.now += 20 * minute) {
      expect(await follow()).toBe(200);
    }
    plane.state.now = start + 12 * 60 * minute - 1;
    expect(await follow()).toBe(200);
    plane.state.now += 1;
    expect(await follow()).toBe(401);
  });

  it('gets another cookie every ten minutes; a copied old one ends it', async () => {
    const first = await signedIn(plane, 'ingrid.lund');
    plane.state.now += 10 * minute;
    const [one, two] = await Promise.all([me(first), me(first)]);
    expect(one.headers['set-cookie']).toBe(two.headers['set-cookie']);
    const renewed = { ...first, cookie: String(one.headers['set-cookie']).split(';')[0] as string };
    expect(renewed.cookie).not.toBe(first.cookie);
    // Until the new one is seen the old one is the session's cookie: the answer may have been lost.
    plane.state.now += 5 * minute;
    expect((await me(first)).statusCode).toBe(200);
    expect((await me(renewed)).headers['set-cookie']).toBeUndefined();
    plane.state.now += minute;
    expect((await me(first)).statusCode).toBe(200);
    plane.state.now += 1;
    expect((await me(first)).statusCode).toBe(401);
    expect((await me(renewed)).statusCode).toBe(401);
    expect(plane.entries.at(-1)).toMatchObject({
      what: 'session.ended',
      details: { reason: 'an old cookie was used again' },
    });
  });

  it('ends with sign-out, and with leaving the program', async () => {
    const session = await signedIn(plane, 'ingrid.lund');
    const out = await plane.app.inject({
      method: 'POST',
      url: '/api/sign-out',
      headers: { ...session, ...ownPage },
    });
    expect([out.statusCode, String(out.headers['set-cookie'])]).toEqual([
      200,
      expect.stringContaining('Max-Age=0'),
    ]);
    expect((await me(session)).statusCode).toBe(401);
    expect(plane.entries.at(-1)).toMatchObject({ what: 'session.ended', details: { reason: 'signed out' } });
    const other = await signedIn(plane, 'ingrid.lund');
    plane.state.index = { ...plane.state.index, kindOf: () => null };
    expect((await me(other)).statusCode).toBe(401);
  });

  it('changes something only from a page of the console', async () => {
    const session = await signedIn(plane, 'robin.vale');
    const body = {
      principal: 'dana.moss',
      repositories: ['acme/shop'],
      assistant: 'codex',
      expiresAt: '2026-11-02T00:00:00Z',
    };
    const issue = (headers: object) =>
      plane.app.inject({
        method: 'POST',
        url: '/api/keys',
        headers: { ...session, ...headers },
        payload: body,
      });
    for (const headers of [
      {},
      { origin: ownOrigin },
      { 'sec-fetch-site': 'same-origin' },
      { origin: ownOrigin, 'sec-fetch-site': 'none' },
      { origin: 'http://127.0.0.1:9999', 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    ]) {
      const answer = await issue(headers);
      expect([answer.statusCode, codeOf(answer)], JSON.stringify(headers)).toEqual([
        400,
        'server.browser-refused',
      ]);
    }
    expect((await issue(ownPage)).statusCode).toBe(201);
    expect(plane.entries.at(-1)).toMatchObject({
      what: 'key.issued',
      details: { by: expect.stringMatching(/^person:p-/) },
    });
  });

  it('is not read by a page of another port, which gets the cookie too', async () => {
    const session = await signedIn(plane, 'robin.vale');
    const other = { ...session, origin: 'http://127.0.0.1:9999', 'sec-fetch-site': 'same-site' };
    expect(codeOf(await me(other))).toBe('server.browser-refused');
    expect((await me({ ...session, 'sec-fetch-site': 'same-site' })).statusCode).toBe(400);
    const preflight = await plane.app.inject({
      method: 'OPTIONS',
      url: '/api/me',
      headers: { host, origin: ownOrigin },
    });
    expect([preflight.statusCode, preflight.headers['access-control-allow-origin']]).toEqual([
      404,
      undefined,
    ]);
  });

  it('is never mixed with a token', async () => {
    const session = await signedIn(plane, 'robin.vale');
    const answer = await me({ ...session, authorization: 'Bearer flt_wrong' });
    expect([answer.statusCode, codeOf(answer)]).toEqual([401, 'identity.token-invalid']);
  });

  it('hands out no token that may do more than the person', async () => {
    const session = await signedIn(plane, 'elena.rossi');
    const issue = async (scope: string) => {
      const payload = { scope, expiresAt: '2026-11-02T00:00:00Z' };
      const headers = { ...session, ...ownPage };
      return (await plane.app.inject({ method: 'POST', url: '/api/tokens', headers, payload })).statusCode;
    };
    expect(await issue('keys')).toBe(201);
    expect(await issue('metrics')).toBe(201);
    for (const scope of ['admin', 'audit', 'witness']) expect(await issue(scope), scope).toBe(403);
  });
});

describe('the cookie', () => {
  it('is closed to scripts and other sites, and named after the installation', async () => {
    const answer = await redeem(await plane.issueLink('ingrid.lund'));
    expect(answer.headers['set-cookie']).toMatch(
      /^fairlead-0f1e2d3c4b5a=[0-9a-f]{32}\.0\.[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
  });

  it('is bound to the host under TLS', async () => {
    const behind = await controlPlane({ tls: true });
    const headers = { host: 'localhost', origin: 'https://localhost', 'sec-fetch-site': 'same-origin' };
    const payload = { token: await behind.issueLink('ingrid.lund') };
    const answer = await behind.app.inject({ method: 'POST', url: '/api/sign-in', headers, payload });
    expect(answer.headers['set-cookie']).toMatch(
      /^__Host-fairlead-0f1e2d3c4b5a=.*; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
    await behind.close();
  });
});
