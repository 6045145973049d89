import { describe, expect, it } from 'vitest';
import { streams } from './streams.ts';

const one = (to: object, name = 'siem') => streams.safeParse({ [name]: { format: 'jsonl', to } }).success;
const at = (url: string, more: object = {}) => one({ kind: 'webhook', url, ...more });

describe('streams', () => {
  it('go to a file or to an https address, in the clear only on this machine', () => {
    expect(one({ kind: 'file' })).toBe(true);
    for (const url of [
      'https://siem.example/in',
      'http://127.0.0.1:8088/x',
      'http://[::1]/',
      'http://localhost',
    ]) {
      expect(at(url), url).toBe(true);
    }
    for (const url of [
      'http://siem.example/in',
      'http://127.0.0.1.siem.example/',
      'http://localhost.siem.example/',
      'https://user:secret@siem.example/',
      'https://siem.example/?token=x',
      'ftp://siem.example/',
      'siem.example',
    ]) {
      expect(at(url), url).toBe(false);
    }
  });

  it('name the variable of their secret, never the secret, and no path', () => {
    const auth = (env: string) => at('https://siem.example/', { auth: { scheme: 'bearer', env } });
    expect(auth('SIEM_TOKEN')).toBe(true);
    expect(auth('s3cr3t-value')).toBe(false);
    expect(one({ kind: 'file', path: '/etc/passwd' })).toBe(false);
    for (const name of ['../x', 'A', 'a/b', '', 'a.b']) expect(one({ kind: 'file' }, name), name).toBe(false);
  });
});
