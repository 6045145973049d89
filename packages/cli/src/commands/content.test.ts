import { describe, expect, it } from 'vitest';
import { openedText, statusText, subjectOf } from './content.ts';
import { statusText as retentionText, runText } from './retention.ts';

const part = (text: string) => ({ salt: '', content: Buffer.from(text).toString('base64') });

describe('what the command line shows of kept content', () => {
  it('is the text, without what would steer a terminal', () => {
    const shown = openedText({ request: part('a\tb\u001b[2J\u009b\u202ec\nd'), response: null });
    expect(shown).toBe('--- request\na\tb\ufffd[2J\ufffd\ufffdc\nd\n--- answer\n(nothing is kept)\n');
  });

  it('says how the store stands', () => {
    const status = { state: 'on', failure: null, waitingBytes: 5, notKept: 1, items: 3 } as const;
    expect(statusText(status)).toBe('3 items are kept; 5 bytes wait, 1 could not be kept since the start.\n');
    expect(statusText({ ...status, state: 'off' })).toBe('No content is kept.\n');
    expect(statusText({ ...status, state: 'broken', failure: 'content.key-wrong' })).toContain(
      'content.key-wrong',
    );
  });

  it('takes one subject', () => {
    expect(subjectOf({ subject: 'p-1' })).toEqual({ kind: 'pseudonym', value: 'p-1' });
    expect(subjectOf({ before: '2026-01-01' })).toEqual({ kind: 'before', value: '2026-01-01' });
    for (const wrong of [{}, { op: 'a', subject: 'b' }])
      expect(() => subjectOf(wrong)).toThrow(expect.objectContaining({ code: 'content.subject-unsaid' }));
  });
});

describe('what it shows of retention', () => {
  const run = {
    ...{ periods: 1, items: 2, minimum: 256, entries: 3, inputs: 4, rows: 5 },
    ...{ holds: ['case-7'], stopped: true, failed: ['content.unavailable'] },
  };
  it('names what went, what holds it, and what could not be done', () => {
    const text = runText(run);
    for (const piece of [
      '2 items',
      '1 periods',
      '3 entries',
      '256',
      'case-7',
      'meanwhile',
      'content.unavailable',
    ])
      expect(text).toContain(piece);
    expect(runText({ ...run, minimum: null, holds: [], stopped: false, failed: [] })).not.toMatch(
      /index is|Holds|Not/,
    );
  });

  it('says when the program says nothing', () => {
    const none = {
      enforce: false,
      ledgerDays: null,
      contentDays: null,
      classes: [],
      minimum: 0,
      holds: 0,
      lastRun: null,
    };
    expect(retentionText(none)).toBe('The program says no retention: nothing is deleted by itself.\n');
    expect(retentionText({ ...none, ledgerDays: 30, contentDays: 7 })).toMatch(
      /not enforced[\s\S]*no run yet/,
    );
  });
});
