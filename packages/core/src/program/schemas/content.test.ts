import { describe, expect, it } from 'vitest';
import { content } from './content.ts';

describe('content', () => {
  it('says whose content is kept and for how long', () => {
    expect(content.parse({ keep: [{ days: 30 }] })).toEqual({
      keep: [{ repositories: ['*'], dataClasses: ['*'], days: 30 }],
      whenNotKept: 'go-on',
      maxMegabytes: 16,
    });
    for (const wrong of [
      {},
      { keep: [] },
      { keep: [{}] },
      { keep: [{ days: 0 }] },
      { keep: [{ days: 1, repositories: [] }] },
      { keep: [{ days: 1 }], whenNotKept: 'ignore' },
      { keep: [{ days: 1 }], maxMegabytes: 100 },
    ]) {
      expect(content.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false);
    }
  });
});
