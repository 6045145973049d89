import { describe, expect, it } from 'vitest';
import { progressOn } from './demo-progress.ts';

const end = { planned: 40, refused: 5, reasons: 3, people: 7 } as const;

function shown(isTTY: boolean, made: readonly number[], state: 'done' | 'stopped' | 'broken'): string {
  let text = '';
  const show = progressOn({ isTTY, write: (more) => (text += more) });
  for (const count of made) show({ ...end, made: count, state: 'running' });
  show({ ...end, made: made.at(-1) ?? 0, state });
  return text;
}

const counts = Array.from({ length: 40 }, (_, at) => at + 1);

describe('progress', () => {
  it('is a line a quarter in a log', () => {
    expect(shown(false, counts, 'done').split('\n')).toEqual([
      'history: 10 of 40 calls',
      'history: 20 of 40 calls',
      'history: 30 of 40 calls',
      'history: 40 calls by 7 people, 5 of them refused, for 3 reasons',
      '',
    ]);
  });

  it('is one line in a terminal, left so that whatever comes next writes over it', () => {
    const text = shown(true, counts, 'done');
    expect(text.split('\n')).toHaveLength(2);
    expect(text).toContain('history: 39 of 40 calls\r');
  });

  it('says so when it was stopped, or given up', () => {
    expect(shown(false, [9], 'stopped')).toBe('history: stopped after 9 of 40 calls\n');
    expect(shown(false, [9], 'broken')).toMatch(/given up after 9 of 40 calls/);
  });
});
