import { beforeAll, describe, expect, it } from 'vitest';
import { narrowRepositories } from './evidence.ts';
import { collectHeaders } from './headers.ts';
import { exampleBundle } from './testing/bundle.ts';
import { payments, paymentsSdk, skunkworks } from './testing/fakes.ts';
import type { ActiveBundle } from './types.ts';

let index: ActiveBundle['index'];
beforeAll(async () => {
  ({ index } = await exampleBundle());
});

const both = [payments, paymentsSdk];

/** Codex turn metadata with one workspace for each list of remotes. */
function turn(...workspaces: readonly string[][]): string {
  const entries = workspaces.map((remotes, at) => [
    `/w/${at}`,
    { associated_remote_urls: Object.fromEntries(remotes.map((url, no) => [`remote-${no}`, url])) },
  ]);
  return JSON.stringify({ workspaces: Object.fromEntries(entries) });
}

function narrow(granted: readonly string[], headers: string[], body: string | null = null) {
  return narrowRepositories(index, granted, collectHeaders(headers), body);
}

describe('without a claim', () => {
  it('the key’s repositories stand, all of them', () => {
    expect(narrow(both, [])).toEqual({ repositories: both, evidence: 'key', mismatch: false });
  });

  it('metadata without remotes is none', () => {
    for (const metadata of ['{}', '{"workspaces":null}', turn([]), '{"workspaces":{"/w":{}}}']) {
      expect(narrow(both, ['x-codex-turn-metadata', metadata], metadata)).toEqual({
        repositories: both,
        evidence: 'key',
        mismatch: false,
      });
    }
  });
});

describe('a claim inside the key', () => {
  it.each([
    payments,
    'https://GitHub.com/Acme/Payments-API.git',
    'git@github.com:acme/payments-api',
    'acme/payments-api',
  ])('narrows in a header: %s', (name) => {
    expect(narrow(both, ['x-fairlead-repository', name])).toEqual({
      repositories: [payments],
      evidence: 'header',
      mismatch: false,
    });
  });

  it('may use the name a repository had before', () => {
    expect(narrow(both, ['x-fairlead-repository', 'github.com/acme/payments']).repositories).toEqual([
      payments,
    ]);
    expect(narrow(['github.com/acme/payments'], ['x-fairlead-repository', payments])).toEqual({
      repositories: ['github.com/acme/payments'],
      evidence: 'header',
      mismatch: false,
    });
  });

  it('narrows in Codex metadata, in the header, the body or both', () => {
    const own = turn(['git@github.com:acme/payments-api.git']);
    const narrowed = { repositories: [payments], evidence: 'codex', mismatch: false };
    expect(narrow(both, ['x-codex-turn-metadata', own])).toEqual(narrowed);
    expect(narrow(both, [], own)).toEqual(narrowed);
    expect(narrow(both, ['x-codex-turn-metadata', own], own)).toEqual(narrowed);
    expect(narrow(both, ['x-codex-turn-metadata', own, 'x-fairlead-repository', payments])).toEqual(narrowed);
  });

  it('of several workspaces leaves all of them', () => {
    const two = turn([`https://${payments}`], [`https://${paymentsSdk}`]);
    expect(narrow([...both, skunkworks], [], two)).toEqual({
      repositories: both,
      evidence: 'codex',
      mismatch: false,
    });
  });

  it('beside a workspace of which nothing is known does not narrow', () => {
    const partly = turn([`https://${paymentsSdk}`], []);
    expect(narrow(both, [], partly)).toEqual({ repositories: both, evidence: 'key', mismatch: false });
    expect(narrow(both, ['x-fairlead-repository', paymentsSdk], partly)).toEqual({
      repositories: [paymentsSdk],
      evidence: 'header',
      mismatch: false,
    });
  });
});

describe('a claim that contradicts', () => {
  const own = turn([`https://${payments}`]);
  it.each([
    ['a repository outside the key', ['x-fairlead-repository', skunkworks], null],
    ['no repository at all', ['x-fairlead-repository', ''], null],
    ['a path that climbs', ['x-fairlead-repository', `${payments}/../skunkworks`], null],
    ['an escaped name', ['x-fairlead-repository', 'github.com/acme/payments%2dapi'], null],
    ['one workspace of two outside', [], turn([`https://${payments}`], [`https://${skunkworks}`])],
    ['one remote of two outside', [], turn([`https://${payments}`, `https://${skunkworks}`])],
    ['an outside remote beside an unknown workspace', [], turn([`https://${skunkworks}`], [])],
    ['metadata that can’t be read', ['x-codex-turn-metadata', '{"workspaces":'], null],
    ['metadata of another shape', [], '{"workspaces":[]}'],
    ['header and metadata apart', ['x-fairlead-repository', paymentsSdk], own],
    ['header and body metadata apart', ['x-codex-turn-metadata', own], turn([`https://${paymentsSdk}`])],
  ] as [string, string[], string | null][])('is flagged and narrows nothing: %s', (_name, headers, body) => {
    const { repositories, mismatch } = narrow(both, headers, body);
    expect({ repositories, mismatch }).toEqual({ repositories: both, mismatch: true });
  });
});
