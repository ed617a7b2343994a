/**
 * Long series as a task: the first 12 parts of 20 to train on, the next 4 to stop and choose by, the last 4 to test on, as the ETT tables
 * have it. Each channel is forecast by itself, on the scale of its own training part. A window’s lookback may reach into the part before.
 *
 *   0        12      16      20
 *   |  train  | valid.| test  |     origins every `stride` steps in validation and test, every step in training
 */
import { type SeriesFrame, SeriesSet, TesseraError } from '@tessera/core';
import { z } from 'zod';
import { zScored } from '../suites/z-scored.js';
import type { PatchingSplit, WindowEvents } from './patching-split.js';

/** What every kind of long series is told. */
export const seriesShape = {
  lookback: z.int().min(1),
  horizon: z.int().min(1),
  /** Steps from one window to the next in validation and test. */
  stride: z.int().min(1),
};

export interface WindowShape {
  readonly lookback: number;
  readonly horizon: number;
  readonly stride: number;
  /**
   * Steps of the season that is taken out of a lookback before the checker judges an event: the median of each phase. A mean over a
   * week says nothing of a holiday otherwise. Default none.
   */
  readonly season?: number;
}

/** A series with its known events, in steps of the series. */
export interface KnownSeries {
  readonly frame: SeriesFrame;
  readonly events: WindowEvents['events'];
}

/** Share of what is fitted that is kept for validation: 4 of 16 parts. */
const validationShare = 0.25;
/** An event counts in the windows that show at least so many steps before and after its first step. */
const eventMargin = 8;

/** @throws TesseraError SERIES_TOO_SHORT where a series has no whole window in a part */
export function seriesSplit(series: readonly KnownSeries[], shape: WindowShape): PatchingSplit {
  const { lookback, horizon, stride } = shape;
  const fit: SeriesFrame[] = [];
  const validation: SeriesFrame[] = [];
  const test: SeriesFrame[] = [];
  const events = new Map<string, WindowEvents>();
  for (const { frame, events: known } of series) {
    const fitEnd = Math.floor(0.8 * frame.length);
    // As the training takes its share from the end.
    const trainEnd = fitEnd - Math.floor(validationShare * fitEnd);
    const scaled = zScored(frame, trainEnd).withInterventions([]);
    const windows = (from: number, to: number) => windowsOf(scaled, from, to, shape);
    fit.push(scaled.slice(0, fitEnd));
    validation.push(...windows(trainEnd, fitEnd).map(({ window }) => window));
    const own = windows(fitEnd, frame.length);
    for (const { window, start } of own) {
      const inside = eventsInside(known, start, lookback);
      if (inside.length === 0) continue;
      events.set(window.id, { events: inside, alone: withoutSeason(window, lookback, shape.season) });
    }
    test.push(...own.map(({ window }) => window));
    if (trainEnd < lookback + horizon || own.length === 0) throw tooShort(frame, shape);
  }
  return {
    fit: new SeriesSet(fit),
    training: { validation: 'ends', validationShare, history: lookback },
    validation: new SeriesSet(validation),
    test: new SeriesSet(test),
    deciding: new Map(),
    events,
  };

  function tooShort({ id, length }: SeriesFrame, { lookback: L, horizon: H }: WindowShape): TesseraError {
    return new TesseraError({
      code: 'SERIES_TOO_SHORT',
      argument: `series "${id}"`,
      expected: `twelve twentieths of at least ${L + H} steps, and four of at least ${H}`,
      found: `${length} steps (windows every ${stride})`,
      wayOut: 'Leave the series out, or use a shorter lookback or horizon',
    });
  }
}

/** One frame of one channel for each origin whose future lies in `[from, to)`. */
function windowsOf(
  frame: SeriesFrame,
  from: number,
  to: number,
  { lookback, horizon, stride }: WindowShape,
): { readonly window: SeriesFrame; readonly start: number }[] {
  return frame.targets.flatMap(({ name }) => {
    const channel = frame.select([name]);
    const windows = [];
    for (let origin = Math.max(from, lookback); origin + horizon <= to; origin += stride) {
      const start = origin - lookback;
      const window = channel.slice(start, origin + horizon).withId(`${frame.id}/${name}@${origin}`);
      windows.push({ window, start });
    }
    return windows;
  });
}

/** Events that begin well inside a lookback, in its own steps; one that goes on is cut where the lookback ends. */
function eventsInside(known: WindowEvents['events'], from: number, lookback: number): WindowEvents['events'] {
  return known.flatMap(({ kind, start, end = start + 1 }) => {
    const first = start - from;
    if (first < eventMargin || first + eventMargin > lookback) return [];
    return [{ kind, start: first, end: Math.min(end - from, lookback) }];
  });
}

/** The lookback less the median of what was observed at each phase of the season. */
function withoutSeason(window: SeriesFrame, lookback: number, season: number | undefined): Float64Array {
  const values = window.targets[0].values.slice(0, lookback);
  if (season === undefined) return values;
  const medians = Array.from({ length: season }, (_, phase) =>
    median(values.filter((value, t) => t % season === phase && !Number.isNaN(value))),
  );
  return values.map((value, t) => value - medians[t % season]);
}

function median(values: Float64Array): number {
  const sorted = values.toSorted();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
