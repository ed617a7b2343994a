import { RandomStream, randomKey } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import { detectGaps } from '../../../../src/preservation/detectors/missingness/detect-gaps.js';

const none = Number.NaN;

function complete(length: number, gaps: readonly (readonly [number, number])[] = []): Float64Array {
  const values = Float64Array.from({ length }, (_, t) => t);
  for (const [start, end] of gaps) values.fill(none, start, end);
  return values;
}

describe('detectGaps', () => {
  it('sums up the mask, by hand', () => {
    // Missing steps 1, 4 and 5 of ten: mean place 10/3 of 9.
    const { status, missing, structures } = detectGaps(
      'y',
      complete(10, [
        [1, 2],
        [4, 6],
      ]),
    );
    expect({ status, missing }).toEqual({ status: 'found', missing: 3 });
    const [{ kind, start, end, statistic, pValue, details }] = structures;
    expect({ kind, start, end, statistic, pValue }).toEqual({
      kind: 'missingness',
      start: 1,
      end: 6,
      statistic: 0.3,
      pValue: none,
    });
    expect(details).toEqual({
      missing: 3,
      gaps: 2,
      unlisted: 0,
      longest: 2,
      longestStart: 4,
      position: 10 / 3 / 9,
    });
  });

  const three = complete(1000, [
    [3, 4],
    [50, 80],
    [999, 1000],
  ]);

  it('lists every gap, however short', () => {
    const [, ...gaps] = detectGaps('y', three).structures;
    expect(gaps.map(({ kind, start, end, threshold }) => [kind, start, end, threshold])).toEqual([
      ['gap', 3, 4, 1],
      ['gap', 50, 80, 1],
      ['gap', 999, 1000, 1],
    ]);
    // A gap of one step goes on for at least one step with certainty.
    expect(gaps[0].pValue).toBe(1);
  });

  it('lists of more than the most those that chance would not make, and says how many it leaves out', () => {
    const [sum, gap, ...rest] = detectGaps('y', three, { mostGaps: 2 }).structures;
    expect(rest).toEqual([]);
    expect(sum.details).toMatchObject({ gaps: 3, unlisted: 2 });
    expect(gap).toMatchObject({ kind: 'gap', start: 50, end: 80, statistic: 30, details: { share: 0.03 } });
    // Three gaps, at a rate of 32 in 1000: chance of one of at least n steps.
    const chance = (n: number) => 1 - (1 - 0.032 ** (n - 1)) ** 3;
    expect(gap.threshold).toBe(4);
    expect(chance(4)).toBeLessThan(1e-3);
    expect(chance(3)).toBeGreaterThan(1e-3);
    expect(gap.pValue / (3 * 0.032 ** 29)).toBeCloseTo(1, 9);
  });

  it('takes steps that go missing one by one for chance', () => {
    let found = 0;
    for (let seed = 0; seed < 50; seed++) {
      const stream = new RandomStream(randomKey(seed));
      const values = complete(1000).map((value) => (stream.uniform() < 0.3 ? none : value));
      found += detectGaps('y', values, { significance: 0.05, mostGaps: 0 }).structures.length - 1;
    }
    // 2.5 are expected.
    expect(found).toBeLessThan(9);
    expect(found).toBeGreaterThan(0);
  });

  it('has nothing to say of a complete channel, and of an empty one', () => {
    expect(detectGaps('y', complete(10))).toMatchObject({ status: 'none', missing: 0, structures: [] });
    expect(detectGaps('y', new Float64Array())).toMatchObject({ status: 'none' });
  });

  it('sums up a channel without any value', () => {
    const { structures, missing } = detectGaps('y', new Float64Array(7).fill(none));
    expect(missing).toBe(7);
    expect(structures.map(({ kind }) => kind)).toEqual(['missingness', 'gap']);
    expect(structures[0]).toMatchObject({
      start: 0,
      end: 7,
      statistic: 1,
      details: { longest: 7, position: 0.5 },
    });
  });

  it('refuses infinities and wrong options, and does not write to its input', () => {
    const values = complete(20, [[3, 9]]);
    const copy = values.slice();
    detectGaps('y', values);
    expect(values).toEqual(copy);
    values[2] = Number.POSITIVE_INFINITY;
    expect(() => detectGaps('y', values)).toThrow('NUMBER_INFINITE: channel "y" at step 2');
    expect(() => detectGaps('y', copy, { significance: 0 })).toThrow('OPTIONS_INVALID');
  });
});
