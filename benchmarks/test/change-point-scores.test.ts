import { describe, expect, it } from 'vitest';
import { changePointF1, segmentCovering } from '../src/preservation/change-point-scores.js';

describe('changePointF1', () => {
  it('is 1 where everybody agrees, and where nobody sees a change', () => {
    expect(changePointF1({ a: [40], b: [40] }, [40])).toBe(1);
    expect(changePointF1({ a: [], b: [] }, [])).toBe(1);
  });

  it('counts 0 as known to all, takes precision over all marks and recall per annotator', () => {
    // Found 0, 42, 90. All marks 0, 40, 70: 0 and 42 match, precision 2/3. Recalls 2/2 and 1/2, mean 3/4.
    const expected = (2 * (2 / 3) * (3 / 4)) / (2 / 3 + 3 / 4);
    expect(changePointF1({ a: [40], b: [70] }, [90, 42])).toBeCloseTo(expected, 12);
  });

  it('accepts 5 steps on either side and no more', () => {
    expect(changePointF1({ a: [40] }, [45])).toBe(1);
    expect(changePointF1({ a: [40] }, [35])).toBe(1);
    expect(changePointF1({ a: [40] }, [46])).toBe(0.5);
  });

  it('lets a guess serve one mark only', () => {
    // Marks 0, 40, 43; found 0, 41: one of both marks is met. Precision 2/2, recall 2/3.
    expect(changePointF1({ a: [40, 43] }, [41])).toBeCloseTo(0.8, 12);
  });

  it('counts a guess that is given twice once', () => {
    expect(changePointF1({ a: [40] }, [40, 40])).toBe(1);
  });
});

describe('segmentCovering', () => {
  it('is 1 for the same segments', () => {
    expect(segmentCovering({ a: [4] }, [4], 10)).toBe(1);
  });

  it('weighs the best overlap of each segment by its length', () => {
    // [0, 4): against [0, 5) 4/5. [4, 10): against [5, 10) 5/6.
    expect(segmentCovering({ a: [4] }, [5], 10)).toBeCloseTo(0.4 * (4 / 5) + 0.6 * (5 / 6), 12);
  });

  it('is the mean over annotators', () => {
    // Against no change: [0, 4) has 4/10 and [4, 10) has 6/10; the second annotator agrees.
    expect(segmentCovering({ a: [4], b: [] }, [], 10)).toBeCloseTo((0.4 * 0.4 + 0.6 * 0.6 + 1) / 2, 12);
  });

  it('takes an index of -1 or beyond the end for no change', () => {
    expect(segmentCovering({ a: [] }, [10], 10)).toBe(1);
  });
});
