import { describe, expect, it } from 'vitest';
import {
  attr,
  binary,
  context,
  literal,
  policy,
  sampleEngine,
  sampleRequest,
  unless,
  variable,
  when,
  withContext,
} from '../testing/sample.ts';
import { changeText } from './change-text.ts';
import { explainVerdict } from './explain.ts';

const owner = attr(variable('resource'), 'owner');

describe('an explanation', () => {
  it('shows each condition of the forbids that decided, its values, and what would lift it', () => {
    const engine = sampleEngine({
      permit: policy('permit'),
      f: policy('forbid', {
        principal: { op: 'is', entity_type: 'User', in: { entity: { type: 'Team', id: 'payments' } } },
        conditions: [
          when(
            binary('&&', binary('==', context('kind'), literal('chat')), attr(variable('resource'), 'open')),
          ),
          unless(
            binary('||', binary('==', owner, variable('principal')), {
              has: { left: variable('context'), attr: 'plan' },
            }),
          ),
        ],
      }),
      other: policy('forbid', { conditions: [when(literal(false))] }),
    });
    const { verdict, deciding, nearest, summary } = explainVerdict(engine, sampleRequest);
    expect(verdict.reasons).toEqual(['f']);
    expect([deciding.length, nearest.length]).toEqual([1, 0]);
    expect(deciding[0]).toMatchObject({ id: 'f', title: 'Title of f', owner: 'security', line: 1 });
    expect(deciding[0]?.clauses).toEqual([
      {
        text: 'principal is User in Team::"payments"',
        outcome: 'holds',
        values: [{ expression: 'principal', value: 'User::"dana"' }],
        change: 'principal is User in Team::"payments" must not hold',
      },
      {
        text: 'context.kind == "chat"',
        outcome: 'holds',
        values: [{ expression: 'context.kind', value: '"chat"' }],
        change: 'context.kind must not be "chat"',
      },
      {
        text: 'resource.open',
        outcome: 'holds',
        values: [{ expression: 'resource.open', value: 'true' }],
        change: 'resource.open must be false',
      },
      {
        text: '!(resource.owner == principal)',
        outcome: 'holds',
        values: [
          { expression: 'resource.owner', value: 'User::"gone"' },
          { expression: 'principal', value: 'User::"dana"' },
        ],
        change: 'resource.owner must be principal',
      },
      { text: '!(context has plan)', outcome: 'holds', values: [], change: 'context must have plan' },
    ]);
    expect(summary).toContain('one of the conditions');
  });

  it('of a default deny shows what the nearest permits lack, also what cannot be read', () => {
    const engine = sampleEngine({
      near: policy('permit', {
        resource: { op: '==', entity: { type: 'Doc', id: 'other' } },
        conditions: [when(binary('>', attr(owner, 'level'), literal(1)))],
      }),
    });
    const { nearest, summary } = explainVerdict(engine, sampleRequest);
    expect(summary).toContain('no policy permits');
    expect(nearest[0]?.clauses).toMatchObject([
      { text: 'resource == Doc::"other"', outcome: 'fails', change: 'resource == Doc::"other" must hold' },
      {
        outcome: 'error',
        values: [
          { expression: 'resource.owner.level', value: expect.stringMatching(/^\(.*does not exist.*\)$/) },
        ],
        change: 'resource.owner.level must be above 1',
      },
    ]);
  });

  it('names the policies that failed, and the permits of an allow', () => {
    const permit = { permit: policy('permit') };
    const broken = policy('forbid', { conditions: [when(binary('>', attr(owner, 'level'), literal(1)))] });
    const failed = explainVerdict(sampleEngine({ ...permit, broken }), sampleRequest);
    expect(failed.failed.map(({ id }) => id)).toEqual(['broken']);
    expect(failed.summary).toContain('because of an error');
    const allowed = explainVerdict(sampleEngine(permit), sampleRequest);
    expect(allowed.deciding).toMatchObject([{ id: 'permit', clauses: [] }]);
    expect(allowed.summary).toMatch(/^Allowed/);
  });

  it('says what is wrong with a request that cannot be read, and shows no policy', () => {
    const wrong = explainVerdict(sampleEngine({ permit: policy('permit') }), withContext({ tools: 1 }));
    expect(wrong).toMatchObject({ deciding: [], failed: [], nearest: [] });
    expect(wrong.summary).toContain('context.tools');
  });
});

describe('what would have to be otherwise', () => {
  const kind = context('kind');
  it.each<[object, boolean, string]>([
    [binary('<', context('count'), literal(3)), false, 'context.count must be at least 3'],
    [binary('<=', context('count'), literal(3)), true, 'context.count must be at most 3'],
    [binary('>=', context('count'), literal(3)), false, 'context.count must be below 3'],
    [binary('!=', kind, literal('a')), true, 'context.kind must not be "a"'],
    [binary('in', variable('principal'), variable('resource')), false, 'principal must not be in resource'],
    [binary('containsAll', context('tools'), literal('x')), true, 'context.tools must contain all of "x"'],
    [{ isEmpty: { arg: context('tools') } }, true, 'context.tools must be empty'],
    [{ isEmpty: { arg: context('tools') } }, false, 'context.tools must not be empty'],
    [{ '!': { arg: { isEmpty: { arg: context('tools') } } } }, true, 'context.tools must not be empty'],
    [{ has: { left: variable('context'), attr: ['a', 'b'] } }, false, 'context must not have a.b'],
    [
      binary('&&', attr(variable('context'), 'a'), attr(variable('context'), 'b')),
      false,
      'context.a must be false or context.b must be false',
    ],
    [
      binary('||', attr(variable('context'), 'a'), attr(variable('context'), 'b')),
      true,
      'context.a must be true or context.b must be true',
    ],
    [
      binary('||', attr(variable('context'), 'a'), attr(variable('context'), 'b')),
      false,
      'context.a must be false and context.b must be false',
    ],
    [{ like: { left: kind, pattern: ['Wildcard'] } }, false, 'context.kind like "*" must be false'],
  ])('%j, wanted %s', (expression, wanted, text) => {
    expect(changeText(expression as never, wanted)).toBe(text);
  });
});
