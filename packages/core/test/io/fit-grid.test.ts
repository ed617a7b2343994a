import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitGrid } from '../../src/io/series/fit-grid.js';
import { addSteps, parseFrequency } from '../../src/time/frequency.js';

const day = 86_400_000;
/** A Friday that is also the last day of a month and of a quarter: every frequency may begin here. */
const start = Date.UTC(2023, 5, 30);
const frequency = fc
  .constantFrom('ms', 's', '15min', 'h', 'D', '2D', 'B', 'W', 'M', 'ME', 'Q', 'QE', 'Y')
  .map(parseFrequency);
const steps = fc
  .uniqueArray(fc.integer({ min: 1, max: 400 }), { maxLength: 30 })
  .map((list) => [0, ...list.sort((a, b) => a - b)]);

describe('fitGrid', () => {
  it('finds the step of every time on a grid, whatever its frequency', () => {
    fc.assert(
      fc.property(frequency, steps, (step, wanted) => {
        const fit = fitGrid(
          Float64Array.from(wanted, (at) => addSteps(start, step, at)),
          step,
        );
        expect(fit.offIndex).toBe(-1);
        expect(fit.length).toBe((wanted.at(-1) ?? 0) + 1);
        expect(fit.steps === undefined ? wanted.map((_, i) => i) : [...fit.steps]).toEqual(wanted);
      }),
    );
  });

  it('names the first time that is off it', () => {
    const times = Float64Array.of(start, start + day, start + 5 * day, start + 5.5 * day, start + 6.5 * day);
    expect(fitGrid(times, parseFrequency('D')).offIndex).toBe(3);
    expect(fitGrid(Float64Array.of(start + day), parseFrequency('B')).offIndex).toBe(0);
    expect(fitGrid(Float64Array.of(start - day), parseFrequency('ME')).offIndex).toBe(0);
  });
});
