import { describe, expect, it } from 'vitest';
import { parseBacktestOptions } from '../../src/backtest/backtest-options.js';
import { planJobs, planUnits, seriesCuts } from '../../src/backtest/backtest-plan.js';
import { ramp, setOf } from './test-sets.js';

const set = setOf(ramp(10), ramp(20));
const options = parseBacktestOptions({ horizon: 3, windows: 3, workers: 0 });
const cuts = seriesCuts(set, options);

describe('planJobs', () => {
  it('fits a local forecaster per series and origin', () => {
    const jobs = planJobs('local', cuts, set, options);
    expect(jobs.map(({ fit }) => fit.map(({ series, cut }) => [series, cut]))).toEqual([
      [[0, 1]],
      [[0, 4]],
      [[0, 7]],
      [[1, 11]],
      [[1, 14]],
      [[1, 17]],
    ]);
    for (const { fit, forecasts } of jobs) expect(forecasts).toEqual([{ cuts: fit, fromContext: false }]);
  });

  it('fits a global forecaster per origin, on all series', () => {
    const jobs = planJobs('global', cuts, set, options);
    expect(jobs.map(({ fit }) => fit.map(({ series, cut }) => [series, cut]))).toEqual([
      [
        [0, 1],
        [1, 11],
      ],
      [
        [0, 4],
        [1, 14],
      ],
      [
        [0, 7],
        [1, 17],
      ],
    ]);
  });

  it('without refit fits at the first origin and forecasts the later ones from context', () => {
    const jobs = planJobs('local', cuts, set, { ...options, refit: false });
    expect(jobs.map(({ fit }) => fit[0].cut)).toEqual([1, 11]);
    expect(jobs[0].forecasts.map(({ cuts, fromContext }) => [cuts[0].cut, fromContext])).toEqual([
      [1, false],
      [4, true],
      [7, true],
    ]);
  });

  it('ends the one fit before trainUntil, and then every origin needs context', () => {
    const trainUntil = set.frames[1].time.timeAt(8);
    const later = planJobs(
      'local',
      cuts.filter(({ series }) => series === 1),
      set,
      {
        ...options,
        refit: false,
        trainUntil,
      },
    );
    expect(later[0].fit).toEqual([{ series: 1, window: 0, from: 0, cut: 8 }]);
    expect(later[0].forecasts.every(({ fromContext }) => fromContext)).toBe(true);
  });

  it('knows every origin of every series exactly once, whatever the scope', () => {
    for (const scope of ['local', 'global'] as const) {
      for (const refit of [true, false]) {
        const jobs = planJobs(scope, cuts, set, { ...options, refit });
        const seen = jobs.flatMap(({ forecasts }) => forecasts.flatMap((forecast) => forecast.cuts));
        expect(seen).toHaveLength(cuts.length);
        expect(new Set(seen)).toEqual(new Set(cuts));
      }
    }
  });
});

describe('planUnits', () => {
  it('keeps all jobs in order, in at most 64 units', () => {
    const jobs = Array.from({ length: 414 }, () => ({ fit: [], forecasts: [] }));
    const units = planUnits(2, jobs);
    expect(units.length).toBeLessThanOrEqual(64);
    expect(units.flatMap((unit) => unit.jobs)).toEqual(jobs);
    expect(units.every(({ model }) => model === 2)).toBe(true);
  });

  it('gives each of a few jobs its own unit', () => {
    expect(planUnits(0, planJobs('local', cuts, set, options))).toHaveLength(6);
  });
});
