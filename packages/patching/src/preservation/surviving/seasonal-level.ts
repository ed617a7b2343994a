/**
 * The level of a series with a season that is fast against the window of the local level, such as days of the week: the season and the local
 * level of the rest. Without it every weekend would be a spike, and a spike could hide in the noise that the season makes.
 */
import { localLevel } from './local-level.js';
import { noiseScale } from './noise-scale.js';
import type { Span } from './span.js';
import { withoutSeason } from './usual-season.js';

/** A season is taken into the level where that leaves less than this share of the noise. */
const worthwhile = 0.9;

export interface SeasonalLevel {
  /** Shape `[T]`. */
  readonly level: Float64Array;
  /** Local level of the values less their season, shape `[T]`; the level itself without a season. */
  readonly levelOfRest: Float64Array;
  /** Whether the level holds the season. */
  readonly isSeasonal: boolean;
}

/**
 * The local level around the season where that leaves less than nine tenths of the noise, else the local level alone. O(T)
 *
 * @param values NaN where missing
 * @param without steps that are no part of the level
 * @param season shape `[T]`; undefined for none
 */
export function seasonalLevel(
  values: Float64Array,
  without: readonly Span[],
  season: Float64Array | undefined,
): SeasonalLevel {
  const plain = localLevel(values, without);
  if (season === undefined) return { level: plain, levelOfRest: plain, isSeasonal: false };
  const levelOfRest = localLevel(withoutSeason(values, season), without);
  const level = levelOfRest.map((value, t) => value + season[t]);
  const isSeasonal = noiseScale(values, level).median() < worthwhile * noiseScale(values, plain).median();
  return { level: isSeasonal ? level : plain, levelOfRest, isSeasonal };
}
