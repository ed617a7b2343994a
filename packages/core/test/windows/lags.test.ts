/** Earlier values beside each step. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { channel } from '../../src/frames/channel.js';
import { lagMatrix } from '../../src/windows/lags.js';

const none = Number.NaN;

describe('lagMatrix', () => {
  it('has the values of earlier steps, and nothing where there is none or it was not observed', () => {
    const source = channel({ name: 'y', values: [10, 11, 12, 13], observed: [1, 0, 1, 1] });
    const { lags, values, observed } = lagMatrix(source, [1, 3, 0]);
    expect(lags).toEqual([1, 3, 0]);
    expect(values).toEqual(
      Float64Array.from(
        [
          [none, none, 10],
          [10, none, none],
          [none, none, 12],
          [12, 10, 13],
        ].flat(),
      ),
    );
    expect([...observed]).toEqual([0, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1]);
  });

  it('is NaN exactly where its mask is 0, and does not look under the mask of the channel', () => {
    const cells = fc.array(fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: none }), {
      maxLength: 30,
    });
    const lags = fc.array(fc.nat(40), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(cells, lags, (row, steps) => {
        const clean = channel({ name: 'y', values: row });
        const dirty = { ...clean, values: clean.values.map((value) => (Number.isNaN(value) ? 1e9 : value)) };
        const made = lagMatrix(clean, steps);
        expect(lagMatrix(dirty, steps)).toEqual(made);
        row.forEach((_, t) => {
          steps.forEach((lag, k) => {
            const expected = row[t - lag] ?? none;
            expect(made.values[t * steps.length + k]).toBe(expected);
            expect(made.observed[t * steps.length + k]).toBe(Number.isNaN(expected) ? 0 : 1);
          });
        });
      }),
    );
  });

  it('never shows a step what comes after it', () => {
    const values = Float64Array.from({ length: 50 }, (_, t) => t);
    const before = lagMatrix(channel({ name: 'y', values }), [0, 1, 7]);
    const after = lagMatrix(
      channel({ name: 'y', values: values.map((value) => (value > 30 ? -1 : value)) }),
      [0, 1, 7],
    );
    expect(after.values.subarray(0, 31 * 3)).toEqual(before.values.subarray(0, 31 * 3));
  });

  it('changes nothing that it is given', () => {
    const source = channel({ name: 'y', values: [1, 2, 3] });
    const lags = [1, 2];
    lagMatrix(source, lags).values.fill(0);
    expect([...source.values, ...source.observed, ...lags]).toEqual([1, 2, 3, 1, 1, 1, 1, 2]);
  });

  it.each([
    [[], 'none'],
    [[1, -1], '-1'],
    [[0.5], '0.5'],
    [[Number.NaN], 'NaN'],
  ])('refuses the lags %j', (lags, found) => {
    expect(() => lagMatrix(channel({ name: 'y', values: [1] }), lags)).toThrowError(
      `OPTIONS_INVALID: lags: expected at least one whole number of steps back, none of them negative, found ${found}. Give lags such as 1, 7, 28.`,
    );
  });
});
