import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codexRepositories, normaliseRepository } from './index.ts';

const names = {
  defaultHost: 'github.com',
  aliases: {
    'github.com/acme/older-name': 'github.com/acme/old-name',
    'github.com/acme/old-name': 'github.com/acme/payments-api',
  },
};
const id = 'github.com/acme/payments-api';

describe('normaliseRepository', () => {
  it.each([
    'github.com/acme/payments-api',
    'GitHub.com/Acme/Payments-API',
    'acme/payments-api',
    'acme/old-name',
    'acme/older-name',
    'acme/payments-api.git.git',
    'https://github.com/acme/payments-api',
    'https://github.com/acme/payments-api.git',
    'https://github.com/acme/payments-api.git/',
    'https://user:pass@github.com/acme/payments-api.git',
    'https://github.com:443/acme/payments-api',
    'ssh://git@github.com/acme/payments-api.git',
    'ssh://git@github.com:22/acme/payments-api.git',
    'git+ssh://git@github.com/acme/payments-api',
    'git://github.com/acme/payments-api.git',
    'git@github.com:acme/payments-api.git',
    'git@github.com:/acme/payments-api.git',
    'github.com:acme/payments-api',
    'git@github.com:acme/old-name.git',
  ])('reads %s', (text) => {
    expect(normaliseRepository(text, names)).toBe(id);
  });

  it('keeps nested groups and other hosts', () => {
    expect(normaliseRepository('git@gitlab.example.com:a/b/c.git', names)).toBe('gitlab.example.com/a/b/c');
    expect(normaliseRepository('localhost/a/b', names)).toBe('localhost/a/b');
  });

  it.each([
    ['nothing', ''],
    ['one name', 'payments-api'],
    ['a host alone', 'https://github.com'],
    ['a host and one name', 'https://github.com/acme'],
    ['climbing', 'github.com/acme/../other/repo'],
    ['climbing in a URL', 'https://github.com/acme/x/../../evil/y'],
    ['dots in a name', 'github.com/acme/a..b'],
    ['percent', 'github.com/acme/pay%6dents-api'],
    ['a control character', 'github.com/acme/pay\u0000ments'],
    ['a newline', 'github.com/acme/payments-api\nx'],
    ['a space', 'github.com/acme/payments api'],
    ['a look-alike letter', 'github.com/аcme/payments-api'],
    ['a query', 'https://github.com/acme/payments-api?x=1'],
    ['a fragment', 'https://github.com/acme/payments-api#x'],
    ['an empty segment', 'github.com/acme//payments-api'],
    ['a backslash', 'github.com\\acme\\payments-api'],
    ['a file URL', 'file:///srv/git/payments-api.git'],
    ['a local path', '/srv/git/payments-api.git'],
    ['a relative path', './acme/payments-api'],
    ['an option', '--upload-pack=x/acme/y'],
    ['a bad port', 'https://github.com:x/acme/payments-api'],
    ['a user on an id', 'evil@github.com/acme/payments-api'],
    ['a remote helper', 'ext::sh -c x/y'],
    ['a name of dots', 'github.com/acme/.'],
    ['only .git', 'github.com/acme/.git'],
    ['too long', `github.com/acme/${'a'.repeat(400)}`],
  ])('refuses %s', (_, text) => {
    expect(normaliseRepository(text, names)).toBeNull();
  });

  it('takes no alias from the prototype', () => {
    expect(normaliseRepository('constructor/x', { defaultHost: 'a', aliases: {} })).toBe('a/constructor/x');
  });

  it('is idempotent, and never yields a user, a port or anything but lower-case ASCII', () => {
    const piece = fc.stringMatching(/^[A-Za-z0-9_.@:~-]{1,8}$/);
    const spelled = fc
      .tuple(
        fc.constantFrom('', 'https://', 'ssh://', 'git@'),
        fc.array(piece, { minLength: 1, maxLength: 5 }),
      )
      .map(([prefix, parts]) => prefix + parts.join('/'));
    fc.assert(
      fc.property(fc.oneof(spelled, fc.string()), (text) => {
        const once = normaliseRepository(text, names);
        if (once === null) return;
        expect(once).toMatch(/^[a-z0-9.-]+(\/[a-z0-9_~.+-]+){2,}$/);
        expect(once).not.toContain('..');
        expect(normaliseRepository(once, names)).toBe(once);
      }),
      { numRuns: 500 },
    );
  });
});

describe('codexRepositories', () => {
  it('reads every remote of every workspace', () => {
    const text = JSON.stringify({
      session_id: 's',
      workspaces: {
        '/home/dev/a': {
          associated_remote_urls: { origin: 'git@github.com:acme/a.git', fork: 'https://x/y/a' },
        },
        '/home/dev/b': {
          associated_remote_urls: { origin: 'git@github.com:acme/a.git' },
          has_changes: false,
        },
        '/home/dev/c': { latest_git_commit_hash: 'abc' },
      },
    });
    expect(codexRepositories(text)).toEqual({
      remotes: ['git@github.com:acme/a.git', 'https://x/y/a'],
      withoutRemote: 1,
    });
  });

  it('finds none where none are named', () => {
    expect(codexRepositories('{}')).toEqual({ remotes: [], withoutRemote: 0 });
  });

  it.each([
    'not json',
    '[]',
    '"x"',
    '{"workspaces":[]}',
    '{"workspaces":{"a":"b"}}',
    '{"workspaces":{"a":{"associated_remote_urls":["x"]}}}',
    '{"workspaces":{"a":{"associated_remote_urls":{"origin":1}}}}',
    '{"workspaces":{},"workspaces":{"a":{}}}',
  ])('cannot read %s', (text) => {
    expect(codexRepositories(text)).toBeNull();
  });
});
