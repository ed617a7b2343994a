/**
 * The scores of one model in flat arrays: one cell per series, channel and window, one part per cell and metric.
 * Merged from the results of its jobs in the order of the plan.
 */
import type { MetricPart } from '@tessera/core';
import type { JobsResult } from './run-jobs.js';

/** One scored channel of one series at one window. */
export interface Cell {
  /** Position in the set. */
  readonly series: number;
  /** Position among the targets of the series. */
  readonly channel: number;
  readonly window: number;
}

/** Shapes: N cells, M metrics, H steps. */
export class ModelScores {
  readonly cells: readonly Cell[];
  readonly fitSeconds: number;
  readonly predictSeconds: number;
  /** Sum and weight, shape `[N, M, 2]`. */
  readonly #parts: Float64Array;
  /** Sum and weight, shape `[M, H, 2]`; empty where steps were not scored. */
  readonly #steps: Float64Array;
  readonly #metrics: number;

  /** @param results of one model, in the order of the plan */
  constructor(results: readonly JobsResult[], metrics: number) {
    const lengths = results.map(({ cells }) => cells.length / 3);
    const total = lengths.reduce((sum, length) => sum + length, 0);
    const cells: Cell[] = [];
    this.#metrics = metrics;
    this.#parts = new Float64Array(total * metrics * 2);
    this.#steps = new Float64Array(results.length === 0 ? 0 : results[0].steps.length);
    for (const result of results) {
      this.#parts.set(result.parts, cells.length * metrics * 2);
      for (let i = 0; i < result.cells.length; i += 3) {
        cells.push({ series: result.cells[i], channel: result.cells[i + 1], window: result.cells[i + 2] });
      }
      for (let i = 0; i < result.steps.length; i++) this.#steps[i] += result.steps[i];
    }
    this.cells = cells;
    this.fitSeconds = results.reduce((sum, result) => sum + result.fitSeconds, 0);
    this.predictSeconds = results.reduce((sum, result) => sum + result.predictSeconds, 0);
  }

  part(cell: number, metric: number): MetricPart {
    const at = (cell * this.#metrics + metric) * 2;
    return { sum: this.#parts[at], weight: this.#parts[at + 1] };
  }

  /** Over all cells, at one step ahead. */
  stepPart(step: number, metric: number, horizon: number): MetricPart {
    const at = (metric * horizon + step) * 2;
    return { sum: this.#steps[at], weight: this.#steps[at + 1] };
  }
}
