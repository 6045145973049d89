import { describe, expect, it } from 'vitest';
import type { EntityJson } from '../policy/types.ts';
import type { SharingRule } from '../program/types.ts';
import { buildPolicyRequest, sharingRule } from './policy-request.ts';
import { indexProgram } from './program-index.ts';
import { now, program, question } from './testing/fixtures.ts';
import type { CallFacts } from './types.ts';

const index = indexProgram(program);
const { repositories: _, ambiguousModel: __, ...rest } = question;
const facts: CallFacts = { ...rest, repository: 'github.com/acme/api' };

const requestOf = (changes: Partial<CallFacts> = {}, of = index) =>
  buildPolicyRequest(of, { ...facts, ...changes }, now);
const contextOf = (changes: Partial<CallFacts> = {}, of = index) => requestOf(changes, of).context;

function entity(type: string, changes: Partial<CallFacts> = {}, of = index): EntityJson {
  const found = requestOf(changes, of).entities.filter(({ uid }) => uid.type === type);
  expect(found).toHaveLength(1);
  return found[0]!;
}

describe('the sharing matrix', () => {
  it.each<[string, string | null, SharingRule]>([
    ['personal', 'north', 'warn'],
    ['personal', 'south', 'redact'],
    ['personal', null, 'redact'],
    ['secret', 'north', 'deny'],
    ['open', null, 'allow'],
    ['notes', 'north', 'record'],
    // A missing cell, a missing row, a missing vendor: nobody has said that it may be shared.
    ['notes', 'south', 'deny'],
    ['notes', null, 'deny'],
    ['unheard-of', 'north', 'deny'],
    ['unheard-of', null, 'deny'],
  ])('says of %s at %s: %s', (dataClass, vendor, rule) => {
    expect(sharingRule(index, dataClass, vendor)).toBe(rule);
  });

  it.each([
    ['constructor', 'name'],
    ['constructor', 'length'],
    ['notes', 'constructor'],
    ['__proto__', 'constructor'],
    ['valueOf', 'call'],
  ])('takes nothing that every object has for a cell: %s at %s', (dataClass, vendor) => {
    expect(sharingRule(index, dataClass, vendor)).toBe('deny');
    expect(contextOf({ dataClasses: [dataClass], vendor }).sharing).toMatchObject({ denied: [dataClass] });
  });

  it('sorts the classes of a call by what it says of them', () => {
    const dataClasses = ['secret', 'personal', 'contract', 'notes', 'open', 'unheard-of', 'secret'];
    expect(contextOf({ dataClasses }).sharing).toEqual({
      denied: ['contract', 'secret', 'unheard-of'],
      legalReview: ['contract'],
      redact: [],
      warn: ['personal'],
      record: ['notes'],
    });
    expect(contextOf({ dataClasses, vendor: 'south' }).sharing).toEqual({
      denied: ['contract', 'notes', 'personal', 'secret', 'unheard-of'],
      legalReview: [],
      redact: ['personal'],
      warn: [],
      record: [],
    });
  });
});

describe('the stage of a call', () => {
  const current = (currentStage: string) => indexProgram({ ...program, currentStage });

  it.each([
    ['dana', 'pilot', true],
    ['sam', 'pilot', false],
    ['sam', 'wide', true],
    ['dana', 'all', true],
    ['both', 'pilot', true],
    ['nobody', 'all', false],
  ])('includes %s in %s: %s', (principal, stage, included) => {
    expect(contextOf({ principal }, current(stage)).stageIncluded).toBe(included);
  });

  it('covers every repository unless it lists some, and those by any of their names', () => {
    const limited = indexProgram({
      ...program,
      stages: program.stages.map((stage) => ({ ...stage, repositories: ['github.com/acme/api'] })),
    });
    const covered = (repository: string, of = limited) => contextOf({ repository }, of).repositoryInStage;
    expect(covered('github.com/acme/find', index)).toBe(true);
    expect(covered('github.com/acme/api')).toBe(true);
    expect(covered('github.com/acme/old-api')).toBe(true);
    expect(covered('github.com/acme/find')).toBe(false);
    expect(covered('github.com/acme/none')).toBe(false);
  });

  it('is an entity with its rank, capabilities and models', () => {
    expect(entity('Stage')).toMatchObject({
      uid: { id: 'pilot' },
      attrs: {
        rank: 1,
        capabilities: ['agent', 'chat'],
        allowedModels: [{ __entity: { type: 'Model', id: 'm' } }],
      },
    });
  });
});

describe('who asks', () => {
  it('is a member of all their teams and roles', () => {
    const { uid, parents } = entity('User', { principal: 'both' });
    expect(uid).toEqual(requestOf({ principal: 'both' }).principal);
    expect(parents).toEqual([
      { type: 'Team', id: 'payments' },
      { type: 'Team', id: 'search' },
      { type: 'Role', id: 'auditor' },
      { type: 'Role', id: 'engineer' },
    ]);
  });

  it('is a service account when the program says so, and a user in no team when it says nothing', () => {
    expect(requestOf({ principal: 'bot' }).principal.type).toBe('ServiceAccount');
    expect(entity('User', { principal: 'nobody' }).parents).toEqual([]);
  });
});

describe('the repository', () => {
  it('has its classification, its owner and its service', () => {
    expect(entity('Repository')).toEqual({
      uid: { type: 'Repository', id: 'github.com/acme/api' },
      attrs: {
        classification: 'internal',
        allowlisted: true,
        owner: { __entity: { type: 'Team', id: 'payments' } },
        service: 'checkout',
      },
      parents: [{ type: 'Team', id: 'payments' }],
    });
    expect(entity('Repository', { repository: 'github.com/acme/find' }).attrs).not.toHaveProperty('service');
  });

  it('is the same one under an earlier name, so that a policy on it cannot be walked around', () => {
    const request = requestOf({ repository: 'github.com/acme/old-api' });
    expect(request.resource).toEqual({ type: 'Repository', id: 'github.com/acme/api' });
    expect(request).toEqual(requestOf());
  });

  it('counts as restricted and not allowlisted when the program does not have it', () => {
    expect(entity('Repository', { repository: 'github.com/acme/none' })).toEqual({
      uid: { type: 'Repository', id: 'github.com/acme/none' },
      attrs: { classification: 'restricted', allowlisted: false },
      parents: [],
    });
  });
});

describe('model and vendor', () => {
  it('have the facts that the program holds', () => {
    expect(entity('Model')).toEqual({
      uid: { type: 'Model', id: 'm' },
      attrs: {
        vendor: { __entity: { type: 'Vendor', id: 'north' } },
        listed: true,
        capabilities: ['agent', 'chat'],
      },
      parents: [{ type: 'Vendor', id: 'north' }],
    });
    expect(entity('Vendor').attrs).toMatchObject({
      regions: ['eu', 'us'],
      approvedFor: ['internal', 'public'],
      retentionDays: 30,
      evidenceValidUntil: { __extn: { fn: 'datetime', arg: '2026-06-30' } },
    });
  });

  it('lack an attribute that nobody knows, rather than hold a guess', () => {
    const { attrs } = entity('Vendor', { vendor: 'south', model: 'both' });
    expect(attrs).not.toHaveProperty('retentionDays');
    expect(attrs).not.toHaveProperty('evidenceValidUntil');
    expect(attrs.evaluated).toBe(false);
  });

  it('is not listed at a vendor that does not list it', () => {
    expect(entity('Model', { model: 'nope' }).attrs).toMatchObject({ listed: false, capabilities: [] });
  });

  it('leaves only the missing listing to refuse where there is no vendor', () => {
    const unlisted = { vendor: null };
    expect(entity('Model', unlisted).attrs).toMatchObject({ listed: false });
    expect(entity('Vendor', unlisted)).toMatchObject({
      uid: { id: 'unlisted' },
      attrs: { evaluated: true, trainsOnData: false, dpaSigned: true },
    });
    expect(contextOf(unlisted).vendor).toEqual({ __entity: { type: 'Vendor', id: 'unlisted' } });
  });
});

describe('the rest of a call', () => {
  it('lists each name once, in order, and the servers that nobody sanctioned', () => {
    const context = contextOf({
      tools: ['Read', 'Bash', 'Read'],
      mcpServers: ['tickets', 'shell', 'unheard-of', 'shell'],
      exceptions: ['b', 'a', 'b'],
    });
    expect(context).toMatchObject({
      tools: ['Bash', 'Read'],
      mcpServers: ['shell', 'tickets', 'unheard-of'],
      unsanctionedMcp: ['shell', 'unheard-of'],
      exceptions: ['a', 'b'],
    });
  });

  it('knows approved assistants, and says of others that they are not', () => {
    expect(entity('Assistant').attrs).toEqual({ approved: true, capabilities: ['agent', 'chat'] });
    expect(entity('Assistant', { assistant: 'other' }).attrs).toEqual({ approved: false, capabilities: [] });
  });

  it('writes time and service tier so that every policy can read them', () => {
    expect(contextOf()).toMatchObject({
      now: { __extn: { fn: 'datetime', arg: '2026-03-02T10:00:00.000Z' } },
      serviceTier: 'none',
    });
    expect(contextOf({ serviceTier: 'priority' }).serviceTier).toBe('priority');
  });

  it('is the same for the same facts, in whatever order they came', () => {
    const one = requestOf({ dataClasses: ['secret', 'personal'], tools: ['a', 'b'] });
    const other = requestOf({ dataClasses: ['personal', 'secret', 'secret'], tools: ['b', 'a', 'b'] });
    expect(JSON.stringify(one)).toBe(JSON.stringify(other));
  });
});
