/** What all event tasks share: noise on top of what a task draws, windows packed in rows or laid end to end, the floors. */
import {
  foldIn,
  type Key,
  parseOptions,
  RandomStream,
  randomKey,
  regularTimeAxis,
  SeriesFrame,
  TesseraError,
} from '@tessera/core';
import { namedKey } from '../named-key.js';
import type { Span } from '../placement.js';
import {
  type EventDraw,
  type EventSeries,
  type EventSeriesOptions,
  type EventTask,
  type EventTruth,
  type EventWindow,
  eventSeriesSchema,
  type TaskOptions,
} from './event-task.js';

export interface TaskDefinition<Decision, Options extends TaskOptions> {
  readonly name: string;
  readonly options: Options;
  readonly uninformedForecast: Float64Array;
  /** Variance of the answer around the unconditional mean, averaged over the horizon. */
  readonly answerVariance: number;
  readonly bayesForecast?: (lookback: Float64Array) => Float64Array;
  /** What lies behind a window; all its draws come from the key. */
  readonly draw: (key: Key) => EventDraw<Decision>;
}

/** Windows have 32-bit numbers. */
const mostWindows = 2 ** 32;

/** A task from its definition: adds the noise, the packing and the floors. */
export function defineTask<Decision, Options extends TaskOptions>(
  definition: TaskDefinition<Decision, Options>,
): EventTask<Decision, Options> {
  const { name, options, uninformedForecast, bayesForecast, answerVariance, draw } = definition;
  const { lookback: L, horizon: H, noiseSd } = options;
  const windowsKey = namedKey(randomKey(options.seed), 'windows');

  function window(index: number): EventWindow<Decision> {
    checkRange(index, 1);
    const key = foldIn(windowsKey, index);
    const drawn = draw(namedKey(key, 'event'));
    const noise = new RandomStream(namedKey(key, 'noise'));
    const noisy = (value: number) => value + noiseSd * noise.normal();
    return { ...drawn, lookback: drawn.signal.map(noisy), future: drawn.answer.map(noisy) };
  }

  function windows({ count, offset = 0 }: { readonly count: number; readonly offset?: number }) {
    checkRange(offset, count);
    const packed = {
      count,
      lookbacks: new Float64Array(count * L),
      futures: new Float64Array(count * H),
      answers: new Float64Array(count * H),
    };
    const truths = Array.from({ length: count }, (_, i) => {
      const { lookback, future, answer, ...drawn } = window(offset + i);
      packed.lookbacks.set(lookback, i * L);
      packed.futures.set(future, i * H);
      packed.answers.set(answer, i * H);
      return truthOf(drawn, 0);
    });
    return { ...packed, truths };
  }

  function series(given: EventSeriesOptions): EventSeries<Decision> {
    const { blocks, offset, frequency, start } = parseOptions(eventSeriesSchema, given, `${name} series`);
    checkRange(offset, blocks);
    const length = blocks * (L + H);
    const [values, signal] = [new Float64Array(length), new Float64Array(length)];
    const origins = new Uint32Array(blocks);
    const events = Array.from({ length: blocks }, (_, block) => {
      const { lookback, future, ...drawn } = window(offset + block);
      const from = block * (L + H);
      origins[block] = from + L;
      values.set(lookback, from);
      values.set(future, from + L);
      signal.set(drawn.signal, from);
      signal.set(drawn.answer, from + L);
      return truthOf(drawn, from);
    });
    const time = regularTimeAxis({ start, frequency, length });
    const frame = new SeriesFrame({ id: name, time, channels: [{ name: 'y', values }] });
    return { frame, truth: { origins, signal, noise: values.map((value, t) => value - signal[t]), events } };
  }

  function checked(forecast: (lookback: Float64Array) => Float64Array) {
    return (lookback: Float64Array) => {
      if (lookback.length === L) return forecast(lookback);
      throw new TesseraError({
        code: 'SHAPE_MISMATCH',
        argument: `lookback of task "${name}"`,
        expected: `${L} steps`,
        found: `${lookback.length}`,
        wayOut: 'Give the lookback of one window',
      });
    };
  }

  return {
    name,
    options,
    floors: { oracle: noiseSd ** 2, uninformed: noiseSd ** 2 + answerVariance },
    uninformedForecast,
    ...(bayesForecast === undefined ? {} : { bayesForecast: checked(bayesForecast) }),
    window,
    windows,
    series,
  };
}

function truthOf<Decision>(drawn: EventTruth<Decision>, from: number): EventTruth<Decision> {
  const moved = ({ start, end }: Span) => ({ start: from + start, end: from + end });
  const { deciding, decision, distractions } = drawn;
  const truth = { decision, distractions: distractions.map(moved) };
  return deciding === undefined ? truth : { ...truth, deciding: moved(deciding) };
}

function checkRange(offset: number, count: number): void {
  const fits = Number.isInteger(offset) && Number.isInteger(count) && offset >= 0 && count >= 0;
  if (fits && offset + count <= mostWindows) return;
  throw new TesseraError({
    code: 'INDEX_INVALID',
    argument: 'windows of an event task',
    expected: 'whole numbers from 0 to 2^32',
    found: `${count} from ${offset}`,
    wayOut: 'Ask for windows that have such numbers',
  });
}

/** The mean answer and its variance around it, averaged over the horizon, where answer `i` comes with `weights[i]`. */
export function mixture(
  answers: readonly Float64Array[],
  weights: ArrayLike<number>,
  horizon: number,
): { readonly mean: Float64Array; readonly variance: number } {
  const mean = new Float64Array(horizon);
  answers.forEach((answer, i) => {
    for (let h = 0; h < horizon; h++) mean[h] += weights[i] * answer[h];
  });
  let variance = 0;
  answers.forEach((answer, i) => {
    for (let h = 0; h < horizon; h++) variance += (weights[i] * (answer[h] - mean[h]) ** 2) / horizon;
  });
  return { mean, variance };
}
