import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Program, ProgramRepository, ProgramTeam } from '../program/types.ts';
import { grantedRepositories, grantOf } from './grants.ts';
import { indexProgram } from './program-index.ts';

function program(teams: readonly ProgramTeam[], repositories: readonly ProgramRepository[]): Program {
  const stage = { id: 'pilot', rank: 1, teams: [], repositories: [], capabilities: [], models: [] };
  return {
    organisation: { id: 'acme', name: 'Acme', defaultHost: 'github.com' },
    engine: 'compiled',
    network: { allowPrivate: [], hosts: [] },
    vendors: [],
    models: [],
    teams,
    roles: [],
    repositories,
    assistants: [],
    mcpServers: [],
    stages: [stage],
    currentStage: 'pilot',
    dataClasses: [],
    sharing: {},
    policies: [],
  };
}

const member = (id: string) => ({ id, name: id, kind: 'human' as const, roles: [] });
const team = (id: string, members: readonly string[], repositories: readonly string[] = []): ProgramTeam => ({
  id,
  name: id,
  members: members.map(member),
  repositories,
});
const repository = (id: string, owner: string, more: Partial<ProgramRepository> = {}): ProgramRepository => ({
  id,
  classification: 'internal',
  allowlisted: true,
  team: owner,
  service: null,
  aliases: [],
  ...more,
});

const index = indexProgram(
  program(
    [
      team('payments', ['dana'], ['github.com/acme/shared', 'github.com/acme/old-docs']),
      team('checkout', ['theo']),
    ],
    [
      repository('github.com/acme/payments-api', 'payments', { aliases: ['github.com/acme/payments'] }),
      repository('github.com/acme/skunkworks', 'payments', { allowlisted: false }),
      repository('github.com/acme/shared', 'checkout'),
      repository('github.com/acme/docs', 'checkout', { aliases: ['github.com/acme/old-docs'] }),
      repository('github.com/acme/checkout-web', 'checkout'),
    ],
  ),
);

describe('what a principal is granted', () => {
  it('is what a team of theirs owns, and what is listed under one, under the names in force', () => {
    expect(grantedRepositories(index, 'dana')).toEqual([
      'github.com/acme/docs',
      'github.com/acme/payments-api',
      'github.com/acme/shared',
      'github.com/acme/skunkworks',
    ]);
    expect(grantedRepositories(index, 'nobody')).toEqual([]);
  });

  it.each([
    'git@github.com:acme/payments-api.git',
    'https://dana@github.com/Acme/Payments-API',
    'ssh://git@github.com:22/acme/payments.git',
    'acme/payments',
  ])('%s is granted', (name) => {
    expect(grantOf(index, 'dana', name)).toEqual({
      granted: true,
      repository: 'github.com/acme/payments-api',
    });
  });

  it.each([
    ['git@github.com:acme/checkout-web.git', 'not-granted'],
    ['git@gitlab.com:acme/payments-api.git', 'not-granted'],
    ['git@github.com:evil/payments-api.git', 'not-granted'],
    ['git@github.com:acme/skunkworks.git', 'not-listed'],
    ['https://github.com/acme/../acme/payments-api', 'malformed'],
    ['https://github.com/acme%2fpayments-api', 'malformed'],
    ['ext::sh -c x', 'malformed'],
    ['/srv/git/payments-api', 'malformed'],
    ['', 'malformed'],
  ])('%j is %s', (name, reason) => {
    expect(grantOf(index, 'dana', name)).toMatchObject({ granted: false, reason });
  });
});

describe('for any program', () => {
  const people = ['ada', 'ben', 'cleo', 'dan'];
  const teamIds = ['a', 'b', 'c'];
  const names = ['x', 'y', 'z', 'w'].map((name) => `github.com/acme/${name}`);
  const anyProgram = fc
    .record({
      members: fc.tuple(...teamIds.map(() => fc.subarray(people))),
      listed: fc.tuple(...teamIds.map(() => fc.subarray(names))),
      owners: fc.tuple(...names.map(() => fc.constantFrom(...teamIds, null))),
      allowlisted: fc.tuple(...names.map(() => fc.boolean())),
    })
    .map(({ members, listed, owners, allowlisted }) => ({
      teams: teamIds.map((id, at) => team(id, members[at] ?? [], listed[at])),
      repositories: names.flatMap((name, at) => {
        const owner = owners[at];
        return owner ? [repository(name, owner, { allowlisted: allowlisted[at] ?? false })] : [];
      }),
    }));

  it('nobody is granted what no team of theirs owns or lists, nor what is not allowlisted', () => {
    fc.assert(
      fc.property(
        anyProgram,
        fc.constantFrom(...people, 'stranger'),
        fc.constantFrom(...names),
        (made, person, name) => {
          const teams = made.teams.filter(({ members }) => members.some(({ id }) => id === person));
          const owned = made.repositories.some(
            ({ id, team: by }) => id === name && teams.some((t) => t.id === by),
          );
          const listed = teams.some(({ repositories }) => repositories.includes(name));
          const open = made.repositories.some(({ id, allowlisted }) => id === name && allowlisted);
          const grant = grantOf(indexProgram(program(made.teams, made.repositories)), person, name);
          expect(grant.granted).toBe((owned || listed) && open);
        },
      ),
    );
  });

  it('no text names a repository beyond the granted ones', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const grant = grantOf(index, 'dana', text);
        if (grant.granted) expect(grantedRepositories(index, 'dana')).toContain(grant.repository);
      }),
    );
  });
});
