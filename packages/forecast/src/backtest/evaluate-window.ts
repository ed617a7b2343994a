/**
 * One forecast beside its truth: checks that it answers the question asked, then turns it into the inputs that
 * metrics read, one per channel, over the horizon without the gap.
 */
import { type MetricInput, type SeriesFrame, TesseraError } from '@tessera/core';
import type { SeriesForecast } from '../forecast/forecast.js';
import type { Cut } from './origins.js';

export interface WindowQuestion {
  readonly frame: SeriesFrame;
  readonly cut: Cut;
  readonly gap: number;
  readonly horizon: number;
  /** Levels that the forecast carries, ascending, shape `[Q]`. */
  readonly quantileLevels: readonly number[];
  readonly season: number;
}

export interface ChannelInput {
  /** Position among the frame’s targets. */
  readonly channel: number;
  readonly input: MetricInput;
}

/**
 * The metric inputs of every target channel, in the frame’s order. O(H C Q).
 *
 * @param answer `gap + horizon` steps on the axis that follows the cut
 * @throws TesseraError FORECAST_INVALID where series, steps, times or channels differ from those asked for
 */
export function windowInputs(answer: SeriesForecast, question: WindowQuestion): ChannelInput[] {
  const { frame, cut, gap, horizon, quantileLevels, season } = question;
  checkAnswer(answer, question);
  const first = cut.cut + gap;
  return frame.targets.map((target, channel) => ({
    channel,
    input: {
      actual: target.values.subarray(first, first + horizon),
      observed: target.observed.subarray(first, first + horizon),
      ...channelForecast(answer, answer.channels.indexOf(target.name), question),
      quantileLevels,
      insample: target.values.subarray(cut.from, cut.cut),
      season,
    },
  }));
}

/** One step of a window, as a window of its own. */
export function stepInput(input: MetricInput, step: number): MetricInput {
  const levels = input.quantileLevels.length;
  return {
    ...input,
    actual: input.actual.subarray(step, step + 1),
    observed: input.observed.subarray(step, step + 1),
    point: input.point.subarray(step, step + 1),
    quantiles: input.quantiles.subarray(step * levels, (step + 1) * levels),
  };
}

/** The column of one channel: from `[H, C]` and `[H, C, Q]` to `[H]` and `[H, Q]`, the gap left out. */
function channelForecast(
  answer: SeriesForecast,
  column: number,
  { gap, horizon, quantileLevels }: WindowQuestion,
): Pick<MetricInput, 'point' | 'quantiles'> {
  const channels = answer.channels.length;
  const levels = quantileLevels.length;
  const point = new Float64Array(horizon);
  const quantiles = new Float64Array(horizon * levels);
  for (let step = 0; step < horizon; step++) {
    const cell = (gap + step) * channels + column;
    point[step] = answer.point[cell];
    for (let q = 0; q < levels; q++) quantiles[step * levels + q] = answer.quantiles[cell * levels + q];
  }
  return { point, quantiles };
}

function checkAnswer(answer: SeriesForecast, { frame, cut, gap, horizon }: WindowQuestion): void {
  const steps = gap + horizon;
  const argument = `forecast of series "${frame.id}"`;
  if (answer.time.length !== steps || answer.point.length !== steps * answer.channels.length) {
    throw invalid(argument, `${steps} steps`, `${answer.time.length}`);
  }
  const missing = frame.targets.find(({ name }) => !answer.channels.includes(name));
  if (missing !== undefined) {
    throw invalid(argument, `the channel "${missing.name}"`, answer.channels.join(', ') || 'none');
  }
  for (const step of [0, steps - 1]) {
    const wanted = frame.time.timeAt(cut.cut + step);
    const found = answer.time.timeAt(step);
    if (wanted !== found) throw invalid(`${argument}, step ${step}`, isoTime(wanted), isoTime(found));
  }
}

function isoTime(time: number): string {
  return Number.isFinite(time) ? new Date(time).toISOString() : String(time);
}

function invalid(argument: string, expected: string, found: string): TesseraError {
  return new TesseraError({
    code: 'FORECAST_INVALID',
    argument,
    expected,
    found,
    wayOut: 'Correct the forecaster: it must answer for the steps that follow its history',
  });
}
