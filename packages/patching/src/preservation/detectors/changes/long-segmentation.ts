/**
 * A segmentation in near linear time, for costs that let no start be ruled out for long: exact within pieces that overlap, and then exact among
 * what the pieces proposed and an even grid, over the whole series.
 *
 * ```
 * values -> 1 PELT in overlapping pieces -> changes proposed, and a grid for what is slower than a piece
 *        -> 2 least cost among these, over all -> 3 each change at its best step between its neighbours
 * ```
 *
 * A change that stands out within a piece is found as PELT finds it. One that takes more than a piece to see has to pay for its price from a
 * place on the grid, half a cell away at most. The cost is never below that of PELT and hardly above it.
 */
import { type PeltOptions, pelt, type Segmentation } from './pelt.js';
import type { SegmentCost } from './segment-cost.js';

export interface LongSegmentationOptions extends PeltOptions {
  /** Points of a piece; series of up to two are segmented as a whole. Default 2^14. */
  readonly piece?: number;
}

/** Measured on a million points of noise, one core: 2^13 to 2^16 take 3.5 to 5.8 seconds of processor time, as a whole 20. */
const defaultPiece = 2 ** 14;
/** Points that a piece takes from either neighbour, as a share of it. */
const overlapShare = 1 / 8;
/** Cells of the grid in a piece, and in all: what is tried among them is quadratic. */
const cellsPerPiece = 64;
const mostCells = 2048;

/** @param costOf the cost of a part of the values */
export function longSegmentation(
  values: Float64Array,
  costOf: (values: Float64Array) => SegmentCost,
  { piece = defaultPiece, ...options }: LongSegmentationOptions,
): Segmentation {
  const n = values.length;
  const cost = costOf(values);
  if (n <= 2 * piece) return pelt(cost, options);
  const overlap = Math.ceil(piece * overlapShare);
  const cell = Math.max(1, Math.floor(piece / cellsPerPiece), Math.ceil(n / mostCells));

  // 1. What may be a change.
  const proposed = new Set<number>();
  let evaluations = 0;
  for (let from = 0; from < n; from += piece) {
    const start = Math.max(0, from - overlap);
    const found = pelt(costOf(values.subarray(start, Math.min(n, from + piece + overlap))), options);
    for (const change of found.changes) proposed.add(start + change);
    evaluations += found.evaluations;
  }
  for (let step = cell; step <= n - options.minSize; step += cell) proposed.add(step);
  const places = Int32Array.from(proposed).sort();

  // 2. The best of these.
  const chosen = bestAmong(places, cost, options);

  // 3. Each at its best step.
  const changes = chosen.changes.slice();
  for (let i = 0; i < changes.length; i++) {
    const from = i === 0 ? 0 : changes[i - 1];
    const to = i + 1 === changes.length ? n : changes[i + 1];
    changes[i] = bestStep(changes[i], from, to, cell, cost, options.minSize);
  }
  return {
    changes,
    cost: costOfCut(changes, cost, options.penalty),
    evaluations: evaluations + chosen.evaluations,
  };
}

/** Least cost with changes at given places alone, without starts that the rule of PELT rules out. */
function bestAmong(places: Int32Array, cost: SegmentCost, { penalty, minSize }: PeltOptions): Segmentation {
  const stops = [...places, cost.length];
  const best = new Map([[0, -penalty]]);
  const last = new Map<number, number>();
  let starts = Int32Array.of(0);
  let evaluations = 0;
  for (const end of stops) {
    const answers = new Float64Array(starts.length);
    cost.costs(starts, starts.length, end, answers);
    evaluations += starts.length;
    let [least, winner] = [Number.POSITIVE_INFINITY, -1];
    const totals = answers.map((answer, k) => {
      const total = (best.get(starts[k]) ?? Number.POSITIVE_INFINITY) + answer;
      if (end - starts[k] >= minSize && total < least) [least, winner] = [total, starts[k]];
      return total;
    });
    if (winner < 0) continue;
    best.set(end, least + penalty);
    last.set(end, winner);
    // A start that is too near to have been a candidate stays.
    const kept = starts.filter((start, k) => end - start < minSize || totals[k] <= least + penalty);
    starts = Int32Array.of(...kept, end);
  }
  const changes: number[] = [];
  for (let at = last.get(cost.length) ?? 0; at > 0; at = last.get(at) ?? 0) changes.push(at);
  return {
    changes: Int32Array.from(changes.reverse()),
    cost: best.get(cost.length) ?? Number.POSITIVE_INFINITY,
    evaluations,
  };
}

/** The step within a cell of `at` that cuts `[from, to)` best. */
function bestStep(
  at: number,
  from: number,
  to: number,
  cell: number,
  cost: SegmentCost,
  minSize: number,
): number {
  const answer = new Float64Array(2);
  let [best, least] = [at, Number.POSITIVE_INFINITY];
  const first = Math.max(from + minSize, at - cell);
  const last = Math.min(to - minSize, at + cell);
  for (let step = first; step <= last; step++) {
    cost.costs(Int32Array.of(from), 1, step, answer);
    const before = answer[0];
    cost.costs(Int32Array.of(step), 1, to, answer);
    if (before + answer[0] < least) [best, least] = [step, before + answer[0]];
  }
  return best;
}

function costOfCut(changes: Int32Array, cost: SegmentCost, penalty: number): number {
  const answer = new Float64Array(1);
  let total = penalty * changes.length;
  for (let i = 0; i <= changes.length; i++) {
    const start = i === 0 ? 0 : changes[i - 1];
    cost.costs(Int32Array.of(start), 1, i === changes.length ? cost.length : changes[i], answer);
    total += answer[0];
  }
  return total;
}
