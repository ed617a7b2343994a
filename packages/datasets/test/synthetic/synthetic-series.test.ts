/** Synthetic series as a whole: the same key gives the same series, and nothing planted disturbs anything else. */
import { TesseraError } from '@tessera/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Span,
  type SyntheticSeries,
  type SyntheticSeriesOptions,
  structuresOfKind,
  syntheticSeries,
  withoutStructures,
} from '../../src/synthetic/index.js';
import { digest } from './statistics.js';
import { arbitraryStructures, everyStructure } from './structure-plans.js';
import { thrown } from './thrown.js';

const rich: SyntheticSeriesOptions = {
  length: 600,
  frequency: 'h',
  seed: 11,
  level: 10,
  slope: 0.01,
  seasonalities: [
    { period: 24, amplitude: 2 },
    { period: 33.4, harmonics: [1, 0.5] },
  ],
  noise: { sd: 0.5, autocorrelation: 0.4, degreesOfFreedom: 5 },
  structures: everyStructure,
  controls: { count: 2 },
};

describe('the draws', () => {
  it('give this series for this seed, now and later', () => {
    const { frame } = syntheticSeries(rich);
    expect(digest(frame.channel('y').values)).toBe('7331e56c5c4eebb2');
    expect(digest(frame.channel('control-2').values)).toBe('e86e406d8261bd2d');
  });

  it('are the same in every call and differ between seeds', () => {
    const [once, again] = [syntheticSeries(rich), syntheticSeries(rich)];
    expect(once.frame.equals(again.frame)).toBe(true);
    expect(once.truth).toEqual(again.truth);
    expect(syntheticSeries({ ...rich, seed: 12 }).frame.equals(once.frame)).toBe(false);
  });

  it('follow from the resolved options as from the given ones', () => {
    const once = syntheticSeries(rich);
    const again = syntheticSeries(once.options);
    expect(again.options).toEqual(once.options);
    expect(again.truth).toEqual(once.truth);
    expect(syntheticSeries(JSON.parse(JSON.stringify(once.options))).truth).toEqual(once.truth);
  });

  it('of base and of every structure stay where they are, whatever else is planted and in whatever order', () => {
    const full = syntheticSeries(rich);
    fc.assert(
      fc.property(arbitraryStructures, (structures) => {
        const { truth } = syntheticSeries({ ...rich, structures });
        expect(truth.base).toEqual(full.truth.base);
        expect(truth.controls).toEqual(full.truth.controls);
        for (const planted of truth.structures) {
          // Missingness that depends on the values follows what else is planted; its draws do not.
          if (planted.name === 'by-value') continue;
          expect(full.truth.structures).toContainEqual(planted);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('of noise do not move where the base signal or the number of controls changes', () => {
    const { truth } = syntheticSeries({
      ...rich,
      seasonalities: [],
      level: 0,
      slope: 0,
      controls: { count: 5 },
    });
    const full = syntheticSeries(rich).truth;
    expect(truth.base.noise).toEqual(full.base.noise);
    expect(truth.controls[1].noise).toEqual(full.controls[1].noise);
  });
});

describe('the truth', () => {
  const { frame, truth } = syntheticSeries(rich);

  it('adds up to the data: signal and noise where observed, NaN elsewhere', () => {
    const { values, observed } = frame.channel('y');
    expect(observed).toEqual(truth.observed);
    values.forEach((value, t) => {
      expect(truth.complete[t]).toBe(truth.signal[t] + truth.noise[t]);
      if (observed[t] === 1) expect(value).toBe(truth.complete[t]);
      else expect(value).toBeNaN();
    });
  });

  it('is the sum and product of its parts, written out step by step', () => {
    const { base, structures } = truth;
    for (let t = 0; t < frame.length; t++) {
      let season = base.seasonalities.reduce((sum, { values }) => sum + values[t], 0);
      let noise = base.noise[t];
      let added = 0;
      let scale = 1;
      let isObserved = 1;
      for (const { effect } of structures) {
        season *= effect.seasonScale?.[t] ?? 1;
        added += effect.signal?.[t] ?? 0;
        scale *= effect.noiseScale?.[t] ?? 1;
        const own = effect.noise?.[t] ?? Number.NaN;
        if (!Number.isNaN(own)) noise = own;
        if (effect.missing?.[t] === 1) isObserved = 0;
      }
      expect(truth.signal[t]).toBeCloseTo(base.trend[t] + season + added, 9);
      expect(truth.noise[t]).toBeCloseTo(noise * scale, 12);
      expect(truth.observed[t]).toBe(isObserved);
    }
  });

  it('gives the series without some structures exactly as it would have been made without them', () => {
    fc.assert(
      fc.property(fc.subarray(everyStructure.filter(({ name }) => name !== 'by-value')), (left) => {
        const structures = everyStructure.filter((each) => !left.includes(each));
        const remade = syntheticSeries({ ...rich, structures }).truth;
        const found = withoutStructures(
          truth,
          left.map(({ name }) => name),
        );
        expect(found.signal).toEqual(remade.signal);
        expect(found.noise).toEqual(remade.noise);
        expect(found.complete).toEqual(remade.complete);
      }),
      { numRuns: 30 },
    );
  });

  it('holds a mask that came from the values when other structures are left out', () => {
    const found = withoutStructures(truth, ['spikes', 'level-changes']);
    expect(found.observed).toEqual(truth.observed);
  });

  it('observes everything without the structures that hide values', () => {
    const hiding = structuresOfKind(truth, 'missingness').map(({ name }) => name);
    expect(hiding).toHaveLength(4);
    expect(withoutStructures(truth, hiding).observed.every((flag) => flag === 1)).toBe(true);
  });

  it('refuses the name of a structure that is not planted', () => {
    const error = thrown(() => withoutStructures(truth, ['spikes', 'ghosts']));
    expect(error.code).toBe('OPTIONS_INVALID');
    expect(error.found).toBe('"ghosts"');
    const empty = syntheticSeries({ length: 3 }).truth;
    expect(thrown(() => withoutStructures(empty, ['spikes'])).expected).toBe(
      'no names, since nothing is planted',
    );
  });

  it('is not written to by counterfactuals', () => {
    const before = structuredClone(truth);
    withoutStructures(truth, ['spikes', 'rare-regime', 'variance-changes']);
    expect(truth).toEqual(before);
  });
});

describe('the options', () => {
  it('are not written to', () => {
    const given = structuredClone(rich);
    syntheticSeries(given);
    expect(given).toEqual(rich);
  });

  it('allow one step and no structures', () => {
    const { frame, truth } = syntheticSeries({ length: 1, seasonalities: [{ period: 7, endAmplitude: 2 }] });
    expect(frame.length).toBe(1);
    expect(truth.structures).toEqual([]);
    expect(frame.channel('y').values[0]).toBe(truth.signal[0] + truth.noise[0]);
  });

  it('allow a series without noise', () => {
    const { frame, truth } = syntheticSeries({ length: 40, noise: { sd: 0 }, level: 3 });
    expect(frame.channel('y').values).toEqual(new Float64Array(40).fill(3));
    expect(truth.noise.every((value) => value === 0)).toBe(true);
  });

  it.each(['s', '15min', 'h', 'D', 'B', 'W', 'M', 'ME', 'Q', 'QE', 'Y', 'YE'])(
    'begin a series of frequency %s on its grid',
    (frequency) => {
      const { frame } = syntheticSeries({ length: 5, frequency });
      expect(new Date(frame.time.timeAt(0)).toISOString()).toMatch(/^2001-01-(01|31)T00:00:00.000Z$/);
    },
  );

  it('begin a series where they say', () => {
    const start = Date.UTC(1999, 4, 5, 6);
    expect(syntheticSeries({ length: 5, frequency: 'h', start }).frame.time.timeAt(0)).toBe(start);
  });

  it.each([
    [{ length: 0 }, 'syntheticSeries options.length', 'at least 1 step'],
    [{ length: 2 ** 27 + 1 }, 'syntheticSeries options.length', 'at most 134217728 steps'],
    [{ length: 2.5 }, 'syntheticSeries options.length', 'a whole number'],
    [{ length: 9, noise: { sd: -1 } }, 'syntheticSeries options.noise.sd', undefined],
    [
      { length: 9, noise: { autocorrelation: 1 } },
      'syntheticSeries options.noise.autocorrelation',
      undefined,
    ],
    [
      { length: 9, noise: { degreesOfFreedom: 2 } },
      'syntheticSeries options.noise.degreesOfFreedom',
      undefined,
    ],
    [
      { length: 9, seasonalities: [{ period: 1 }] },
      'syntheticSeries options.seasonalities.0.period',
      undefined,
    ],
    [
      { length: 9, structures: [{ kind: 'spikes', size: [3, 1] }] },
      'syntheticSeries options.structures.0.size',
      'low <= high',
    ],
    [
      { length: 9, structures: [{ kind: 'spikes', width: [3, 2] }] },
      'syntheticSeries options.structures.0.width',
      'least <= most',
    ],
    [
      { length: 9, structures: [{ kind: 'spikes' }, { kind: 'spikes' }] },
      'syntheticSeries options.structures',
      'structures with distinct names',
    ],
    [
      { length: 9, structures: [{ kind: 'spikes', count: 2, at: [3] }] },
      'syntheticSeries options.structures.0',
      'count to be left out, or to be the number of entries in at',
    ],
  ] satisfies [SyntheticSeriesOptions, string, string | undefined][])(
    'that break a rule are refused: %j',
    (options, argument, expected) => {
      const error = thrown(() => syntheticSeries(options));
      expect(error.code).toBe('OPTIONS_INVALID');
      expect(error.argument).toBe(argument);
      if (expected !== undefined) expect(error.expected).toBe(expected);
    },
  );

  it('with an unknown name, kind or frequency are refused', () => {
    const unknown: unknown = { length: 9, structures: [{ kind: 'ghosts' }] };
    expect(thrown(() => Reflect.apply(syntheticSeries, undefined, [unknown])).message).toBe(
      'OPTIONS_INVALID: syntheticSeries options.structures.0.kind: expected spikes, level-changes, trend-changes, variance-changes, rare-regime, intervention or missingness, found "ghosts". Correct this option or leave it out to use its default.',
    );
    const misspelt: unknown = { length: 9, seasonality: [] };
    const error = thrown(() => Reflect.apply(syntheticSeries, undefined, [misspelt]));
    expect(error.code).toBe('OPTIONS_INVALID');
    expect(error.found).toBe('"seasonality"');
    expect(thrown(() => syntheticSeries({ length: 9, frequency: 'blue' })).code).toBe('FREQUENCY_UNKNOWN');
  });

  it('of any length and plan end in a series that adds up or in a coded error', () => {
    const plans = fc.record({ length: fc.integer({ min: 1, max: 700 }), structures: arbitraryStructures });
    let made = 0;
    fc.assert(
      fc.property(plans, ({ length, structures }) => {
        let series: SyntheticSeries;
        try {
          series = syntheticSeries({ ...rich, length, structures });
        } catch (error) {
          expect(error instanceof TesseraError && error.code).toBe('PLAN_IMPOSSIBLE');
          return;
        }
        made += 1;
        const { frame, truth } = series;
        frame.channel('y').values.forEach((value, t) => {
          expect(value).toBe(truth.observed[t] === 1 ? truth.signal[t] + truth.noise[t] : Number.NaN);
        });
        for (const { start, end } of truth.structures.flatMap<Span>(({ events }) => [...events])) {
          expect(0 <= start && start < end && end <= length).toBe(true);
        }
      }),
      { numRuns: 200, seed: 1 },
    );
    expect(made).toBeGreaterThan(50);
    expect(made).toBeLessThan(200);
  });

  it('with the name of a control for the target are refused by the frame', () => {
    const error = thrown(() => syntheticSeries({ length: 9, channel: 'control-1', controls: { count: 1 } }));
    expect(error.code).toBe('FRAME_INVALID');
  });
});
