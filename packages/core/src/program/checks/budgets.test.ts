import { describe, expect, it } from 'vitest';
import { buildProgram } from '../build.ts';
import { exampleDay, exampleFiles, withChange, withoutFile } from '../testing/example.ts';

/** `place` is a piece of budgets.yaml, with ¦ before the character the finding points to. */
type Row = readonly [
  what: string,
  files: ReadonlyMap<string, string>,
  code: string,
  place: string,
  says: RegExp,
];

const rows: readonly Row[] = [
  [
    'a budget of a team that does not exist',
    withChange('budgets.yaml', 'subject: payments', 'subject: paymnets'),
    'program.dangling',
    'subject: ¦paymnets',
    /no team "paymnets".*Did you mean "payments"\?/,
  ],
  [
    'a budget of a stage that does not exist',
    withChange('budgets.yaml', 'subject: pilot', 'subject: pilto'),
    'program.dangling',
    'subject: ¦pilto',
    /no stage "pilto".*Did you mean "pilot"\?/,
  ],
  [
    'a budget of a repository that is not listed',
    withChange(
      'budgets.yaml',
      'scope: stage, subject: pilot',
      'scope: repository, subject: acme/payments-apy',
    ),
    'program.dangling',
    'subject: ¦acme/payments-apy',
    /no repository "github\.com\/acme\/payments-apy"/,
  ],
  [
    'a budget of another organisation',
    withChange('budgets.yaml', 'scope: organisation, period', 'scope: organisation, subject: other, period'),
    'program.dangling',
    'subject: ¦other',
    /no organisation "other"/,
  ],
  [
    'a budget of one session',
    withChange('budgets.yaml', 'scope: session, subject: "*"', 'scope: session, subject: one'),
    'program.value',
    'subject: ¦one',
    /Sessions have no names/,
  ],
  [
    'a limit that stands twice',
    withChange('budgets.yaml', 'scope: team, subject: payments', 'scope: team, subject: "*"'),
    'program.duplicate-id',
    '¦{ scope: team, subject: "*", period: month, usd: 15000',
    /stands twice/,
  ],
  [
    'a limit of calls that limits nothing',
    withChange('budgets.yaml', 'limits:\n', 'calls: [{ owner: platform }]\nlimits:\n'),
    'program.value',
    '¦{ owner: platform }',
    /concurrent or perMinute/,
  ],
  [
    'limits that no policy looks at',
    withoutFile('policies/calls/budget.cedar'),
    'program.budget-unenforced',
    '¦limits:',
    /none of them is enforced/,
  ],
];

describe('budgets.yaml', () => {
  it.each(rows)('%s', (_, files, code, place, says) => {
    const text = files.get('budgets.yaml') ?? '';
    const before = text.slice(0, text.indexOf(place.replace('¦', '')) + place.indexOf('¦')).split('\n');
    const { findings } = buildProgram(files, exampleDay);
    const found = findings.filter((item) => item.code !== 'program.off');
    expect(found).toMatchObject([
      { code, file: 'budgets.yaml', line: before.length, column: (before.at(-1) ?? '').length + 1 },
    ]);
    expect(found[0]?.message).toMatch(says);
  });

  it('becomes limits in micro-dollars, with full names of repositories, and prices of models', () => {
    const text =
      'limits: [{ scope: repository, subject: acme/payments-api, period: day, usd: 0.5, owner: platform }]';
    const calls = 'calls: [{ perMinute: 60, owner: platform }]';
    const files = new Map(exampleFiles).set('budgets.yaml', `${text}\n${calls}\n`);
    const { program } = buildProgram(files, exampleDay);
    expect(program?.budgets).toEqual({
      limits: [
        { scope: 'repository', subject: 'github.com/acme/payments-api', period: 'day', limit: 500_000 },
      ],
      calls: [{ subject: '*', concurrent: null, perMinute: 60 }],
    });
    expect(program?.models.find(({ id }) => id === 'claude-sonnet-5')).toMatchObject({
      price: { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 },
      maxOutputTokens: 64_000,
    });
    expect(buildProgram(withoutFile('budgets.yaml'), exampleDay).draft?.budgets).toEqual({
      limits: [],
      calls: [],
    });
  });
});
