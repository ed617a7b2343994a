/**
 * What every check of one channel is given, and the settings that all checks share. Scale and threshold come from here and from
 * the structure, both frozen on the raw series.
 */
import type { Patches } from '../../patches/index.js';
import type { NoiseMemory } from '../surviving/noise-memory.js';
import type { SurvivingSeries } from '../surviving/surviving-series.js';
import type { NeighbourForecast } from './neighbour-forecast.js';
import type { Course } from './without-course.js';

export interface CheckSettings {
  /** Size, in standard errors of the raw noise, that what survives must reach to count as there: the three sigma of Hampel. */
  readonly threshold: number;
  /** Ratio from which a structure counts as preserved and not attenuated; half the power, 1/sqrt(2), by default. */
  readonly preservedRatio: number;
  /** Steps by which a change may move; 5 as in the Turing change point data set. */
  readonly margin: number;
  /** Steps looked at on either side of a change. */
  readonly reach: number;
}

export interface CheckContext {
  readonly channel: string;
  /** Shape `[T]`, NaN where missing. */
  readonly raw: Float64Array;
  /** Local level of the raw series, shape `[T]`. */
  readonly level: Float64Array;
  readonly surviving: SurvivingSeries;
  readonly patches: Patches;
  /** Observed steps of the raw series: so many places a detector looked at. */
  readonly observed: number;
  /** Of the noise of the whole channel; that near a structure counts where it is longer. */
  readonly memory: NoiseMemory;
  /** What neighbours foretell; absent where they foretell nothing. */
  readonly neighbours?: NeighbourForecast | undefined;
  readonly settings: CheckSettings;
  /** What would survive of other values in other patches, by their level; absent where only a reconstruction is known. */
  readonly summarise?:
    | ((values: Float64Array, level: Float64Array, patches: Patches) => SurvivingSeries)
    | undefined;
  /** What the series does whatever happens; default nothing. Only interventions are held against it. */
  readonly course?: Course | undefined;
}

/** What changes are judged in: a series less its usual season and its spikes; the series itself where there is neither. */
export interface Rest {
  /** NaN where missing, and where a spike was; shape `[T]`. */
  readonly values: Float64Array;
  /** The same with the level in place of spikes: what is summarised. */
  readonly filled: Float64Array;
  /** Local level, shape `[T]`. */
  readonly level: Float64Array;
}

/**
 * The context in which changes are judged: a season hides them, and is none.
 *
 * @param survivingOf what survives of the rest; not asked where the rest is the series itself
 */
export function contextOfRest(
  context: CheckContext,
  rest: Rest,
  survivingOf: (rest: Rest) => SurvivingSeries,
): CheckContext {
  if (rest.values === context.raw) return context;
  return { ...context, raw: rest.values, level: rest.level, surviving: survivingOf(rest) };
}

/** The settings of checks among those of an audit. */
export function checkSettings({ threshold, preservedRatio, margin, reach }: CheckSettings): CheckSettings {
  return { threshold, preservedRatio, margin, reach };
}

/** Steps that have a value. */
export function observedCount(values: Float64Array): number {
  return values.reduce((count, value) => (Number.isNaN(value) ? count : count + 1), 0);
}
