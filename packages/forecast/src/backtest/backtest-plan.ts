/**
 * A backtest as a list of jobs, before anything is run: which ranges are fitted together and which origins are
 * forecast from that fit. The plan depends on the data’s lengths and the options only, never on how many threads run
 * it, and results are merged in its order; so they are the same bits for any number of workers.
 */
import type { SeriesSet } from '@tessera/core';
import type { ResolvedBacktestOptions } from './backtest-options.js';
import { type Cut, planOrigins } from './origins.js';

/** A range of one series, by its position in the set. */
export interface SeriesCut extends Cut {
  readonly series: number;
}

/** One call of predict: all the series it answers for, at one window. */
export interface PlannedForecast {
  readonly cuts: readonly SeriesCut[];
  /** Whether the history is given as context, because it is not the one of the fit. */
  readonly fromContext: boolean;
}

/** One call of fit and the forecasts made from it. */
export interface Job {
  readonly fit: readonly SeriesCut[];
  readonly forecasts: readonly PlannedForecast[];
}

/** Jobs of one model that travel together. */
export interface Unit {
  readonly model: number;
  readonly jobs: readonly Job[];
}

export interface PlanOptions
  extends Pick<
    ResolvedBacktestOptions,
    'horizon' | 'windows' | 'step' | 'gap' | 'strategy' | 'refit' | 'trainUntil'
  > {}

/** Units per model at most: enough to keep many threads busy to the end, few enough that messages cost nothing. */
const unitsPerModel = 64;

/** Every origin of every series, series by series. */
export function seriesCuts(set: SeriesSet, options: PlanOptions): SeriesCut[] {
  return set.frames.flatMap((frame, series) =>
    planOrigins(frame.length, options).cuts.map((cut) => ({ ...cut, series })),
  );
}

/** The jobs of a model: per series where its scope is local, across series where it is global. */
export function planJobs(
  scope: 'local' | 'global',
  cuts: readonly SeriesCut[],
  set: SeriesSet,
  options: PlanOptions,
): Job[] {
  const groups = scope === 'global' ? [cuts] : [...groupBy(cuts, ({ series }) => series).values()];
  return groups.flatMap((group) => {
    const windows = [...groupBy(group, ({ window }) => window).entries()]
      .sort(([a], [b]) => a - b)
      .map(([, members]) => members);
    if (windows.length === 0) return [];
    if (options.refit) {
      return windows.map((members) => ({ fit: members, forecasts: [{ cuts: members, fromContext: false }] }));
    }
    return [planSingleFit(windows, set, options)];
  });
}

/** Neighbouring jobs of a model in one unit, so that a unit is a share of its work and not a single short call. */
export function planUnits(model: number, jobs: readonly Job[]): Unit[] {
  const size = Math.max(1, Math.ceil(jobs.length / unitsPerModel));
  const units: Unit[] = [];
  for (let first = 0; first < jobs.length; first += size) {
    units.push({ model, jobs: jobs.slice(first, first + size) });
  }
  return units;
}

function planSingleFit(
  windows: readonly (readonly SeriesCut[])[],
  set: SeriesSet,
  { trainUntil, strategy }: PlanOptions,
): Job {
  const fit =
    trainUntil === undefined
      ? windows[0]
      : windows[0].map((cut) => endBefore(cut, trainUntil, set, strategy));
  return {
    fit,
    forecasts: windows.map((cuts, i) => ({ cuts, fromContext: i > 0 || trainUntil !== undefined })),
  };
}

/** The same range moved so that it ends before a time. It may come out empty, which the fit reports. */
function endBefore(
  first: SeriesCut,
  time: number,
  set: SeriesSet,
  strategy: PlanOptions['strategy'],
): SeriesCut {
  const cut = set.frames[first.series].time.countBefore(time);
  return { ...first, cut, from: strategy === 'expanding' ? 0 : Math.max(0, cut - strategy.sliding) };
}

function groupBy<Item>(items: readonly Item[], key: (item: Item) => number): Map<number, Item[]> {
  const groups = new Map<number, Item[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}
