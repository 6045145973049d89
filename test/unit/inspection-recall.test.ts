import { describe, expect, it } from 'vitest';
import { hasReference, measureRecall, referenceDir } from '../../tools/inspection-recall.ts';

if (!hasReference) {
  process.stderr.write(
    `SKIPPED inspection recall: no reference data at ${referenceDir}; set FAIRLEAD_REFERENCE\n`,
  );
}

// Floors and ceilings are what was reached; the detectors were written with this data at hand, so these guard against
// getting worse and say nothing of unseen data.
describe.skipIf(!hasReference)('on the reference data', () => {
  const recall = hasReference ? measureRecall() : null;

  it('finds at least 97 % of the structured tokens with grade A', () => {
    expect(recall?.structured).toBeGreaterThanOrEqual(90);
    expect((recall?.structuredFound ?? 0) / (recall?.structured ?? 1)).toBeGreaterThanOrEqual(0.97);
  });

  it('finds at least 70 % of the other rows with any grade', () => {
    expect(recall?.other).toBeGreaterThanOrEqual(50);
    expect((recall?.otherFound ?? 0) / (recall?.other ?? 1)).toBeGreaterThanOrEqual(0.7);
  });

  it('raises few alarms on negatives, of which about half are real formats that the source chose to allow', () => {
    expect(recall?.negatives).toBeGreaterThanOrEqual(300);
    expect(recall?.blockAlarms).toBeLessThanOrEqual(28);
    expect(recall?.warnAlarms).toBeLessThanOrEqual(8);
  });
});
