import { describe, expect, it } from 'vitest';
import {
  type StructureOptions,
  type SyntheticSeriesOptions,
  structuresOfKind,
  syntheticSeries,
} from '../../../src/synthetic/index.js';
import { correlation, mean, spansWhere } from '../statistics.js';
import { thrown } from '../thrown.js';

type MissingnessOptions = Omit<Extract<StructureOptions, { kind: 'missingness' }>, 'kind'>;

const length = 20_000;

function plant(options: MissingnessOptions, base: Partial<SyntheticSeriesOptions> = {}) {
  const series = syntheticSeries({
    length,
    frequency: 'h',
    ...base,
    structures: [{ kind: 'missingness', ...options }],
  });
  const [missingness] = structuresOfKind(series.truth, 'missingness');
  const missing = series.truth.observed.map((flag) => 1 - flag);
  return { ...series, missingness, missing };
}

/** Share of ones among the steps where a condition holds. */
function shareWhere(mask: Uint8Array, holds: (step: number) => boolean): number {
  return mean(Array.from(mask).filter((_, t) => holds(t)));
}

/** 5 standard errors of a share among `count` steps. */
function tolerance(share: number, count: number): number {
  return 5 * Math.sqrt((share * (1 - share)) / count);
}

const mechanisms: MissingnessOptions['mechanism'][] = [
  { type: 'random', rate: 0.2 },
  { type: 'blocks', count: 5 },
  { type: 'value', rate: 0.2 },
  { type: 'clock' },
];

describe.each(mechanisms.map((mechanism) => ({ type: mechanism?.type, mechanism })))(
  'missingness of type $type',
  ({ mechanism }) => {
    it('hides exactly the steps that the truth says', () => {
      const { frame, truth, missingness, missing } = plant({ mechanism });
      expect(missingness.effect.missing).toEqual(missing);
      expect(frame.channel('y').observed).toEqual(truth.observed);
      expect(frame.channel('y').values.map((value) => (Number.isNaN(value) ? 1 : 0))).toEqual(
        Float64Array.from(missing),
      );
      expect(missingness.events).toEqual(spansWhere(length, (t) => missing[t] === 1));
    });

    it('leaves the values alone that it hides', () => {
      const { truth } = plant({ mechanism });
      expect(truth.complete).toEqual(syntheticSeries({ length, frequency: 'h' }).truth.complete);
    });

    it('keeps to the steps asked for', () => {
      const within = { start: 500, end: 1500 };
      const { missing } = plant({ mechanism, within });
      expect(missing.subarray(0, 500).includes(1)).toBe(false);
      expect(missing.subarray(1500).includes(1)).toBe(false);
      expect(missing.includes(1)).toBe(true);
      expect(thrown(() => plant({ mechanism, within: { start: 0, end: length + 1 } })).code).toBe(
        'PLAN_IMPOSSIBLE',
      );
    });
  },
);

describe('missingness at random', () => {
  it.each([0, 0.05, 0.5, 1])('has the rate %d, whatever the values and the step before', (rate) => {
    const { missing, truth } = plant({ mechanism: { type: 'random', rate } });
    expect(Math.abs(mean(missing) - rate)).toBeLessThanOrEqual(tolerance(rate, length));
    if (rate === 0 || rate === 1) return;
    const mask = Float64Array.from(missing);
    expect(Math.abs(correlation(mask, truth.complete))).toBeLessThan(5 / Math.sqrt(length));
    expect(Math.abs(correlation(mask.subarray(1), mask.subarray(0, -1)))).toBeLessThan(5 / Math.sqrt(length));
  });
});

describe('missing blocks', () => {
  it('have the number, widths and distance asked for', () => {
    const { missingness } = plant({
      mechanism: { type: 'blocks', count: 40, width: [5, 9], minSpacing: 30 },
    });
    expect(missingness.events).toHaveLength(40);
    missingness.events.forEach(({ start, end }, i) => {
      expect(end - start).toBeGreaterThanOrEqual(5);
      expect(end - start).toBeLessThanOrEqual(9);
      if (i > 0) expect(start - missingness.events[i - 1].end).toBeGreaterThanOrEqual(30);
    });
    expect(new Set(missingness.events.map(({ start, end }) => end - start)).size).toBe(5);
  });

  it('are refused where they do not fit', () => {
    const mechanism = { type: 'blocks', count: 3, width: [10, 10] } as const;
    expect(plant({ mechanism }, { length: 32 }).missing.reduce((sum, flag) => sum + flag, 0)).toBe(30);
    expect(thrown(() => plant({ mechanism }, { length: 31 })).code).toBe('PLAN_IMPOSSIBLE');
  });
});

describe('missingness by value', () => {
  it.each([0.02, 0.3, 0.9])('has the mean rate %d', (rate) => {
    const { missing, missingness } = plant({ mechanism: { type: 'value', rate, strength: 3 } });
    expect(mean(missingness.probability ?? [])).toBeCloseTo(rate, 9);
    expect(Math.abs(mean(missing) - rate)).toBeLessThan(tolerance(rate, length));
  });

  it('has log odds that rise by the strength with each sd of the values', () => {
    const { truth, missingness } = plant(
      { mechanism: { type: 'value', strength: 1.5 } },
      { noise: { sd: 4 }, level: 9 },
    );
    const probability = missingness.probability ?? new Float64Array();
    const [centre, sd] = [
      mean(truth.complete),
      Math.sqrt(mean(truth.complete.map((v) => v ** 2)) - mean(truth.complete) ** 2),
    ];
    const intercepts = truth.complete.map((value, t) => {
      return Math.log(probability[t] / (1 - probability[t])) - (1.5 * (value - centre)) / sd;
    });
    for (const intercept of intercepts) expect(intercept).toBeCloseTo(intercepts[0], 6);
  });

  it.each([
    ['high', true, false],
    ['low', false, true],
    ['extreme', true, true],
  ] as const)('hides more of the %s values', (of, high, low) => {
    const { truth, missing } = plant({ mechanism: { type: 'value', of } });
    const share = (holds: (value: number) => boolean) => shareWhere(missing, (t) => holds(truth.complete[t]));
    // The noise has sd 1.
    const middle = share((value) => Math.abs(value) < 0.5);
    expect(share((value) => value > 1) > 3 * middle).toBe(high);
    expect(share((value) => value < -1) > 3 * middle).toBe(low);
  });

  it('may depend on an earlier value, and then not on its own', () => {
    const { truth, missing } = plant({ mechanism: { type: 'value', lag: 3 } });
    const mask = Float64Array.from(missing);
    expect(correlation(mask.subarray(3), truth.complete.subarray(0, -3))).toBeGreaterThan(0.2);
    expect(Math.abs(correlation(mask, truth.complete))).toBeLessThan(5 / Math.sqrt(length));
  });

  it('follows the values that are there without other missingness, spikes included', () => {
    const structures: StructureOptions[] = [
      { kind: 'missingness', name: 'random', mechanism: { type: 'random', rate: 0.5 } },
      { kind: 'missingness', name: 'value', mechanism: { type: 'value', rate: 0.3, strength: 50 } },
    ];
    const both = syntheticSeries({ length: 500, structures }).truth;
    const alone = syntheticSeries({ length: 500, structures: structures.slice(1) }).truth;
    expect(structuresOfKind(both, 'missingness')[1]).toEqual(structuresOfKind(alone, 'missingness')[0]);
    const spike: StructureOptions = { kind: 'spikes', at: [250], size: 100, sign: 'up' };
    const spiked = syntheticSeries({ length: 500, structures: [...structures.slice(1), spike] }).truth;
    expect(spiked.observed[250]).toBe(0);
  });

  it('is at random where all values are equal, and takes the rates 0 and 1', () => {
    const constant = plant({ mechanism: { type: 'value', rate: 0.3 } }, { noise: { sd: 0 } });
    expect(constant.missingness.probability?.every((each) => Math.abs(each - 0.3) < 1e-9)).toBe(true);
    expect(plant({ mechanism: { type: 'value', rate: 0 } }).missing.includes(1)).toBe(false);
    expect(plant({ mechanism: { type: 'value', rate: 1 } }).missing.includes(0)).toBe(false);
  });

  it('works on one step', () => {
    const { missingness } = plant({ mechanism: { type: 'value', rate: 0.4, lag: 2 } }, { length: 1 });
    expect(missingness.probability?.[0]).toBeCloseTo(0.4, 9);
  });
});

describe('missingness by the clock', () => {
  it('hides the hours asked for at one rate and all others at another', () => {
    const mechanism = { type: 'clock', values: [1, 2, 13], rate: 0.6, elsewhere: 0.1 } as const;
    const { frame, missing } = plant({ mechanism });
    const isChosen = (t: number) => [1, 2, 13].includes(new Date(frame.time.timeAt(t)).getUTCHours());
    expect(Math.abs(shareWhere(missing, isChosen) - 0.6)).toBeLessThan(tolerance(0.6, length / 8));
    expect(Math.abs(shareWhere(missing, (t) => !isChosen(t)) - 0.1)).toBeLessThan(
      tolerance(0.1, length * 0.875),
    );
  });

  it.each([
    ['hour', 24],
    ['weekday', 7],
    ['month', 0],
  ] as const)('refuses a reading that no clock shows: %s %d', (field, value) => {
    const error = thrown(() => plant({ mechanism: { type: 'clock', field, values: [value] } }));
    expect(error.code).toBe('OPTIONS_INVALID');
    expect(error.expected).toBe('values that the clock shows');
  });

  it('knows weekdays and months', () => {
    const sundays = plant(
      { mechanism: { type: 'clock', field: 'weekday', values: [0], rate: 1 } },
      { frequency: 'D', length: 70 },
    );
    // The series begins on Monday 2001-01-01.
    expect(sundays.missingness.events.map(({ start }) => start)).toEqual([
      6, 13, 20, 27, 34, 41, 48, 55, 62, 69,
    ]);
    const augusts = plant(
      { mechanism: { type: 'clock', field: 'month', values: [8], rate: 1 } },
      { frequency: 'M', length: 24 },
    );
    expect(augusts.missingness.events.map(({ start }) => start)).toEqual([7, 19]);
  });
});

describe('several missingness structures', () => {
  it('hide what any of them hides', () => {
    const { truth } = syntheticSeries({
      length: 500,
      structures: [
        { kind: 'missingness', name: 'a', mechanism: { type: 'random', rate: 0.3 } },
        { kind: 'missingness', name: 'b', mechanism: { type: 'blocks', count: 4 } },
      ],
    });
    const [a, b] = structuresOfKind(truth, 'missingness').map(
      ({ effect }) => effect.missing ?? new Uint8Array(),
    );
    truth.observed.forEach((flag, t) => {
      expect(flag).toBe(a[t] === 1 || b[t] === 1 ? 0 : 1);
    });
  });

  it('may hide everything', () => {
    const { frame } = syntheticSeries({
      length: 1,
      structures: [{ kind: 'missingness', mechanism: { type: 'random', rate: 1 } }],
    });
    expect(frame.channel('y').values[0]).toBeNaN();
  });
});
