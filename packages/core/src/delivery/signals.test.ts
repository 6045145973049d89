import { describe, expect, it } from 'vitest';
import { seededRandom } from '../statistics/index.ts';
import { reversalsOf } from './reversals.ts';
import { namedIn, signalsOf, withNameIn } from './signals.ts';
import { change, commit, history } from './testing/histories.ts';

const own = 'git.example.com/shop/web';
const other = 'git.example.com/acme/other';

describe('what a text says that it takes back', () => {
  it.each([
    ['Revert "x"\n\nThis reverts commit 1111111aaaa.', own, '1111111', 'revert'],
    ['Undo\n\nWhat was wrong: This reverts commit 1111111', own, '1111111', 'revert'],
    ['Undo\n\nReverts #10', own, '#10', 'revert'],
    ['Reverts #10', own, '#10', 'revert'],
    ['Reverts PR#10', own, '#10', 'revert'],
    ['Undo\n\nReverts Shop/Web#10', own, '#10', 'revert'],
    ['Undo elsewhere\n\nReverts acme/other#10', other, '#10', 'revert'],
    ['Reverts git.example.com/acme/other#10', other, '#10', 'revert'],
    ['Revert "Add 1"\n\nThis reverts merge request !10', own, '#10', 'revert'],
    ['Undo\n\nThis reverts merge request acme/other!10', other, '#10', 'revert'],
    ['Reverts !10', own, '#10', 'revert'],
    ['Fix what !10 brought', own, '#10', 'fix'],
    ['Fixed crash of #10', own, '#10', 'fix'],
    ['Fixing #10', own, '#10', 'fix'],
    ['hotfix(cart): totals of #10 (#57)', own, '#10', 'fix'],
    ['Fix the total of shop/web#10', own, '#10', 'fix'],
    ['Fix what acme/other#12 brought, and #10', own, '#10', 'fix'],
    ['fix: totals (regression from #10) (#57)', own, '#10', 'fix'],
    ['fix: totals [broken by #10', own, '#10', 'fix'],
    ['Fix the follow-up to the cherry-pick of #10', own, '#10', 'fix'],
    ['fixup! totals of #10 (cherry picked from #9)', own, '#10', 'fix'],
  ])('%j', (text, repository, key, evidence) => {
    expect(namedIn(text, own)).toEqual([{ repository, key, evidence }]);
  });

  it.each([
    'Fix the total, see acme/other#12',
    'Fix link to https://git.example.com/acme/other#12',
    'Fixtures of #10',
    'Fixed width of #10abc',
    'Prefix #10',
    'Fix that, wow!10',
    'Cart\n\nFix #10',
    'Reverts other#10',
    'Reverts what #10 did',
    'fix: crash (#10)',
    'fix: crash (#10) (#57)',
    'fix: crash (backport #10) (#57)',
    'fix: crash [backport #10]',
    'fix: crash (back-port of (#10) to 1.x',
    'fix: crash (closes #10)',
    'fix: crash, backport of #10',
    'Fix crash: cherry-picked from PR #10 (#57)',
    '',
  ])('%j says of no change', (text) => {
    expect(namedIn(text, own)).toEqual([]);
  });

  it('is of the repository that it names', () => {
    const changeOf = (repository: string, id: string, title?: string) =>
      history(
        change('01 08:00', id === 'undo' ? '03 10:00' : '02 10:00', { repository, id, number: 10, title }),
        [],
      );
    const undo = history(
      { ...changeOf(own, 'undo').change, number: 60, mergeCommit: 'f'.repeat(9) },
      [],
      [commit('03 09:00', 'ann', { change: 'undo', message: 'Undo elsewhere\n\nReverts acme/other#10' })],
    );
    const all = [changeOf(own, 'own'), changeOf(other, 'other'), undo];
    expect([...reversalsOf(all)]).toMatchObject([['other', { by: 'undo', evidence: 'revert' }]]);
  });
});

const pieces = [
  ...[
    'Revert "',
    'Reverts ',
    'Reverts acme/other',
    'Fix ',
    'Fixed',
    'fixture',
    'hotfix',
    'Merge ',
    'Merge branch x',
  ],
  ...[
    'Apply suggestions from @bob',
    '#10',
    '#12',
    ' #7',
    'shop/web#3',
    'This reverts merge request !9',
    'acme/x!4',
    'This reverts commit abcdef1234',
    '@cyn',
    'x',
  ],
  ...[
    'zoe@example.com',
    '<a@b.c>',
    '\n',
    '\n\n',
    ' ',
    ' of ',
    '(',
    ')',
    '.',
    '\0',
    '\ud800',
    '\r\n',
    'w'.repeat(70),
    '[',
    ']',
    'backport of #10',
    ' (regression from #12',
  ],
];

function randomText(random: () => number): string {
  const length = Math.floor(random() * 14);
  return Array.from({ length }, () => pieces[Math.floor(random() * pieces.length)]).join('');
}

describe('what is kept of a text', () => {
  it('is read as the text was, is kept again as it is, and names nobody', () => {
    const random = seededRandom('texts');
    let said = 0;
    for (let round = 0; round < 20_000; round++) {
      const text = randomText(random);
      const kept = signalsOf(text);
      const named = namedIn(text, own);
      said += named.length;
      expect(namedIn(kept, own), JSON.stringify(text)).toEqual(named);
      expect(signalsOf(kept), JSON.stringify(text)).toBe(kept);
      expect(kept).not.toMatch(/bob|cyn|zoe|\0|\ud800/u);
    }
    expect(said).toBeGreaterThan(2_000);
  });

  it.each([
    ['Add totals\n\nFor Zoe', ''],
    ['Fixed crash of #10 for @zoe', 'Fixed crash of #10 for'],
    ['Undo\n\nAs Zoe asked. Reverts #10, sorry', 'Reverts #10'],
    ['Merge branch main', 'Merge branch main'],
    [`Fix ${'w'.repeat(190)} #123456789`, `Fix ${'w'.repeat(190)}`],
  ])('of %j', (text, kept) => {
    expect(signalsOf(text)).toBe(kept);
  });
});

describe('a repository that was renamed', () => {
  it('has its new name in texts', () => {
    const renamed = (text: string) => withNameIn(text, own, other, 'git.example.com/acme/new');
    expect(renamed('Reverts Acme/other#10, not acme/others#10')).toBe(
      'Reverts acme/new#10, not acme/others#10',
    );
    expect(renamed('Reverts #10')).toBe('Reverts #10');
    expect(withNameIn('Reverts PR#1, shop/web#2', own, own, 'git.example.com/shop/app')).toBe(
      'Reverts PR#1, shop/app#2',
    );
    expect(withNameIn('Reverts acme/other#1', own, 'github.com/acme/other', 'github.com/acme/new')).toBe(
      'Reverts acme/other#1',
    );
  });
});
