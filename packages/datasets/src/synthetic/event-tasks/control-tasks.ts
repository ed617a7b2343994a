/**
 * Tasks without an event, on which no placement of patches may win: pure seasonality, whose future follows from the whole
 * lookback, and pure noise, whose future follows from nothing.
 */
import { type Key, parseOptions } from '@tessera/core';
import { z } from 'zod';
import { namedStream } from '../named-key.js';
import { defineTask } from './define-task.js';
import { type EventDraw, type EventTask, taskShape } from './event-task.js';

const seasonalSchema = z.strictObject({
  ...taskShape,
  /** Steps of each sine’s cycle, above 1; need not be whole. */
  periods: z.array(z.number().gt(1)).min(1).readonly().default([24, 33.5]),
  /** Amplitude of each sine. */
  amplitude: z.number().nonnegative().default(1),
});
const noiseTaskSchema = z.strictObject(taskShape);

export type SeasonalTaskOptions = z.input<typeof seasonalSchema>;
export type NoiseTaskOptions = z.input<typeof noiseTaskSchema>;

export interface SeasonalDecision {
  readonly kind: 'seasonal';
  /** Phase of each sine at the first step, as a share of its cycle. */
  readonly phases: readonly number[];
}
export interface NoiseDecision {
  readonly kind: 'noise';
}

export type SeasonalTask = EventTask<SeasonalDecision, Readonly<z.output<typeof seasonalSchema>>>;

/** Sines of random phase that go on. The oracle knows the phases. @throws TesseraError OPTIONS_INVALID */
export function seasonalTask(options: SeasonalTaskOptions = {}): SeasonalTask {
  const resolved = parseOptions(seasonalSchema, options, 'seasonalTask');
  const { lookback, horizon, periods, amplitude } = resolved;
  return defineTask({
    name: 'seasonal',
    options: resolved,
    uninformedForecast: new Float64Array(horizon),
    answerVariance: (periods.length * amplitude ** 2) / 2,
    draw: (key: Key): EventDraw<SeasonalDecision> => {
      const stream = namedStream(key, 'phases');
      const phases = periods.map(() => stream.uniform());
      const valueAt = (t: number) =>
        periods.reduce(
          (sum, period, i) => sum + amplitude * Math.sin(2 * Math.PI * (t / period + phases[i])),
          0,
        );
      const signal = Float64Array.from({ length: lookback }, (_, t) => valueAt(t));
      return {
        decision: { kind: 'seasonal', phases },
        distractions: [],
        signal,
        signalWithoutEvent: signal.slice(),
        answer: Float64Array.from({ length: horizon }, (_, h) => valueAt(lookback + h)),
      };
    },
  });
}

/** White noise: all floors are its variance. @throws TesseraError OPTIONS_INVALID */
export function noiseTask(options: NoiseTaskOptions = {}): EventTask<NoiseDecision> {
  const resolved = parseOptions(noiseTaskSchema, options, 'noiseTask');
  const { lookback, horizon } = resolved;
  return defineTask({
    name: 'noise',
    options: resolved,
    uninformedForecast: new Float64Array(horizon),
    answerVariance: 0,
    bayesForecast: () => new Float64Array(horizon),
    draw: (): EventDraw<NoiseDecision> => ({
      decision: { kind: 'noise' },
      distractions: [],
      signal: new Float64Array(lookback),
      signalWithoutEvent: new Float64Array(lookback),
      answer: new Float64Array(horizon),
    }),
  });
}
