import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SortedWindow } from '../../../../src/preservation/detectors/spikes/sorted-window.js';

function obviousMedian(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

describe('SortedWindow', () => {
  it('has the median, and the median distance from it, that sorting anew gives at every step', () => {
    const value = fc.oneof(fc.integer({ min: -2, max: 2 }), fc.double({ min: -9, max: 9, noNaN: true }));
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 9 }),
        (values, width) => {
          const window = new SortedWindow(width);
          for (const [i, each] of values.entries()) {
            if (i >= width) window.remove(values[i - width]);
            window.add(each);
            const members = values.slice(Math.max(0, i - width + 1), i + 1);
            const median = obviousMedian(members);
            expect(window.count).toBe(members.length);
            expect(window.median()).toBeCloseTo(median, 12);
            const distances = members.map((member) => Math.abs(member - median));
            expect(window.medianDistance(window.median())).toBeCloseTo(obviousMedian(distances), 12);
          }
        },
      ),
    );
  });

  it('has no median when it is empty', () => {
    const window = new SortedWindow(3);
    expect(window.median()).toBeNaN();
    window.add(2);
    window.remove(2);
    expect(window.median()).toBeNaN();
  });
});
