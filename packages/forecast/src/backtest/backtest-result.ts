/**
 * What a backtest found: one score per model, series, channel, origin and metric, and the views on them. Holds parts
 * (sums with weights), so every view aggregates exactly; holds forecasts only where they were asked for.
 */
import { type Metric, type MetricPart, parseOptions, type SeriesSet, TesseraError } from '@tessera/core';
import type { toArquero } from '@tessera/core/io';
import { z } from 'zod';
import type { SeriesForecast } from '../forecast/forecast.js';
import type { Recipe } from '../forecaster/forecaster.js';
import type { ResolvedBacktestOptions } from './backtest-options.js';
import { type PairedDifference, type PairedParts, pairedDifference } from './compare-models.js';
import type { BacktestFailure } from './failure.js';
import type { Cell, ModelScores } from './model-scores.js';
import type { CountedNote } from './note-tally.js';

/** One score. `value` is NaN and `weight` 0 where nothing could be scored. */
export interface BacktestRow {
  readonly model: string;
  readonly unique_id: string;
  readonly channel: string;
  /** Time of the last training step. */
  readonly origin: Date;
  readonly window: number;
  readonly metric: string;
  readonly value: number;
  readonly weight: number;
}

/** One metric of one model over many cells. */
export interface ScoreRow {
  readonly model: string;
  readonly metric: string;
  readonly unit: Metric['unit'];
  readonly value: number;
  /** How many (series, channel, window) cells it is made of. */
  readonly cells: number;
}

export interface BacktestModel {
  /** Name of the forecaster, numbered where two share it. */
  readonly name: string;
  readonly recipe: Recipe;
  /** `caller`: it could not cross threads (an unregistered recipe, a metric of the caller’s), or no worker was used. */
  readonly thread: 'worker' | 'caller';
  /** Seconds spent in fit and predict, summed over threads. */
  readonly fitSeconds: number;
  readonly predictSeconds: number;
  /** Scored (series, channel, window) cells. */
  readonly cells: number;
  readonly failures: number;
}

export interface BacktestForecast {
  readonly model: string;
  readonly window: number;
  /** Time of the last training step, UTC milliseconds. */
  readonly origin: number;
  readonly quantileLevels: readonly number[];
  /** Over the horizon, without the gap. */
  readonly forecast: SeriesForecast;
}

/** A note of a forecaster, counted over the windows in which it was made. */
export interface BacktestNote extends CountedNote {
  readonly model: string;
}

/** Options as they were resolved; metrics by name, workers by number. */
export type StoredBacktestOptions = Omit<ResolvedBacktestOptions, 'metrics' | 'workers'> & {
  readonly metrics: readonly string[];
  readonly workers: number;
};

export interface BacktestParts {
  readonly set: SeriesSet;
  readonly options: StoredBacktestOptions;
  readonly metrics: readonly Metric[];
  readonly models: readonly BacktestModel[];
  /** One per model. */
  readonly scores: readonly ModelScores[];
  readonly failures: readonly BacktestFailure[];
  readonly notes: readonly BacktestNote[];
  readonly forecasts: readonly BacktestForecast[];
  /** Origin of a series at a window, UTC milliseconds. */
  readonly originOf: (series: number, window: number) => number;
}

const compareSchema = z.strictObject({
  against: z.string(),
  level: z.number().gt(0, 'a level above 0').lt(100, 'a level below 100').default(95),
  draws: z.int().min(100, 'at least 100 draws').default(2000),
  seed: z.int().min(0).default(1),
});

export class BacktestResult {
  readonly options: StoredBacktestOptions;
  readonly models: readonly BacktestModel[];
  readonly failures: readonly BacktestFailure[];
  /** What forecasters skipped, filled or widened, over all windows. */
  readonly notes: readonly BacktestNote[];
  /** Empty unless `keepForecasts`. */
  readonly forecasts: readonly BacktestForecast[];
  readonly #parts: BacktestParts;

  constructor(parts: BacktestParts) {
    this.options = parts.options;
    this.models = Object.freeze([...parts.models]);
    this.failures = Object.freeze([...parts.failures]);
    this.notes = Object.freeze([...parts.notes]);
    this.forecasts = Object.freeze([...parts.forecasts]);
    this.#parts = parts;
  }

  /** Every score: model by model, in the order of the series and windows; built anew at each call. */
  toRows(): BacktestRow[] {
    const { set, metrics, scores, originOf } = this.#parts;
    return scores.flatMap((table, m) =>
      table.cells.flatMap(({ series, channel, window }, cell) =>
        metrics.map((metric, k): BacktestRow => {
          const part = table.part(cell, k);
          const frame = set.frames[series];
          return {
            model: this.models[m].name,
            unique_id: frame.id,
            channel: frame.targets[channel].name,
            origin: new Date(originOf(series, window)),
            window,
            metric: metric.name,
            value: metric.aggregate([part]),
            weight: part.weight,
          };
        }),
      ),
    );
  }

  /** Every metric of every model over all its cells, in the order of models and metrics. */
  summary(): ScoreRow[] {
    return this.#grouped(() => '').map(({ group, ...row }) => row);
  }

  /** Every metric of every model per window; window 0 is the oldest. */
  byWindow(): (ScoreRow & { readonly window: number })[] {
    return this.#grouped(({ window }) => window)
      .map(({ group, ...row }) => ({ ...row, window: group }))
      .sort((a, b) => this.#modelIndex(a.model) - this.#modelIndex(b.model) || a.window - b.window);
  }

  /** Every metric of every model per series. */
  bySeries(): (ScoreRow & { readonly unique_id: string })[] {
    const { frames } = this.#parts.set;
    return this.#grouped(({ series }) => series).map(({ group, ...row }) => ({
      ...row,
      unique_id: frames[group].id,
    }));
  }

  /**
   * Every metric of every model per step ahead; step 1 follows the gap. Metrics that average windows average steps here.
   *
   * @throws TesseraError OPTIONS_INVALID where the backtest ran with `byStep: false`
   */
  byStep(): (ScoreRow & { readonly step: number })[] {
    const { metrics, scores, options } = this.#parts;
    if (!options.byStep) {
      throw argumentError(
        'byStep',
        'a backtest that scored every step',
        'byStep false',
        'Run it with byStep true',
      );
    }
    const steps = Array.from({ length: options.horizon }, (_, step) => step);
    return scores.flatMap((table, m) =>
      table.cells.length === 0
        ? []
        : metrics.flatMap((metric, k) =>
            steps.map((step) => ({
              model: this.models[m].name,
              metric: metric.name,
              unit: metric.unit,
              value: metric.aggregate([table.stepPart(step, k, options.horizon)]),
              cells: table.cells.length,
              step: step + 1,
            })),
          ),
    );
  }

  /**
   * The model with the best value of a metric. Only models with the most scored cells are asked: one that failed
   * where others did not would be judged on easier ground.
   *
   * @param metric name; default the first one
   * @throws TesseraError OPTIONS_INVALID where the metric was not scored, or has a value for no model
   */
  best(metric?: string): BacktestModel {
    const { better, name } = this.#metric(metric ?? this.#parts.metrics[0].name);
    const most = Math.max(...this.models.map(({ cells }) => cells));
    const distance = (value: number) => (better === 'smaller' ? value : Math.abs(value - better.ideal));
    const ranked = this.summary()
      .filter((row) => row.metric === name && row.cells === most && !Number.isNaN(row.value))
      .sort((a, b) => distance(a.value) - distance(b.value));
    if (ranked.length === 0) {
      throw argumentError(
        'metric',
        'one with a value',
        `${name}, which is NaN for every model`,
        'Choose another metric',
      );
    }
    return this.models[this.#modelIndex(ranked[0].model)];
  }

  /**
   * The difference of a metric between two models, over the cells that both have, with a bootstrap interval.
   *
   * @param options.against the other model; the difference is `model` minus `against`
   * @param options.level in percent; default 95
   * @param options.draws default 2000
   * @param options.seed default 1
   * @throws TesseraError OPTIONS_INVALID
   */
  compare(
    model: string,
    metric: string,
    options: { against: string; level?: number; draws?: number; seed?: number },
  ): PairedDifference {
    const { against, ...bootstrap } = parseOptions(compareSchema, options, 'compare');
    const k = this.#parts.metrics.indexOf(this.#metric(metric));
    const mine = this.#parts.scores[this.#modelIndex(model)];
    const theirs = this.#parts.scores[this.#modelIndex(against)];
    const place = new Map(theirs.cells.map((cell, i) => [cellKey(cell), i]));
    const shared = mine.cells.flatMap((cell, i) => {
      const other = place.get(cellKey(cell));
      return other === undefined ? [] : [{ cell, model: mine.part(i, k), against: theirs.part(other, k) }];
    });
    const oneSeries = new Set(shared.map(({ cell }) => cell.series)).size === 1;
    const units = new Map<number, { model: MetricPart[]; against: MetricPart[] }>();
    for (const { cell, ...parts } of shared) {
      const key = oneSeries ? cell.window : cell.series;
      const unit = units.get(key) ?? { model: [], against: [] };
      unit.model.push(parts.model);
      unit.against.push(parts.against);
      units.set(key, unit);
    }
    const pairs: PairedParts[] = [...units.values()];
    return pairedDifference(this.#parts.metrics[k], pairs, bootstrap);
  }

  /** The rows as an arquero table. */
  async toArquero(): ReturnType<typeof toArquero> {
    const io = await import('@tessera/core/io');
    return io.toArquero(this.toRows().map((row) => ({ ...row })));
  }

  toJSON(): object {
    const { options, models, failures, notes } = this;
    return { options, models, summary: this.summary(), rows: this.toRows(), failures, notes };
  }

  /** Scores per model and group, groups in the order in which they are met. O(cells · metrics). */
  #grouped<Key>(keyOf: (cell: Cell) => Key): (ScoreRow & { readonly group: Key })[] {
    const { metrics, scores } = this.#parts;
    return scores.flatMap((table, m) => {
      const groups = new Map<Key, number[]>();
      table.cells.forEach((cell, i) => {
        const key = keyOf(cell);
        const group = groups.get(key);
        if (group === undefined) groups.set(key, [i]);
        else group.push(i);
      });
      return [...groups].flatMap(([group, members]) =>
        metrics.map((metric, k) => ({
          model: this.models[m].name,
          metric: metric.name,
          unit: metric.unit,
          value: metric.aggregate(members.map((cell) => table.part(cell, k))),
          cells: members.length,
          group,
        })),
      );
    });
  }

  #metric(name: string): Metric {
    const found = this.#parts.metrics.find((metric) => metric.name.toLowerCase() === name.toLowerCase());
    if (found !== undefined) return found;
    const names = this.options.metrics.join(', ');
    throw argumentError('metric', `one of ${names}`, `"${name}"`, 'Use a metric that was scored');
  }

  #modelIndex(name: string): number {
    const index = this.models.findIndex((model) => model.name === name);
    if (index >= 0) return index;
    const names = this.models.map((model) => model.name).join(', ');
    throw argumentError('model', `one of ${names}`, `"${name}"`, 'Use the name of a model of this backtest');
  }
}

function cellKey({ series, channel, window }: Cell): string {
  return `${series} ${channel} ${window}`;
}

function argumentError(argument: string, expected: string, found: string, wayOut: string): TesseraError {
  return new TesseraError({ code: 'OPTIONS_INVALID', argument, expected, found, wayOut });
}
