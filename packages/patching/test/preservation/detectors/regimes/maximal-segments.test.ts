import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  maximalSegments,
  type ScoredStretch,
} from '../../../../src/preservation/detectors/regimes/maximal-segments.js';

/** The definition of Ruzzo and Tompa: the best stretch (the shortest of those), and then what lies left and right of it. */
function slow(scores: readonly number[], offset = 0): ScoredStretch[] {
  let best: ScoredStretch | undefined;
  for (let start = 0; start < scores.length; start++) {
    let sum = 0;
    for (let end = start + 1; end <= scores.length; end++) {
      sum += scores[end - 1];
      const isBetter = sum > (best?.sum ?? 0);
      const isShorter = best !== undefined && sum === best.sum && end - start < best.end - best.start;
      if (isBetter || isShorter) best = { start, end, sum };
    }
  }
  if (best === undefined) return [];
  const { start, end, sum } = best;
  return [
    ...slow(scores.slice(0, start), offset),
    { start: offset + start, end: offset + end, sum },
    ...slow(scores.slice(end), offset + end),
  ];
}

describe('maximalSegments', () => {
  it('gives the example of the source', () => {
    const scores = Float64Array.of(4, -5, 3, -3, 1, 2, -2, 2, -2, 1, 5);
    expect(maximalSegments(scores)).toEqual([
      { start: 0, end: 1, sum: 4 },
      { start: 2, end: 3, sum: 3 },
      { start: 4, end: 11, sum: 7 },
    ]);
  });

  it('is what cutting out the best stretch again and again gives', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 4 }), { maxLength: 40 }), (scores) => {
        const found = maximalSegments(Float64Array.from(scores));
        const expected = slow(scores);
        expect(found.map(({ start, end }) => [start, end])).toEqual(
          expected.map(({ start, end }) => [start, end]),
        );
        found.forEach(({ sum }, i) => {
          expect(sum).toBeCloseTo(expected[i].sum, 10);
        });
      }),
    );
  });
});
