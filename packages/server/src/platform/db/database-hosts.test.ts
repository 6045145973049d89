import { expect, it } from 'vitest';
import { checkDatabaseUrl, hostsOf } from './database-hosts.ts';

it('reads the hosts of a URL in both of libpq’s ways, each as a URL of its own', () => {
  expect(hostsOf('postgresql://u:p%40w@a:5433,b,[::1]:5434/d?sslmode=verify-full')).toMatchObject({
    urls: [
      'postgresql://u:p%40w@a:5433/d?sslmode=verify-full',
      'postgresql://u:p%40w@b/d?sslmode=verify-full',
      'postgresql://u:p%40w@[::1]:5434/d?sslmode=verify-full',
    ],
    any: false,
  });
  expect(hostsOf('postgres:///d?host=a,b&port=1,2&target_session_attrs=any')).toMatchObject({
    urls: ['postgres:///d?host=a&port=1', 'postgres:///d?host=b&port=2'],
    any: true,
  });
  expect(hostsOf('postgres:///d?host=a,b&port=1').urls[1]).toBe('postgres:///d?host=b&port=1');
});

it('leaves one host as it is, but for what is decided here', () => {
  expect(hostsOf('postgres://u@a/d').urls).toEqual(['postgres://u@a/d']);
  const named = 'postgres://a/d?target_session_attrs=read-write&application_name=x';
  expect(hostsOf(named).urls).toEqual(['postgres://a/d']);
});

it('refuses what is no such URL, without showing any of it', () => {
  const wrong = [
    'mysql://u:secret@a/d',
    'postgres://u:secret@a:x/d',
    'postgres://u:secret@a,,b/d',
    'postgres:///secret?host=a,b&port=1,2,3',
    'postgres://u:secret@a,b/d?target_session_attrs=standby',
    'secret',
  ];
  for (const url of wrong) {
    expect(() => checkDatabaseUrl(url), url).toThrow(expect.objectContaining({ code: 'store.unreadable' }));
    expect(() => checkDatabaseUrl(url)).not.toThrow(/secret/);
  }
});

it('looks on at the next host once for one that failed, and around', () => {
  const hosts = hostsOf('postgres://one,two/d');
  hosts.failed(0);
  hosts.failed(0);
  expect([hosts.current(), hosts.moves()]).toEqual([1, 1]);
  expect(hostsOf('postgres://one,two/d').current()).toBe(1);
  hosts.failed(1);
  expect(hosts.current()).toBe(0);
});
