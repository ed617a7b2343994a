/**
 * The best way to cut a series into segments: least sum of segment costs plus a penalty per change, exactly, by dynamic programming over
 * the start of the last segment, without starts that can never win again (PELT).
 *
 * The rule of PELT alone drops nothing until a change comes, since cutting a segment never makes it dearer; long segments would
 * be quadratic. Two further rules keep the answer and save the time. A start is judged only by the parameters with which it beats
 * an earlier one (`restrictedCosts`). And what a start costs is not computed anew while a bound tells that it is no winner: its cost
 * up to a mark plus what the points since the mark add to any segment.
 *
 * Among cuts of equal cost, any may come out.
 *
 * Sources: Killick, Fearnhead and Eckley (JASA 2012) for PELT; Maidstone et al., On Optimal Multiple Changepoint Algorithms for Large
 * Data (2017) and Truong and Runge (2024) for judging a start by its parameters.
 */
import { invariant } from '@tessera/core';
import { LiveStarts } from './live-starts.js';
import type { SegmentCost } from './segment-cost.js';

export interface PeltOptions {
  /** What one change costs. */
  readonly penalty: number;
  /** Least points of a segment. */
  readonly minSize: number;
}

export interface Segmentation {
  /** First point of each segment but the first; increasing. */
  readonly changes: Int32Array;
  /** Sum of the segment costs and of the penalty per change. Infinity where there are fewer points than one segment needs. */
  readonly cost: number;
  /** How many segment costs were computed: n times a small number where the pruning works. */
  readonly evaluations: number;
}

/** Points between marks. It decides how fast this is, never what comes out; 16 to 128 were tried. */
const markEvery = 64;

/** Near O(n) where segments are short against n or the pruning bites, O(n^2) at worst. O(n) memory, taken before the first step. */
export function pelt(cost: SegmentCost, { penalty, minSize }: PeltOptions): Segmentation {
  invariant(Number.isInteger(minSize) && minSize >= 1, 'PELT gets a least size of at least 1');
  const n = cost.length;
  /** Least cost of the first `i` points, and where its last segment starts. */
  const best = new Float64Array(n + 1).fill(Number.POSITIVE_INFINITY);
  const last = new Int32Array(n + 1);
  best[0] = -penalty;

  const live = new LiveStarts(n + 1);
  const { starts, lower, endOfLife, below, due } = live;
  /** Place of the winner of the step before; it is always asked. */
  let winner = -1;
  const answers = new Float64Array(n + 1);
  const questions = {
    starts: new Int32Array(n + 1),
    rivals: new Int32Array(n + 1),
    gaps: new Float64Array(n + 1),
    wanted: new Float64Array(n + 1),
  };
  let evaluations = 0;

  /** What points add to any segment that holds them, at least: summed up to each mark, and up to the current step. */
  const grownAt = new Float64Array(Math.ceil(n / markEvery) + 1);
  for (let i = 1; i < grownAt.length; i++) {
    const from = (i - 1) * markEvery;
    grownAt[i] = grownAt[i - 1] + least(from, Math.min(from + markEvery, n));
  }

  for (let end = minSize; end <= n; end++) {
    // 1. How far every total has grown, and a new start.
    const mark = Math.floor((end - 1) / markEvery);
    const grown = grownAt[mark] + least(mark * markEvery, end);
    const newest = end - minSize;
    if (newest === 0 || newest >= minSize) live.push(newest, youngBound(newest, mark), end);

    // 2. The winner of the step before says how low a total must be to matter.
    const before = winner;
    let total = Number.POSITIVE_INFINITY;
    if (before >= 0) {
      questions.starts[0] = starts[before];
      cost.costs(questions.starts, 1, end, answers);
      total = best[starts[before]] + answers[0];
      evaluations += 1;
    }

    // 3. Whoever may be lower is asked.
    live.visit(total - grown, end);
    let asks = 0;
    for (let i = 0; i < live.belowCount; i++) {
      const place = below[i];
      if (place === before) continue;
      below[asks] = place;
      questions.starts[asks++] = starts[place];
    }
    cost.costs(questions.starts, asks, end, answers);
    evaluations += asks;
    for (let i = 0; i < asks; i++) {
      const other = best[questions.starts[i]] + answers[i];
      if (other >= total) continue;
      total = other;
      winner = below[i];
    }
    best[end] = total + penalty;
    last[end] = starts[winner];

    // 4. Losers get a bound, their cost up to the last mark.
    const isReplaced = before >= 0 && winner !== before;
    if (isReplaced && Number.isFinite(lower[before])) below[asks++] = before;
    let losers = 0;
    for (let i = 0; i < asks; i++) {
      const start = starts[below[i]];
      lower[below[i]] = youngBound(start, mark);
      if (start >= mark * markEvery) continue;
      below[losers] = below[i];
      questions.starts[losers++] = start;
    }
    cost.costs(questions.starts, losers, mark * markEvery, answers);
    evaluations += losers;
    for (let i = 0; i < losers; i++) {
      lower[below[i]] = best[questions.starts[i]] + answers[i] - grownAt[mark];
    }

    // 5. A start that a change at `end` always beats lives on only until a whole segment fits after that change.
    for (let i = 0; i < live.dueCount; i++) {
      const place = due[i];
      const start = starts[place];
      const rival = place === 0 ? -1 : starts[cost.rival === 'oldest' ? 0 : place - 1];
      questions.starts[i] = start;
      questions.rivals[i] = rival;
      questions.gaps[i] = rival < 0 ? 0 : best[start] - best[rival];
      questions.wanted[i] = best[end] - best[start];
    }
    cost.restrictedCosts(questions, live.dueCount, end, answers);
    for (let i = 0; i < live.dueCount; i++) {
      if (answers[i] >= questions.wanted[i]) endOfLife[due[i]] = end + minSize;
    }
    live.refresh(isReplaced ? before : -1, winner);
    winner = live.compact(winner, end);
  }
  return { changes: readBack(last, n), cost: best[n], evaluations };

  /** For a start since the mark: its total never falls below what came before it, and grows from the next mark on. */
  function youngBound(start: number, mark: number): number {
    return cost.isNonNegative ? best[start] - grownAt[mark + 1] : Number.NEGATIVE_INFINITY;
  }

  /** Least that `[from, to)` adds to a segment that holds it. */
  function least(from: number, to: number): number {
    questions.starts[0] = from;
    questions.rivals[0] = -1;
    questions.gaps[0] = 0;
    questions.wanted[0] = Number.POSITIVE_INFINITY;
    cost.restrictedCosts(questions, 1, to, answers);
    return answers[0];
  }
}

/** The starts of the segments of `n` points, but for the first. */
export function readBack(last: Int32Array, n: number): Int32Array {
  const changes: number[] = [];
  for (let start = last[n]; start > 0; start = last[start]) changes.push(start);
  return Int32Array.from(changes.reverse());
}
