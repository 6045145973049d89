import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loginAt } from './ask.ts';
import { isSafeServer, refusalOf } from './control.ts';
import { findLogin, keepLogin, type Login, loginsFile, readLogins } from './logins.ts';

let home: string;
let file: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'fairlead-home-'));
  file = loginsFile({ HOME: home });
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const login = (server: string, secret = 'fld_x'): Login => ({
  server,
  deviceId: 'd1',
  login: secret,
  principal: 'dana.moss',
  expiresAt: '2030-01-01T00:00:00.000Z',
});
const code = (expected: string) => expect.objectContaining({ code: expected });

describe('the file of logins', () => {
  it.skipIf(process.platform === 'win32')('lies in the user’s config folder', () => {
    expect(loginsFile({ HOME: '/h' })).toBe('/h/.config/fairlead/logins.json');
    expect(loginsFile({ HOME: '/h', XDG_CONFIG_HOME: '/c' })).toBe('/c/fairlead/logins.json');
    expect(loginsFile({ HOME: '/h', XDG_CONFIG_HOME: 'relative' })).toBe('/h/.config/fairlead/logins.json');
  });

  it('keeps one login for a server, the newest first, for its owner alone', async () => {
    expect(readLogins(file)).toEqual({ logins: [], problem: null });
    await keepLogin(file, login('https://a.example', 'fld_old'));
    await keepLogin(file, login('https://b.example'));
    await keepLogin(file, login('https://a.example', 'fld_new'));
    const { logins } = readLogins(file);
    expect(logins.map(({ server, login: secret }) => [server, secret])).toEqual([
      ['https://a.example', 'fld_new'],
      ['https://b.example', 'fld_x'],
    ]);
    expect(findLogin(logins, null)?.login).toBe('fld_new');
    expect(findLogin(logins, 'https://b.example')?.server).toBe('https://b.example');
    expect(findLogin(logins, 'https://c.example')).toBeNull();
    if (process.platform === 'win32') return;
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(file)).mode & 0o777).toBe(0o700);
  });

  it('is written anew with its own mode, whatever lay there', async () => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.partial`, '', { mode: 0o666 });
    await keepLogin(file, login('https://a.example'));
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it.runIf(process.platform === 'linux')('is not kept where no folder can be made, and that is said', () =>
    expect(keepLogin('/proc/fairlead/logins.json', login('https://a.example'))).rejects.toThrow(/ENOENT/),
  );

  it('is not used when others can read it, or when it holds something else', async () => {
    await keepLogin(file, login('https://a.example'));
    if (process.platform !== 'win32') {
      chmodSync(file, 0o640);
      expect(readLogins(file)).toMatchObject({ logins: [], problem: expect.stringContaining('read') });
      expect(() => loginAt(file, null)).toThrow(code('run.login-unusable'));
      chmodSync(file, 0o600);
    }
    for (const text of ['', '[]', '{"logins":[{"server":1}]}', 'fld_secret']) {
      writeFileSync(file, text);
      expect(readLogins(file).problem).not.toBeNull();
      expect(readLogins(file).problem).not.toContain('fld_secret');
    }
  });

  it('without a login is told apart from one at another server', async () => {
    expect(() => loginAt(file, null)).toThrow(code('run.not-enrolled'));
    await keepLogin(file, login('https://a.example'));
    expect(loginAt(file, null).server).toBe('https://a.example');
    expect(() => loginAt(file, 'https://b.example')).toThrow(code('run.not-enrolled'));
  });
});

describe('a login travels', () => {
  it.each([
    'https://fairlead.acme.example',
    'http://127.0.0.1:7421',
    'http://localhost:1',
    'http://[::1]:7421',
  ])('to %s', (url) => expect(isSafeServer(new URL(url))).toBe(true));
  it.each([
    'http://fairlead.acme.example',
    'http://127.0.0.1.evil.example',
    'ftp://localhost',
    'http://10.0.0.1',
  ])('not to %s', (url) => expect(isSafeServer(new URL(url))).toBe(false));
});

describe('what a server answers', () => {
  it('is a refusal with its code, or without one what can be said', () => {
    expect(refusalOf({ status: 201, json: {} })).toBeNull();
    const error = { code: 'identity.login-invalid', message: 'm', fix: 'f' };
    expect(refusalOf({ status: 401, json: { error } })).toEqual(error);
    expect(refusalOf({ status: 502, json: null })).toMatchObject({ code: 'server.internal' });
  });
});
