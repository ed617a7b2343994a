/** Small forecasters that the backtest’s tests can see through; none of them is registered. */
import type { SeriesFrame, SeriesSet } from '@tessera/core';
import { Forecast } from '../../src/forecast/forecast.js';
import type { FitNote } from '../../src/forecaster/fit-note.js';
import type { FittedForecaster, Forecaster, PredictOptions } from '../../src/forecaster/forecaster.js';

export interface TestForecasterOptions {
  readonly name?: string;
  readonly scope?: 'local' | 'global';
  readonly acceptsContext?: boolean;
  /** Called with what fit is given. */
  readonly onFit?: (set: SeriesSet) => void;
  /** Called with what predict is given. */
  readonly onPredict?: (options: PredictOptions) => void;
  readonly notes?: readonly FitNote[];
  /** Point forecast from the history and the fitted set. */
  readonly point?: (history: SeriesFrame, channel: string, step: number, fitted: SeriesSet) => number;
}

/** Repeats the last observed value, with quantiles that spread by 10 per unit of level. */
export function testForecaster(options: TestForecasterOptions = {}): Forecaster {
  const { name = 'last-value', scope = 'local', acceptsContext = true, point = lastValue } = options;
  const recipe = { name: `test-${name}`, options: {} };
  return {
    name,
    recipe,
    scope,
    acceptsContext,
    async fit(set, fitOptions = {}): Promise<FittedForecaster> {
      options.onFit?.(set);
      return {
        name,
        recipe,
        acceptsContext,
        notes: options.notes ?? [],
        async predict(predictOptions = {}) {
          options.onPredict?.(predictOptions);
          const horizon = predictOptions.horizon ?? fitOptions.horizon ?? 1;
          const levels = predictOptions.levels ?? [];
          const bounds = levels.flatMap((level) => [(100 - level) / 200, (100 + level) / 200]);
          const all = [...new Set([...bounds, ...(predictOptions.quantiles ?? []), 0.5])];
          const quantileLevels = all.sort((a, b) => a - b);
          const histories = predictOptions.context ?? set;
          return new Forecast({
            model: name,
            horizon,
            levels,
            quantileLevels,
            series: histories.frames.map((history) => {
              if (history.time.kind !== 'regular') throw new Error('irregular');
              const channels = history.targets.map((target) => target.name);
              const values = Float64Array.from({ length: horizon * channels.length }, (_, i) =>
                point(history, channels[i % channels.length], Math.floor(i / channels.length), set),
              );
              return {
                id: history.id,
                time: history.time.future(horizon),
                channels,
                point: values,
                quantiles: Float64Array.from(
                  [...values].flatMap((value) => quantileLevels.map((level) => value + 10 * (level - 0.5))),
                ),
              };
            }),
          });
        },
      };
    },
  };
}

export function lastValue(history: SeriesFrame, channel: string): number {
  const { values, observed } = history.channel(channel);
  return values[observed.lastIndexOf(1)];
}

/** Knows the whole set and reads the answers off it: what a backtest must expose. */
export function cheatingForecaster(whole: SeriesSet): Forecaster {
  return testForecaster({
    name: 'cheat',
    point: (history, channel, step) => {
      const full = whole.get(history.id);
      return full.channel(channel).values[
        full.time.indexOf(history.time.timeAt(history.length - 1)) + 1 + step
      ];
    },
  });
}

/** Looks past the end of what it was given, into the memory behind it. */
export function peepingForecaster(): Forecaster {
  return testForecaster({
    name: 'peep',
    point: (history, channel, step) => {
      const { values } = history.channel(channel);
      const behind = new Float64Array(values.buffer);
      return behind[values.byteOffset / 8 + values.length + step] ?? lastValue(history, channel);
    },
  });
}
