/** One target channel of one series as a local forecaster sees it: values, what was observed, and the clock. */
import {
  type Channel,
  defaultSeason,
  type RegularTimeAxis,
  type SeriesFrame,
  TesseraError,
} from '@tessera/core';

export interface ChannelHistory {
  readonly id: string;
  readonly channel: string;
  readonly time: RegularTimeAxis;
  /** Shape `[T]`; NaN where not observed. Never written to. */
  readonly values: Float64Array;
  /** Season in steps, from the forecaster’s options or the frequency; 1 for none. */
  readonly season: number;
}

/** Positions of the observed values, ascending. O(T) */
export function observedSteps({ values }: ChannelHistory): Int32Array {
  let count = 0;
  for (let t = 0; t < values.length; t++) if (!Number.isNaN(values[t])) count += 1;
  const steps = new Int32Array(count);
  let next = 0;
  for (let t = 0; t < values.length; t++) if (!Number.isNaN(values[t])) steps[next++] = t;
  return steps;
}

/**
 * The targets of a frame.
 *
 * @param season in steps; `auto` takes the usual one of the frequency
 * @throws TesseraError TIME_IRREGULAR, FRAME_INVALID where there is no target
 */
export function channelHistories(frame: SeriesFrame, season: number | 'auto'): ChannelHistory[] {
  const time = regularTime(frame);
  const steps = season === 'auto' ? defaultSeason(time.frequency) : season;
  return targetsOf(frame).map(({ name, values }) => ({
    id: frame.id,
    channel: name,
    time,
    values,
    season: steps,
  }));
}

/** The time axis of a series that can be continued. @throws TesseraError TIME_IRREGULAR */
export function regularTime(frame: SeriesFrame): RegularTimeAxis {
  if (frame.time.kind === 'regular') return frame.time;
  throw new TesseraError({
    code: 'TIME_IRREGULAR',
    argument: `time axis of series "${frame.id}"`,
    expected: 'a regular axis, whose next steps are known',
    found: `${frame.length} irregular times`,
    wayOut: 'Read the series with a frequency, so that gaps become missing steps, or aggregate it to one',
  });
}

/** Steps from the start of one axis to the start of another, or undefined where they share no grid. O(log steps) */
export function stepsApart(from: RegularTimeAxis, to: RegularTimeAxis): number | undefined {
  if (to.start < from.start) {
    const back = stepsApart(to, from);
    return back === undefined ? undefined : -back;
  }
  let span = 1;
  while (
    from
      .slice(0, 0)
      .future(span)
      .timeAt(span - 1) < to.start
  )
    span *= 2;
  const steps = from.slice(0, 0).future(span).indexOf(to.start);
  return steps < 0 ? undefined : steps;
}

/** @throws TesseraError FRAME_INVALID */
export function targetsOf(frame: SeriesFrame): readonly Channel[] {
  const { targets } = frame;
  if (targets.length > 0) return targets;
  throw new TesseraError({
    code: 'FRAME_INVALID',
    argument: `series "${frame.id}"`,
    expected: 'at least one target channel',
    found: 'covariates only',
    wayOut: 'Give the channel to forecast the role "target"',
  });
}

/** The error of a channel with too few values. */
export function tooShort(history: ChannelHistory, needed: string, found: string): TesseraError {
  return new TesseraError({
    code: 'SERIES_TOO_SHORT',
    argument: `series "${history.id}", channel "${history.channel}"`,
    expected: needed,
    found,
    wayOut: 'Give a longer history, leave the series out, or use a simpler forecaster',
  });
}
