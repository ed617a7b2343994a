/**
 * How often a series is differenced before it counts as stationary: across seasons where the season is strong, from step
 * to step as long as a KPSS test rejects.
 *
 * Sources: Kwiatkowski et al., Testing the null hypothesis of stationarity against the alternative of a unit root (Journal
 * of Econometrics 1992); Wang, Smith and Hyndman, Characteristic-Based Clustering for Time Series Data (DMKD 2006) for the
 * strength of the season; Hyndman and Khandakar, Automatic Time Series Forecasting (JSS 2008), section 3.1.
 */

/** Above this strength of the season (0 none, 1 nothing else) a series is differenced across it, as in R’s `nsdiffs`. */
const strongSeason = 0.64;
/** 5 % critical value of the KPSS test of a level (table 1 of the paper). */
const kpssCritical = 0.463;
const mostDifferences = 2;

/** `values[t] - values[t - lag]`, shape `[T - lag]`. */
export function differenced(values: Float64Array, lag: number): Float64Array {
  return Float64Array.from(
    { length: Math.max(0, values.length - lag) },
    (_, t) => values[t + lag] - values[t],
  );
}

/** 1 where the season is strong and was seen three times, else 0. O(T season) */
export function seasonalDifferences(values: Float64Array, season: number): 0 | 1 {
  if (season < 2 || values.length < 3 * season + mostDifferences) return 0;
  return seasonalStrength(values, season) > strongSeason ? 1 : 0;
}

/** 0, 1 or 2. O(T sqrt(T)) */
export function stepDifferences(values: Float64Array, most: number = mostDifferences): number {
  let current = values;
  let count = 0;
  while (count < most && current.length > 10 && !isConstant(current) && kpss(current) > kpssCritical) {
    current = differenced(current, 1);
    count += 1;
  }
  return count;
}

/** Whether all values are equal, but for rounding at their size. */
export function isConstant(values: Float64Array): boolean {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return !(high - low > 1e-10 * Math.max(Math.abs(low), Math.abs(high)));
}

/** Share of the variance around a moving mean that the mean season explains. */
function seasonalStrength(values: Float64Array, season: number): number {
  const half = Math.floor(season / 2);
  const around = values.slice(half, values.length - half).map((value, i) => {
    let sum = 0;
    for (let t = i; t <= i + 2 * half; t++) sum += values[t];
    if (season % 2 === 0) sum -= (values[i] + values[i + 2 * half]) / 2;
    return value - sum / season;
  });
  const sums = new Float64Array(season);
  const counts = new Float64Array(season);
  around.forEach((value, t) => {
    sums[t % season] += value;
    counts[t % season] += 1;
  });
  const rest = around.map((value, t) => value - sums[t % season] / counts[t % season]);
  const all = variance(around);
  return all > 0 ? Math.max(0, 1 - variance(rest) / all) : 0;
}

/** The statistic of the KPSS test of a level, with the lag truncation `4 (T / 100)^0.25` and Bartlett weights. */
function kpss(values: Float64Array): number {
  const { length } = values;
  const mean = values.reduce((sum, value) => sum + value, 0) / length;
  let partial = 0;
  let squares = 0;
  for (const value of values) {
    partial += value - mean;
    squares += partial * partial;
  }
  const lags = Math.trunc(4 * (length / 100) ** 0.25);
  let longRun = variance(values) * length;
  for (let lag = 1; lag <= lags; lag++) {
    let product = 0;
    for (let t = lag; t < length; t++) product += (values[t] - mean) * (values[t - lag] - mean);
    longRun += 2 * (1 - lag / (lags + 1)) * product;
  }
  return squares / (length * longRun);
}

function variance(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}
