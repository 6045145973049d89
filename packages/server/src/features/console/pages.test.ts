import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ControlPlane, controlPlane, host, ownOrigin } from '../../../../../test/setup/control-plane.ts';
import { type TemporaryFolder, temporaryFolder } from '../../../../../test/setup/database.ts';
import { noncePlaceholder } from './pages.ts';

const html = { host, accept: 'text/html,application/xhtml+xml' };
let folder: TemporaryFolder;
let plane: ControlPlane;
beforeAll(async () => {
  folder = temporaryFolder();
  const page = `<html><meta property="csp-nonce" nonce="${noncePlaceholder}"><style nonce="${noncePlaceholder}"></style>`;
  writeFileSync(join(folder.path, 'index.html'), page);
  writeFileSync(join(folder.path, 'favicon.svg'), '<svg/>');
  mkdirSync(join(folder.path, 'assets'));
  writeFileSync(join(folder.path, 'assets', 'main-1a2b.js'), 'export {};');
  writeFileSync(join(folder.path, '..', 'outside.txt'), 'outside');
  plane = await controlPlane({ folder: folder.path });
});
afterAll(async () => {
  await plane.close();
  folder.remove();
});

const get = (url: string, headers: object = html) => plane.app.inject({ url, headers: { ...headers } });

describe('the page', () => {
  it('comes with a policy whose nonce is new in every answer', async () => {
    const [one, two] = [await get('/'), await get('/audit/01a2178b')];
    const nonces = [one, two].map((answer) => {
      expect(answer.statusCode).toBe(200);
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
      const policy = String(answer.headers['content-security-policy']);
      const nonce = /style-src 'self' 'nonce-([A-Za-z0-9+/]{22}==)'/.exec(policy)?.[1] ?? '';
      for (const part of [
        "default-src 'self'",
        "script-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
      ]) {
        expect(policy.split('; ')).toContain(part);
      }
      expect(policy).not.toMatch(/unsafe|\*|https?:/);
      expect(answer.body.split(nonce)).toHaveLength(3);
      return nonce;
    });
    expect(nonces[0]).not.toBe(nonces[1]);
  });

  it.each(['/api/nothing', '/api', '/log/nothing', '/metrics/x', '/assets/none', '/no.txt', '/a/b.js'])(
    'does not stand in for %s',
    async (path) => expect((await get(path)).statusCode).toBe(404),
  );

  it('is for browsers: a program that asks for a path that is not there is told so', async () => {
    expect((await get('/audit', { host })).statusCode).toBe(404);
    expect((await get('/audit', { host, accept: 'application/json' })).statusCode).toBe(404);
    expect((await get('/', { host })).statusCode).toBe(200);
  });

  it('may be linked to from elsewhere, but not read or framed', async () => {
    const link = {
      ...html,
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    };
    expect((await get('/', link)).statusCode).toBe(200);
    for (const other of [
      { ...link, 'sec-fetch-dest': 'iframe' },
      { ...link, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' },
      { ...link, origin: 'https://evil.example' },
    ]) {
      expect((await get('/', other)).statusCode).toBe(400);
    }
    expect((await get('/api/me', link)).statusCode).toBe(400);
  });

  it('says how to build it where it is not built', async () => {
    const bare = await controlPlane();
    const answer = await bare.app.inject({ url: '/', headers: html });
    expect([answer.statusCode, answer.body]).toEqual([200, expect.stringContaining('not built')]);
    await bare.close();
  });
});

describe('files of the console', () => {
  it('are served with their type; those with a hash in their name for good', async () => {
    const script = await get('/assets/main-1a2b.js', { host });
    expect([script.statusCode, script.body]).toEqual([200, 'export {};']);
    expect(script.headers['content-type']).toMatch(/^(?:text|application)\/javascript/);
    expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const icon = await get('/favicon.svg', { host });
    expect([icon.statusCode, icon.headers['content-type']]).toEqual([200, 'image/svg+xml']);
    expect(icon.headers['cache-control']).toBe('public, max-age=0');
  });

  it.each([
    '/assets/../../outside.txt',
    '/assets/..%2f..%2foutside.txt',
    '/assets/%2e%2e/%2e%2e/outside.txt',
    '/assets/',
  ])('are no way out of their folder: %s', async (path) => {
    const answer = await get(path, { host });
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expect(answer.body).not.toContain('outside\n');
  });
});

describe('every answer', () => {
  it.each(['/', '/assets/main-1a2b.js', '/favicon.svg', '/api/me', '/api/nothing', '/api/sign-in/links'])(
    '%s tells browsers to sniff, frame and share nothing',
    async (path) => {
      const { headers } = await get(path);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'permissions-policy': expect.stringContaining('camera=()'),
        'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
      });
      expect(headers['access-control-allow-origin']).toBeUndefined();
      expect(headers.server).toBeUndefined();
    },
  );

  it('of the API is neither kept nor rendered', async () => {
    for (const path of ['/api/me', '/api/nothing', '/api/openapi.json']) {
      const { headers } = await get(path, { host, origin: ownOrigin });
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['content-security-policy']).toMatch(/^default-src 'none'/);
    }
  });
});
