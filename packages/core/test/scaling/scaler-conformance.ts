/** What every scaler promises, whatever it scales by; run it once per scaler. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Scaler } from '../../src/scaling/scaler.js';
import { fittedScalerFromJSON, scalerByName } from '../../src/scaling/scaler-by-name.js';

/** Levels and spreads from 1e-9 to 1e9, outliers, repeats and negative zero among them. */
const arbitraryValue = fc.oneof(
  fc.double({ min: -1e3, max: 1e3, noNaN: true }),
  fc.double({ min: -1e9, max: 1e9, noNaN: true }),
  fc.double({ min: -1e-9, max: 1e-9, noNaN: true }),
  fc.constantFrom(0, -0, 7),
);

/** Values with a mask; NaN and infinities may stand under the mask. */
const arbitraryChannel = fc
  .array(
    fc.record({
      value: arbitraryValue,
      garbage: fc.oneof(arbitraryValue, fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -1e308)),
      isObserved: fc.boolean(),
    }),
    { maxLength: 60 },
  )
  .map((cells) => ({
    values: Float64Array.from(cells, ({ value, garbage, isObserved }) => (isObserved ? value : garbage)),
    others: Float64Array.from(cells, ({ value, isObserved }) => (isObserved ? value : Number.NaN)),
    observed: Uint8Array.from(cells, ({ isObserved }) => (isObserved ? 1 : 0)),
  }));

function mask(length: number): Uint8Array {
  return new Uint8Array(length).fill(1);
}

/** @param options.scales whether it scales at all, so that it can find nothing to scale by */
export function scalerConformance(scaler: Scaler, options: { readonly scales: boolean }): void {
  describe(`the ${scaler.name} scaler`, () => {
    it('has a name that finds it', () => {
      expect(scalerByName(scaler.name).name).toBe(scaler.name);
      expect(scaler.fit([1, 2], mask(2)).name).toBe(scaler.name);
    });

    it('goes back to the values, up to rounding', () => {
      fc.assert(
        fc.property(arbitraryChannel, ({ others, observed }) => {
          const fitted = scaler.fit(others, observed);
          const there = fitted.transform(others);
          const back = fitted.inverse(there);
          others.forEach((value, t) => {
            if (observed[t] === 0) {
              expect([there[t], back[t]]).toEqual([Number.NaN, Number.NaN]);
              return;
            }
            // A handful of roundings, each of the size of the value or the location; asinh multiplies them by its height.
            const rounding = 16 * Number.EPSILON * (Math.abs(value) + Math.abs(fitted.location));
            // A scaled value of almost nothing is rounded to a multiple of the smallest double.
            const underflow = Number.MIN_VALUE * (1 + fitted.scale);
            expect(Math.abs(back[t] - value)).toBeLessThanOrEqual(
              rounding * (1 + Math.abs(there[t])) + underflow,
            );
          });
        }),
        { numRuns: 500 },
      );
    });

    it('keeps order, and puts the location at 0', () => {
      fc.assert(
        fc.property(arbitraryChannel, ({ others, observed }) => {
          const fitted = scaler.fit(others, observed);
          const sorted = others.filter((_, t) => observed[t] === 1).sort();
          const scaled = fitted.transform(sorted);
          for (let t = 1; t < scaled.length; t++) expect(scaled[t]).toBeGreaterThanOrEqual(scaled[t - 1]);
          expect(Math.abs(fitted.transform([fitted.location])[0])).toBe(0);
        }),
      );
    });

    it('always has a finite location and a finite scale above 0', () => {
      fc.assert(
        fc.property(arbitraryChannel, ({ values, observed }) => {
          const { location, scale, degenerate } = scaler.fit(values, observed);
          expect(Number.isFinite(location) && Number.isFinite(scale) && scale > 0).toBe(true);
          if (degenerate) expect(scale).toBe(1);
        }),
      );
    });

    it('does not look under the mask', () => {
      fc.assert(
        fc.property(arbitraryChannel, ({ values, others, observed }) => {
          expect(scaler.fit(values, observed).toJSON()).toEqual(scaler.fit(others, observed).toJSON());
          const kept = others.filter((_, t) => observed[t] === 1);
          expect(scaler.fit(kept, mask(kept.length)).toJSON()).toEqual(scaler.fit(others, observed).toJSON());
        }),
      );
    });

    it.each([
      ['the same everywhere', [0.1, 0.1, 0.1], [1, 1, 1], 0.1],
      ['one value', [Number.NaN, 5], [0, 1], 5],
      ['nothing observed', [3, Number.NaN], [0, 0], 0],
      ['nothing at all', [], [], 0],
      ['a spread that squares to nothing', [1e-320, 1e-320, 2e-320], [1, 1, 1], undefined],
    ])('has scale 1 and says so where there is %s', (_, values, observed, location) => {
      const fitted = scaler.fit(values, observed);
      expect(fitted.scale).toBe(1);
      expect(fitted.degenerate).toBe(options.scales);
      if (options.scales && location !== undefined) expect(fitted.location).toBe(location);
      const seen = values.filter((__, t) => observed[t] === 1);
      expect([...fitted.inverse(fitted.transform(seen))]).toEqual(seen);
    });

    it('is not degenerate where there is a spread', () => {
      expect(scaler.fit([1, 2, 3, 4], mask(4)).degenerate).toBe(false);
    });

    it('changes nothing that it is given', () => {
      const values = Float64Array.of(1, Number.NaN, 5, 2);
      const observed = Uint8Array.of(1, 0, 1, 1);
      const fitted = scaler.fit(values, observed);
      fitted.transform(values);
      fitted.inverse(values);
      expect(values).toEqual(Float64Array.of(1, Number.NaN, 5, 2));
      expect(observed).toEqual(Uint8Array.of(1, 0, 1, 1));
    });

    it('writes where it is told to, in place too', () => {
      const values = Float64Array.of(3, -1, 4, 1, Number.NaN);
      const fitted = scaler.fit(values, [1, 1, 1, 1, 0]);
      const scaled = fitted.transform(values);
      const out = new Float64Array(5);
      expect(fitted.transform(values, out)).toBe(out);
      expect(out).toEqual(scaled);
      const inPlace = values.slice();
      expect(fitted.transform(inPlace, inPlace)).toEqual(scaled);
      expect(fitted.inverse(inPlace, inPlace)).toEqual(fitted.inverse(scaled));
    });

    it('survives JSON to the bit', () => {
      fc.assert(
        fc.property(arbitraryChannel, ({ values, observed }) => {
          const fitted = scaler.fit(values, observed);
          const copy = fittedScalerFromJSON(JSON.parse(JSON.stringify(fitted)));
          expect(copy.toJSON()).toEqual(fitted.toJSON());
          expect(copy.transform(values)).toEqual(fitted.transform(values));
          expect(copy.inverse(values)).toEqual(fitted.inverse(values));
        }),
      );
    });

    it('refuses a mask or an output of another length', () => {
      expect(() => scaler.fit([1, 2], [1])).toThrowError(
        'SHAPE_MISMATCH: observed: expected 2 entries, as many as values, found 1. Give one mask entry per value.',
      );
      const fitted = scaler.fit([1, 2], [1, 1]);
      const message =
        'SHAPE_MISMATCH: out: expected 2 entries, as many as values, found 3. Give an array of that length, or none.';
      expect(() => fitted.transform([1, 2], new Float64Array(3))).toThrowError(message);
      expect(() => fitted.inverse([1, 2], new Float64Array(3))).toThrowError(message);
    });

    it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
      'refuses %d where the mask says that it was observed',
      (value) => {
        expect(() => scaler.fit([1, value], [1, 1])).toThrowError(
          `NUMBER_INFINITE: values[1]: expected a finite number where the mask says that it was observed, found ${value}. Set the mask to 0 where nothing was observed.`,
        );
      },
    );

    if (!options.scales) return;
    it('refuses values whose spread is infinite', () => {
      expect(() => scaler.fit([1.7e308, -1.7e308, 1.7e308, -1.7e308], mask(4))).toThrowError(
        `NUMBER_INFINITE: values of the ${scaler.name} scaler: expected values whose mean and spread a double holds, found location `,
      );
    });
  });
}
