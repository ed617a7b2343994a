/** Every scaler through the conformance suite, and values computed by hand. */
import { describe, expect, it } from 'vitest';
import { asinhScaler } from '../../src/scaling/asinh.js';
import { instanceScaler } from '../../src/scaling/instance.js';
import { noScaler } from '../../src/scaling/none.js';
import { robustScaler } from '../../src/scaling/robust.js';
import { scalerNames } from '../../src/scaling/scaler.js';
import { fittedScalerFromJSON, scalerByName } from '../../src/scaling/scaler-by-name.js';
import { standardScaler } from '../../src/scaling/standard.js';
import { scalerConformance } from './scaler-conformance.js';

scalerConformance(noScaler, { scales: false });
scalerConformance(standardScaler, { scales: true });
scalerConformance(robustScaler, { scales: true });
scalerConformance(instanceScaler(), { scales: true });
scalerConformance(asinhScaler, { scales: true });

// The mask hides 1000.
const values = [2, 4, 1000, 4, 4, 5, 5, 7, 9];
const observed = [1, 1, 0, 1, 1, 1, 1, 1, 1];

describe('values by hand', () => {
  it('standard: mean 5 and population deviation 2 of 2, 4, 4, 4, 5, 5, 7, 9', () => {
    const fitted = standardScaler.fit(values, observed);
    expect(fitted).toMatchObject({ location: 5, scale: 2, degenerate: false });
    expect(fitted.transform([5, 9, 2])).toEqual(Float64Array.of(0, 2, -1.5));
    expect(fitted.inverse([0, 2, -1.5])).toEqual(Float64Array.of(5, 9, 2));
  });

  it('standard: a small spread far from 0 is not lost', () => {
    const { location, scale } = standardScaler.fit([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16], [1, 1, 1, 1]);
    expect(location).toBe(1e9 + 10);
    expect(scale).toBeCloseTo(Math.sqrt(22.5), 12);
  });

  it('standard: equal values have no spread, however many their mean is rounded over', () => {
    const value = 279329.73591214785;
    const equal = new Float64Array(72_806).fill(value);
    expect(standardScaler.fit(equal, equal)).toMatchObject({ location: value, scale: 1, degenerate: true });
  });

  it('instance: the same, with epsilon under the root', () => {
    const fitted = instanceScaler().fit(values, observed);
    expect([fitted.location, fitted.scale]).toEqual([5, Math.sqrt(4 + 1e-5)]);
    expect(instanceScaler({ epsilon: 5 }).fit(values, observed).scale).toBe(3);
  });

  it('robust: quartiles 4 and 5.5 and median 4.5 of 2, 4, 4, 4, 5, 5, 7, 9', () => {
    const fitted = robustScaler.fit(values, observed);
    expect([fitted.location, fitted.scale]).toEqual([4.5, 1.5 / 1.349]);
    // Neither of the two ends moves it.
    const wild = values.map((value) => (value === 9 ? 1e12 : value));
    expect(robustScaler.fit(wild, observed).toJSON()).toEqual(fitted.toJSON());
  });

  it('robust: is the standard deviation where values are normal', () => {
    // Quantiles of the standard normal at 0.01 to 0.99 in steps of 0.01, by symmetry of its quartiles: 0.6745.
    const fitted = robustScaler.fit([-2, -0.6745, 0, 0.6745, 2], [1, 1, 1, 1, 1]);
    expect(fitted.location).toBe(0);
    expect(fitted.scale).toBeCloseTo(1, 4);
  });

  it('robust: is degenerate where half of the values are the same', () => {
    const fitted = robustScaler.fit([0, 0, 0, 0, 0, 8], [1, 1, 1, 1, 1, 1]);
    expect(fitted).toMatchObject({ location: 0, scale: 1, degenerate: true });
  });

  it('robust: is degenerate where an outlier would become infinite', () => {
    const fitted = robustScaler.fit([0, 1e-307, 2e-307, 3e-307, 1e10], [1, 1, 1, 1, 1]);
    expect(fitted).toMatchObject({ location: 2e-307, scale: 1, degenerate: true });
  });

  it('asinh: is robust scaling near the median and logarithmic far from it', () => {
    const fitted = asinhScaler.fit([0, 1.349, 2.698], [1, 1, 1]);
    expect(fitted.location).toBe(1.349);
    expect(fitted.scale).toBeCloseTo(1, 14);
    // asinh(1) = ln(1 + sqrt 2); asinh(z) approaches ln(2 z).
    expect(fitted.transform([2.349])[0]).toBeCloseTo(Math.log(1 + Math.SQRT2), 14);
    expect(fitted.transform([-1e6])[0]).toBeCloseTo(-Math.log(2e6), 5);
    expect(fitted.inverse([Math.log(1 + Math.SQRT2)])[0]).toBeCloseTo(2.349, 14);
  });

  it('none: nothing', () => {
    expect(noScaler.fit(values, observed).toJSON()).toEqual({
      name: 'none',
      location: 0,
      scale: 1,
      degenerate: false,
    });
    expect(noScaler.fit(values, observed).transform(values)).toEqual(Float64Array.from(values));
  });
});

describe('scalers as settings and data', () => {
  it('are found by name', () => {
    expect(scalerNames.map((name) => scalerByName(name).name)).toEqual([...scalerNames]);
    expect(() => scalerByName('minmax')).toThrowError(
      'OPTIONS_INVALID: scaler: expected one of none, standard, robust, instance, asinh, found "minmax". Use one of these names.',
    );
    expect(() => scalerByName('constructor')).toThrowError('OPTIONS_INVALID: scaler');
  });

  it.each([
    ['{"name":"minmax","location":0,"scale":1,"degenerate":false}', '.name'],
    [
      '{"name":"standard","location":0,"scale":0,"degenerate":false}',
      '.scale: expected number to be >0, found 0',
    ],
    [
      '{"name":"standard","location":null,"scale":1,"degenerate":false}',
      '.location: expected number, found null',
    ],
    ['{"name":"standard","location":0,"scale":1}', '.degenerate: expected boolean, found nothing'],
    [
      '{"name":"standard","location":0,"scale":1,"degenerate":false,"x":1}',
      ': expected one of the options name',
    ],
  ])('are not made of %s', (text, message) => {
    expect(() => fittedScalerFromJSON(JSON.parse(text))).toThrowError(
      `OPTIONS_INVALID: fittedScalerFromJSON options${message}`,
    );
  });

  it('refuse an epsilon that could not keep a window from dividing by 0', () => {
    expect(() => instanceScaler({ epsilon: 0 })).toThrowError(
      'OPTIONS_INVALID: instanceScaler options.epsilon: expected number to be >0, found 0. Correct this option or leave it out to use its default.',
    );
  });
});
