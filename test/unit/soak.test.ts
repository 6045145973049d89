import { describe, expect, it } from 'vitest';
import { judgeMemory } from '../../tools/soak/slope.ts';

/** Readings every 10 s over so many minutes, after a steep warm-up of five. */
const readings = (minutes: number, miBPer10Min: number) =>
  Array.from({ length: minutes * 6 }, (_, i) => {
    const seconds = (i + 1) * 10;
    const warm = Math.min(seconds, 290) / 3;
    return { seconds, rssMiB: 300 + warm + (miBPer10Min * seconds) / 600 + (i % 2 === 0 ? 2 : -2) };
  });

describe('the memory of a soak', () => {
  it('is judged by its slope after warm-up', () => {
    expect(judgeMemory(readings(20, 0.9))).toMatchObject({ judged: true, met: true, warmUpSeconds: 300 });
    const grown = judgeMemory(readings(20, 1.5));
    expect(grown).toMatchObject({ judged: true, met: false });
    expect(grown.slopeMiBPer10Min).toBeCloseTo(1.5, 1);
    expect(judgeMemory(readings(40, -3))).toMatchObject({ judged: true, met: true });
  });

  it('is not judged when it lasted too short', () => {
    expect(judgeMemory(readings(19, 100))).toMatchObject({ judged: false, met: null });
    expect(judgeMemory(readings(1, 5)).slopeMiBPer10Min).toBeGreaterThan(5);
    for (const few of [[], [{ seconds: 10, rssMiB: 1 }]])
      expect(judgeMemory(few)).toMatchObject({ slopeMiBPer10Min: null, judged: false, met: null });
  });
});
