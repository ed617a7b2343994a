/**
 * The orders of an ARIMA model by stepwise search: from four starting models, the neighbours of the best so far are tried
 * until none is better. Models are compared by AICc of their conditional sums of squares, which is much faster than the
 * likelihood. The package’s own search is not used: with a drift its forecasts do not continue the series.
 *
 * Source: Hyndman and Khandakar, Automatic Time Series Forecasting: The forecast Package for R (JSS 2008), section 3.2.
 */
import type { ArimaOrders } from './arima-library.js';

/** How far a search goes. */
interface Limits {
  /** Of p and q; P and Q go up to 1, for speed. */
  readonly order: number;
  readonly models: number;
}

/** Orders as in the paper’s step 2; so many models are seldom needed. */
const thorough: Limits = { order: 5, models: 40 };
/** On every tenth hourly series of M4: two thirds of the time, and a MASE that is 6 % larger. */
const quick: Limits = { order: 3, models: 12 };

/** Differences, season and limits of the search. */
export interface OrderSearch {
  readonly d: number;
  readonly D: number;
  readonly season: number;
  /** Whether seasonal terms may be tried; differencing across the season is not concerned. */
  readonly seasonalTerms: boolean;
  /** Values after differencing. */
  readonly count: number;
  /** Whether to stop early, for series whose fits take long. */
  readonly isQuick: boolean;
}

/**
 * @param varianceOf variance of the one-step errors of a model, NaN where it cannot be fitted
 * @returns the best orders, or undefined where no model could be fitted
 */
export function searchOrders(
  search: OrderSearch,
  varianceOf: (orders: ArimaOrders) => number,
): ArimaOrders | undefined {
  const limits = search.isQuick ? quick : thorough;
  const scores = new Map<string, number>();
  let best: ArimaOrders | undefined;
  let least = Number.POSITIVE_INFINITY;
  const tryModel = (orders: ArimaOrders): boolean => {
    const key = JSON.stringify(orders);
    if (scores.has(key) || scores.size >= limits.models || !isAllowed(orders, search, limits)) return false;
    const score = correctedAic(varianceOf(orders), orders, search);
    scores.set(key, score);
    if (!(score < least)) return false;
    least = score;
    best = orders;
    return true;
  };
  for (const start of startingModels(search)) tryModel(start);
  while (best !== undefined && neighbours(best).some(tryModel));
  return best;
}

function startingModels({ d, D, season, seasonalTerms }: OrderSearch): ArimaOrders[] {
  const one = seasonalTerms ? 1 : 0;
  const base = { d, D, season, line: d + D === 1 };
  return [
    { ...base, p: 2, q: 2, P: one, Q: one },
    { ...base, p: 0, q: 0, P: 0, Q: 0 },
    { ...base, p: 1, q: 0, P: one, Q: 0 },
    { ...base, p: 0, q: 1, P: 0, Q: one },
  ];
}

function neighbours(orders: ArimaOrders): ArimaOrders[] {
  const { p, q, P, Q, line } = orders;
  return [
    { ...orders, P: P - 1 },
    { ...orders, P: P + 1 },
    { ...orders, Q: Q - 1 },
    { ...orders, Q: Q + 1 },
    { ...orders, p: p - 1 },
    { ...orders, p: p + 1 },
    { ...orders, q: q - 1 },
    { ...orders, q: q + 1 },
    { ...orders, p: p - 1, q: q - 1 },
    { ...orders, p: p + 1, q: q + 1 },
    { ...orders, line: !line },
  ];
}

function isAllowed(
  { p, q, P, Q, line }: ArimaOrders,
  { d, D, seasonalTerms }: OrderSearch,
  { order }: Limits,
): boolean {
  if (Math.min(p, q, P, Q) < 0) return false;
  if (Math.max(p, q) > order || Math.max(P, Q) > 1) return false;
  if (!seasonalTerms && P + Q > 0) return false;
  // A line beside two differences would be a parabola, and beside none a trend that the tests did not find.
  return !line || d + D === 1;
}

/** Infinite where the model could not be fitted or has as many parameters as values. */
function correctedAic(variance: number, { p, q, P, Q, line }: ArimaOrders, search: OrderSearch): number {
  const { count, d, D } = search;
  const mean = d + D === 0 ? 1 : 0;
  const parameters = p + q + P + Q + mean + (line ? 1 : 0) + 1;
  if (!(variance > 0 && variance < Number.POSITIVE_INFINITY) || count - parameters - 1 <= 0) {
    return Number.POSITIVE_INFINITY;
  }
  const correction = (2 * parameters * (parameters + 1)) / (count - parameters - 1);
  return count * Math.log(variance) + 2 * parameters + correction;
}
