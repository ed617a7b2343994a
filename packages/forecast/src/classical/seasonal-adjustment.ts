/**
 * Classical decomposition as the M4 competition’s benchmarks use it: a test whether a series is seasonal, and one index
 * per position of the season. Multiplicative where every value is positive, else additive. Knows one season that does not
 * change; complete histories only.
 *
 * Sources: Makridakis, Spiliotis and Assimakopoulos, The M4 Competition (IJF 2020), benchmarks; Assimakopoulos and
 * Nikolopoulos, The theta model (IJF 2000), section 3; `decompose` of R.
 */

export interface SeasonalAdjustment {
  readonly mode: 'none' | 'additive' | 'multiplicative';
  /** One per position, counted from the first value; shape `[season]`. */
  readonly indices: Float64Array;
}

/** 90 % two-sided quantile of the normal distribution, as in the M4 benchmarks. */
const criticalValue = 1.645;

const unadjusted: SeasonalAdjustment = Object.freeze({ mode: 'none', indices: new Float64Array(1) });

/** How to take the season out of `values`; `none` where they are too short or not seasonal. O(T season) */
export function findSeasonalAdjustment(values: Float64Array, season: number): SeasonalAdjustment {
  if (!isSeasonal(values, season)) return unadjusted;
  const mode = values.every((value) => value > 0) ? 'multiplicative' : 'additive';
  const trend = centredMean(values, season);
  const indices = new Float64Array(season);
  for (let position = 0; position < season; position++) {
    let sum = 0;
    let count = 0;
    for (let t = position; t < values.length; t += season) {
      if (Number.isNaN(trend[t])) continue;
      sum += mode === 'multiplicative' ? values[t] / trend[t] : values[t] - trend[t];
      count += 1;
    }
    indices[position] = sum / count;
  }
  const mean = indices.reduce((sum, index) => sum + index, 0) / season;
  for (let i = 0; i < season; i++) {
    indices[i] = mode === 'multiplicative' ? indices[i] / mean : indices[i] - mean;
  }
  return { mode, indices };
}

/** A value without its season. `step` counts from the first value of the decomposition. */
export function withoutSeason({ mode, indices }: SeasonalAdjustment, value: number, step: number): number {
  if (mode === 'none') return value;
  const index = indices[positionOf(step, indices.length)];
  return mode === 'multiplicative' ? value / index : value - index;
}

/** A value with its season again. */
export function withSeason({ mode, indices }: SeasonalAdjustment, value: number, step: number): number {
  if (mode === 'none') return value;
  const index = indices[positionOf(step, indices.length)];
  return mode === 'multiplicative' ? value * index : value + index;
}

function positionOf(step: number, season: number): number {
  return ((step % season) + season) % season;
}

/**
 * Whether the autocorrelation at the season differs from 0 at the 90 % level, by Bartlett’s formula; three seasons are
 * needed to say so.
 */
function isSeasonal(values: Float64Array, season: number): boolean {
  if (season < 2 || values.length < 3 * season) return false;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const covariance = (lag: number) => {
    let sum = 0;
    for (let t = lag; t < values.length; t++) sum += (values[t] - mean) * (values[t - lag] - mean);
    return sum;
  };
  const variance = covariance(0);
  if (!(variance > 0)) return false;
  let squares = 0;
  for (let lag = 1; lag < season; lag++) squares += (covariance(lag) / variance) ** 2;
  const limit = criticalValue * Math.sqrt((1 + 2 * squares) / values.length);
  return Math.abs(covariance(season) / variance) > limit;
}

/** Mean of the season around each step, with half weights at both ends where the season is even; NaN near the ends. */
function centredMean(values: Float64Array, season: number): Float64Array {
  const means = new Float64Array(values.length).fill(Number.NaN);
  const half = Math.floor(season / 2);
  const isEven = season % 2 === 0;
  for (let t = half; t < values.length - half; t++) {
    let sum = 0;
    for (let i = t - half; i <= t + half; i++) sum += values[i];
    if (isEven) sum -= (values[t - half] + values[t + half]) / 2;
    means[t] = sum / season;
  }
  return means;
}
