import { describe, expect, it } from 'vitest';
import { nodeHash } from '../../platform/crypto/index.ts';
import { collectHeaders } from './headers.ts';
import { assistantVersion, recordableNames, sessionOf } from './recordable.ts';

const key = new Uint8Array(32);
const uuid = '01A20BCC-64e9-7932-b89c-b5ed8498311d';
const none = { bodySession: null, firstUserText: null };
const session = (
  headers: string[],
  view = none as { bodySession: string | null; firstUserText: string | null },
) => sessionOf(nodeHash, key, 'key-1', collectHeaders(headers), view);

describe('the session', () => {
  it.each(['x-claude-code-session-id', 'session-id', 'session_id', 'x-session-id'])(
    'is the client’s own in %s',
    (name) => {
      expect(session([name, uuid])).toBe(uuid.toLowerCase());
    },
  );

  it('is the body’s where no header says it', () => {
    expect(session([], { ...none, bodySession: uuid })).toBe(uuid.toLowerCase());
    expect(session(['session-id', uuid], { ...none, bodySession: 'other' })).toBe(uuid.toLowerCase());
  });

  it('is hashed when it is no UUID, for a client chooses it', () => {
    const hashed = session(['x-session-id', 'the prompt, hidden here']);
    expect(hashed).toMatch(/^h:[0-9a-f]{24}$/);
    expect(session(['x-session-id', 'the prompt, hidden here'])).toBe(hashed);
  });

  it('is derived from the key and the first text where none is said', () => {
    const first = session([], { ...none, firstUserText: 'Hello' });
    expect(first).toMatch(/^k:[0-9a-f]{24}$/);
    expect(session(['session-id', ''], { ...none, firstUserText: 'Hello' })).toBe(first);
    expect(session([], { ...none, firstUserText: 'Bye' })).not.toBe(first);
    expect(
      sessionOf(nodeHash, key, 'key-2', collectHeaders([]), { ...none, firstUserText: 'Hello' }),
    ).not.toBe(first);
    expect(session([])).toMatch(/^k:/);
  });
});

describe('names that a client chose', () => {
  it('are kept when they look like names, hashed when they could hide content', () => {
    const names = ['gpt-5.5', 'mcp__docs/search', 'a b', '', '-x', 'é', 'x'.repeat(97)];
    const kept = recordableNames(nodeHash, names, true);
    expect(kept.slice(0, 2)).toEqual(['gpt-5.5', 'mcp__docs/search']);
    for (const name of kept.slice(2)) expect(name).toMatch(/^h:[0-9a-f]{24}$/);
  });

  it('must be short while inspection found something', () => {
    const long = 'x'.repeat(25);
    expect(recordableNames(nodeHash, [long], true)).toEqual([long]);
    expect(recordableNames(nodeHash, [long], false)[0]).toMatch(/^h:/);
    expect(recordableNames(nodeHash, ['x'.repeat(24)], false)).toEqual(['x'.repeat(24)]);
  });
});

describe('the assistant’s version', () => {
  it.each([
    ['codex_cli_rs/0.169.0 (Linux)', '0.169.0'],
    ['claude-cli/2.1.330 (external, cli)', '2.1.330'],
    ['v1.2.3', '1.2.3'],
    ['curl', null],
    ['x/1.2', null],
    ['x/1.2.3.4', null],
    ['', null],
  ])('is read from %j', (agent, version) => {
    expect(assistantVersion(collectHeaders(['user-agent', agent]))).toBe(version);
  });

  it('is unknown without a user agent', () => {
    expect(assistantVersion(collectHeaders([]))).toBeNull();
  });
});
