/**
 * A series cut into regimes: the best split that passes its test, and then each part anew. Where regimes take turns, no split of the whole tells left
 * from right, so stretches of half the length are searched next, then of a quarter, and so on, each overlapping the next by half.
 * Neighbours are sought within the stretch at hand. O(N^2) for each level of the recursion, and less than three times that where nothing is found.
 *
 * Source: Schäfer, Ermshaus and Leser, ClaSP: Time Series Segmentation (Data Mining and Knowledge Discovery 2023); the halving stands in for
 * their ensemble over random stretches.
 */
import { normalTail } from '../../significance/tail-probability.js';
import { bestSplit, type Split, type SplitScore } from './best-split.js';
import { nearestWindows } from './nearest-windows.js';
import type { WindowedSeries } from './window-likeness.js';

export interface SplitOptions {
  /** Least points of a regime. */
  readonly minLength: number;
  readonly neighbours: number;
  readonly score: SplitScore;
  /** What a split must score at least. */
  readonly minScore: number;
  readonly significance: number;
}

/** In order of time; `at` counts points from the beginning of the series. */
export function splitRegimes(series: WindowedSeries, options: SplitOptions): Split[] {
  const splits: Split[] = [];
  const search = (from: number, to: number) => {
    const split = firstSplit(series, from, to, options);
    if (split === undefined) return;
    splits.push(split);
    search(from, split.at);
    search(split.at, to);
  };
  search(0, series.length);
  return splits.sort((a, b) => a.at - b.at);
}

/** The best valid split of the longest stretches that have one. */
function firstSplit(
  series: WindowedSeries,
  from: number,
  to: number,
  options: SplitOptions,
): Split | undefined {
  const points = to - from;
  for (let parts = 1; Math.floor(points / parts) >= 2 * options.minLength; parts *= 2) {
    const length = Math.floor(points / parts);
    const places = 2 * parts - 1;
    let best: Split | undefined;
    for (let place = 0; place < places; place++) {
      const start = places === 1 ? from : from + Math.round(((points - length) * place) / (places - 1));
      const split = validSplit(series, start, start + length, options);
      if (split !== undefined && split.score > (best?.score ?? 0)) best = split;
    }
    if (best !== undefined) return best;
  }
  return undefined;
}

function validSplit(
  series: WindowedSeries,
  from: number,
  to: number,
  { neighbours, minLength, score, minScore, significance }: SplitOptions,
): Split | undefined {
  const nearest = nearestWindows(series.likeness(from, to), series.window, neighbours);
  const split = bestSplit(nearest, series.window, minLength, score);
  if (split === undefined || split.score < minScore || normalTail(split.z) > significance) return undefined;
  return { ...split, at: from + split.at };
}
