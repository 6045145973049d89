import { describe, expect, it } from 'vitest';
import { buildProgram } from './build.ts';
import { contentDays, isNeeded, ledgerCut } from './retention.ts';
import { exampleDay, withChange } from './testing/example.ts';
import type { ProgramRetention } from './types.ts';

const dayMs = 86_400_000;
const retention: ProgramRetention = {
  enforce: true,
  ledgerDays: 365,
  contentDays: 60,
  classes: { secret: { contentDays: 7 }, 'personal-data': { ledgerDays: 730 }, entropy: { ledgerDays: 100 } },
  shared: { 'personal-mention': { '*': 20, openai: 10 }, 'licensed-code': { '*': 0 } },
};
const content = {
  keep: [
    { repositories: ['*'], dataClasses: ['*'], days: 90 },
    { repositories: ['a/b'], dataClasses: ['*'], days: 30 },
  ],
  whenNotKept: 'go-on' as const,
  maxBytes: 1,
};
const asked = (changes = {}) => ({ repository: 'x/y', dataClasses: [], vendor: null, ...changes });

describe('how long content is kept', () => {
  it.each([
    ['the default bounds the rule', {}, 60],
    ['the shortest rule that fits', { repository: 'a/b' }, 30],
    ['a class of its own', { dataClasses: ['secret'] }, 7],
    ['the shortest of several classes', { dataClasses: ['personal-mention', 'secret'] }, 7],
    ['the sharing matrix, for any vendor', { dataClasses: ['personal-mention'], vendor: 'other' }, 20],
    ['the sharing matrix, for this vendor', { dataClasses: ['personal-mention'], vendor: 'openai' }, 10],
    ['none where a time is 0', { dataClasses: ['licensed-code'] }, null],
    ['a class nobody has heard of', { dataClasses: ['constructor', '__proto__', 'made-up'] }, 60],
    ['a vendor that every object has', { dataClasses: ['personal-mention'], vendor: 'constructor' }, 20],
  ])('%s', (_, changes, days) => {
    expect(contentDays({ content, retention }, asked(changes))).toBe(days);
  });

  it('is what the rules say where retention is not enforced, and nothing without rules', () => {
    const off = { ...retention, enforce: false };
    expect(contentDays({ content, retention: off }, asked({ dataClasses: ['secret'] }))).toBe(90);
    expect(contentDays({ content }, asked())).toBe(90);
    expect(contentDays({ retention }, asked())).toBeNull();
    const never = { ...content, keep: [{ ...content.keep[1]!, dataClasses: ['secret'] }] };
    expect(contentDays({ content: never, retention }, asked({ repository: 'a/b' }))).toBeNull();
  });
});

describe('what of the ledger is over', () => {
  const now = Date.parse('2026-11-01T00:00:00Z');
  const cut = ledgerCut(retention, now);

  it('is what is older than the default, and than a class asks for longer', () => {
    expect(cut).toEqual({ before: now - 365 * dayMs, classes: { 'personal-data': now - 730 * dayMs } });
    expect(isNeeded(cut, now - 365 * dayMs, [])).toBe(true);
    expect(isNeeded(cut, now - 365 * dayMs - 1, [])).toBe(false);
    expect(isNeeded(cut, now - 400 * dayMs, ['entropy', 'personal-data'])).toBe(true);
    expect(isNeeded(cut, now - 731 * dayMs, ['personal-data'])).toBe(false);
    expect(isNeeded(cut, now - 400 * dayMs, ['constructor', 'entropy'])).toBe(false);
  });
});

const written = '  ledgerDays: 2555\n  contentDays: 0';
const keeping = (rule: string) => `${rule}network:\n`;
const kept = (days: number, classes = "'*'") =>
  keeping(`content:\n  keep:\n    - { dataClasses: [${classes}], days: ${days} }\n`);
/** The example with another retention, and one more change to a file. */
function exampleWith(times: string, ...change: readonly [] | readonly [string, string, string]) {
  const files = withChange('fairlead.yaml', written, times);
  const [file, from = '', to = ''] = change;
  if (file !== undefined) {
    const text = files.get(file) ?? '';
    if (!text.includes(from)) throw new Error(`${file} does not hold ${from}`);
    files.set(file, text.replace(from, to));
  }
  return buildProgram(files, exampleDay);
}
const enforced = (ledger: number, days: number) =>
  `  enforce: true\n  ledgerDays: ${ledger}\n  contentDays: ${days}`;
const ofClass = (times: string) =>
  [
    'data-handling.yaml',
    'detectedBy: [personal-data]',
    `detectedBy: [personal-data]\n    retention: ${times}`,
  ] as const;
const ofRetention = (findings: ReturnType<typeof exampleWith>['findings']) =>
  findings.filter(({ code }) => code.startsWith('program.retention'));

describe('what validate says of retention', () => {
  it('is nothing where all times fit, and the program has them', () => {
    const times = ofClass('{ ledgerDays: 3650, contentDays: 7 }');
    const { findings, program } = exampleWith(enforced(365, 60), ...times);
    expect(ofRetention(findings)).toEqual([]);
    expect(program?.retention).toEqual({
      enforce: true,
      ledgerDays: 365,
      contentDays: 60,
      classes: { 'personal-mention': { ledgerDays: 3650, contentDays: 7 } },
      shared: {},
    });
  });

  it.each([
    [
      'content that outlives its entries',
      exampleWith(enforced(30, 60)),
      ['error', 'fairlead.yaml', /60 days and the entries.*30/],
    ],
    [
      'content that is kept where none may be',
      exampleWith(enforced(365, 0), 'fairlead.yaml', 'network:\n', kept(30)),
      ['error', 'fairlead.yaml', /keeps content for 30 days, and retention.contentDays is 0/],
    ],
    [
      'a rule that never counts',
      exampleWith(enforced(365, 60), 'fairlead.yaml', 'network:\n', kept(90)),
      ['warning', 'fairlead.yaml', /90 days never count/],
    ],
    [
      'a class whose entries cannot go sooner',
      exampleWith(enforced(365, 60), ...ofClass('{ ledgerDays: 30 }')),
      ['error', 'data-handling.yaml', /"personal-mention" cannot go after 30 days.*minimum index/],
    ],
    [
      'a class whose content stays no longer',
      exampleWith(enforced(365, 60), ...ofClass('{ contentDays: 90 }')),
      ['warning', 'data-handling.yaml', /90 days never count/],
    ],
    [
      'a cell of the sharing matrix that never counts',
      exampleWith(
        enforced(365, 60),
        'data-handling.yaml',
        'rule: deny, basis: No processing',
        'rule: deny, retentionDays: 61, basis: No processing',
      ),
      ['warning', 'data-handling.yaml', /61 days never count/],
    ],
    [
      'content without a retention',
      exampleWith(written, 'fairlead.yaml', 'network:\n', kept(30)),
      ['warning', 'fairlead.yaml', /nothing says how long/],
    ],
  ] as const)('%s', (_, { findings }, [severity, file, says]) => {
    const found = ofRetention(findings);
    expect(found).toMatchObject([{ severity, file }]);
    expect(found[0]?.message).toMatch(says);
    expect(found[0]?.line).toBeGreaterThan(1);
  });

  it('is an error for a class that is named and may not be kept', () => {
    const files = withChange('fairlead.yaml', written, enforced(365, 60));
    files.set(
      'fairlead.yaml',
      (files.get('fairlead.yaml') ?? '').replace('network:\n', kept(30, 'personal-mention')),
    );
    const handling = files.get('data-handling.yaml') ?? '';
    files.set(
      'data-handling.yaml',
      handling.replace(
        'detectedBy: [personal-data]',
        'detectedBy: [personal-data]\n    retention: { contentDays: 0 }',
      ),
    );
    expect(ofRetention(buildProgram(files, exampleDay).findings)[0]?.message).toMatch(
      /the contentDays of "personal-mention" is 0/,
    );
  });
});
