import { describe, expect, test } from 'vitest';
import { type PolicyOptions, policyConfigSchema } from '../../src/learned/policy-config.js';
import { policyFeatures } from '../../src/learned/policy-features.js';
import { featureCount } from '../../src/learned/step-features.js';
import { walk } from './policy-engines.js';

function featuresOf(values: readonly number[], options: PolicyOptions = {}, times?: readonly number[]) {
  const config = policyConfigSchema.parse(options);
  const window = {
    values: Float64Array.from(values),
    ...(times === undefined ? {} : { times: Float64Array.from(times) }),
  };
  const { data, shape } = policyFeatures([window], config);
  const width = shape[2];
  return Array.from({ length: values.length }, (_, t) =>
    Array.from(data.subarray(t * width, (t + 1) * width)),
  );
}

const near = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 5));

test('a step has its scaled value, differences and their magnitudes, by hand', () => {
  // Mean 2, deviation sqrt((1 + 1 + 4 + 0) / 4).
  const scaled = (values: readonly number[]) => near([...values.map((x) => x / Math.sqrt(1.5)), 1, 0]);
  expect(featuresOf([1, 1, 4, 2])).toEqual([
    scaled([-1, 0, 0, 0, 0]),
    scaled([-1, 0, 0, 0, 0]),
    scaled([2, 3, 3, 3, 3]),
    scaled([0, -2, 2, -5, 5]),
  ]);
});

test('a missing step has zeros and no mask, and the next one says how long nothing was seen', () => {
  const [, missing, , after] = featuresOf([1, Number.NaN, Number.NaN, 3]);
  expect(missing).toEqual(near([0, 0, 0, 0, 0, 0, 0]));
  // Mean 2, deviation 1; the difference is to the last observation, three steps ago.
  expect(after).toEqual(near([1, 2, 2, 0, 0, 1, Math.log(2)]));
});

test('a gap in time counts as missing steps do', () => {
  const even = featuresOf([1, 2, 3, 4], {}, [0, 10, 20, 30]).map((step) => step[6]);
  expect(even).toEqual(near([0, 0, 0, 0]));
  const gap = featuresOf([1, 2, 3, 4], {}, [0, 10, 20, 80]).map((step) => step[6]);
  // 60 after a mean step of 80 / 3.
  expect(gap[3]).toBeCloseTo(Math.log((1 + 2.25) / 2), 6);
});

test('location and scale of the values change nothing', () => {
  const { values } = walk(60, 1);
  const one = featuresOf([...values]).flat();
  const other = featuresOf([...values].map((x) => 1000 * x - 7)).flat();
  for (const [i, value] of one.entries()) expect(other[i]).toBeCloseTo(value, 4);
});

test.each([
  ['constant', [5, 5, 5, 5]],
  ['constant but for rounding', [0.1 + 0.2, 0.3, 0.1 + 0.2, 0.3].map((x) => 1e9 * x)],
  ['all missing', [Number.NaN, Number.NaN]],
  ['single', [3]],
])('a window that is %s has features of zeros', (_, values) => {
  for (const step of featuresOf(values)) expect(step.slice(0, 5).every((x) => Math.abs(x) === 0)).toBe(true);
});

test('the largest numbers stay finite, and one of them does not drown the rest', () => {
  for (const isCausal of [false, true]) {
    const steps = featuresOf([1, -Number.MAX_VALUE, Number.MAX_VALUE, Number.POSITIVE_INFINITY, 2], {
      isCausal,
    });
    expect(steps.flat().every(Number.isFinite)).toBe(true);
    expect(Math.max(...steps.flat().map(Math.abs))).toBeLessThan(20);
  }
});

test('causal features of a prefix are those of the whole', () => {
  const { values } = walk(80, 5);
  const whole = featuresOf([...values], { isCausal: true });
  for (const length of [1, 2, 13, 79]) {
    expect(featuresOf([...values.subarray(0, length)], { isCausal: true })).toEqual(whole.slice(0, length));
  }
});

describe('the calendar', () => {
  const options: PolicyOptions = { calendar: ['day_of_week', 'hour_of_day'] };
  // Monday, 1 January 2024.
  const monday = Date.UTC(2024, 0, 1);

  test('stands as sine and cosine of each cycle', () => {
    const hour = 3_600_000;
    const steps = featuresOf([1, 2, 3], options, [monday, monday + 6 * hour, monday + 12 * hour]);
    expect(featureCount(policyConfigSchema.parse(options))).toBe(11);
    expect(steps[1].slice(7)).toEqual(near([0, 1, 1, 0]));
    expect(steps[2].slice(7)).toEqual(near([0, 1, 0, -1]));
  });

  test('needs times', () => {
    expect(() => featuresOf([1, 2], options)).toThrow(/OPTIONS_INVALID: window times: .*day_of_week/);
  });
});

test('windows of several lengths are refused, and none is changed', () => {
  const config = policyConfigSchema.parse({});
  expect(() => policyFeatures([walk(5, 1), walk(6, 1)], config)).toThrow(
    /SHAPE_MISMATCH: windows\[1\].values/,
  );
  const times = Float64Array.of(0, 1);
  expect(() => policyFeatures([{ ...walk(3, 1), times }], config)).toThrow(
    /SHAPE_MISMATCH: windows\[0\].times/,
  );
  const window = walk(40, 2);
  const before = window.values.slice();
  policyFeatures([window], config);
  expect(window.values).toEqual(before);
});
