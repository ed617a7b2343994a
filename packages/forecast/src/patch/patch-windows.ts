/**
 * Windows of series as the patch model sees them: the last L steps scaled by their own mean and standard deviation (reversible
 * instance normalization, Kim et al., ICLR 2022, without its affine part), the next H steps on the same scale, and masks. A missing
 * value is 0 under a mask of 0 and counts nowhere.
 */
import { invariant, type Key, RandomStream } from '@tessera/core';
import { type NdArray, ndArray } from '@tessera/core/engine';
import type { ChannelSeries, PatchInputs } from './patch-inputs.js';

/** A half-open range of forecast origins of one series: origin t has history `[t - L, t)` and future `[t, t + H)`. */
export interface OriginRange {
  readonly series: ChannelSeries;
  readonly from: number;
  readonly to: number;
}

export interface WindowShape {
  readonly lookback: number;
  readonly horizon: number;
  readonly inputs: PatchInputs;
}

/** What the model sees, by name: `values`, `mask`, and `past`, `pastMask`, `known`, `knownMask`, `place` where there are such. */
export type ModelArrays = Readonly<Record<string, NdArray>>;

/** What a forecast is judged by. */
export type JudgedArrays = Readonly<Record<'target' | 'targetMask' | 'weight', NdArray>>;

export interface WindowBatch extends JudgedArrays {
  readonly arrays: ModelArrays;
}

/** Location and scale of a window’s history. */
export interface WindowScale {
  readonly location: number;
  readonly scale: number;
}

/** How origins are shared out. */
export interface OriginSplit {
  readonly validationShare: number;
  readonly validation: 'ends' | 'series';
  /** Fewest steps of history. */
  readonly history: number;
  readonly horizon: number;
}

/** Origins to train on, and those to judge by: at the ends of all series, or all of the last series. */
export function trainingRanges(
  all: readonly ChannelSeries[],
  { validationShare, validation, history, horizon }: OriginSplit,
): { readonly train: readonly OriginRange[]; readonly validation: readonly OriginRange[] } {
  const whole = all.map(({ values }) => ({ first: history, end: values.length - horizon + 1 }));
  const kept = Math.ceil((1 - validationShare) * all.length);
  const held = whole.map(({ first, end }, i) => {
    if (validation === 'series') return i < kept ? end : first;
    if (validationShare === 0) return end;
    return Math.min(Math.max(first, end - Math.floor(validationShare * all[i].values.length)), end);
  });
  return {
    train: all.map((series, i) => ({ series, from: whole[i].first, to: held[i] })),
    validation: all.map((series, i) => ({ series, from: held[i], to: whole[i].end })),
  };
}

/** Origins in all, and the one at a place. */
export class Origins {
  readonly count: number;
  readonly #ranges: readonly OriginRange[];
  readonly #ends: readonly number[];

  constructor(ranges: readonly OriginRange[]) {
    this.#ranges = ranges.filter(({ from, to }) => to > from);
    let end = 0;
    this.#ends = this.#ranges.map(({ from, to }) => {
      end += to - from;
      return end;
    });
    this.count = end;
  }

  /** The origin of number `index` in `[0, count)`. O(log ranges). */
  at(index: number): OriginOf {
    let low = 0;
    let high = this.#ends.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ends[middle] ?? 0) > index) high = middle;
      else low = middle + 1;
    }
    const range = this.#ranges[low];
    invariant(range !== undefined && index >= 0 && index < this.count, 'an origin lies in one of the ranges');
    const before = low === 0 ? 0 : (this.#ends[low - 1] ?? 0);
    return { series: range.series, origin: range.from + index - before };
  }
}

/**
 * Mean and standard deviation of what was observed in `[from, to)`; scale 1 where nothing varies.
 *
 * @param values shape `[T]`, NaN where missing; steps before 0 count as missing
 */
export function scaleOf(values: Float64Array, from: number, to: number): WindowScale {
  let count = 0;
  let sum = 0;
  for (let t = Math.max(0, from); t < to; t++) {
    const value = values[t] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    count += 1;
    sum += value;
  }
  if (count === 0) return { location: 0, scale: 1 };
  const location = sum / count;
  let squares = 0;
  for (let t = Math.max(0, from); t < to; t++) {
    const value = values[t] ?? Number.NaN;
    if (!Number.isNaN(value)) squares += (value - location) ** 2;
  }
  const scale = Math.sqrt(squares / count);
  // Below this share of the level, what varies is rounding.
  return { location, scale: scale > 1e-8 * Math.max(1, Math.abs(location)) ? scale : 1 };
}

/** How much a window weighs in the loss, from its scale. */
export type WindowWeight = (scale: WindowScale, series: ChannelSeries) => number;

/** A window weighs by its scale within its series, so that the loss is that of unscaled forecasts and series count alike. */
export function seriesWeight(isPinball: boolean): WindowWeight {
  const scales = new Map<Float64Array, number>();
  return ({ scale }, { values }) => {
    const whole = scales.get(values) ?? scaleOf(values, 0, values.length).scale;
    scales.set(values, whole);
    return isPinball ? scale / whole : (scale / whole) ** 2;
  };
}

/** A series and where its future begins. */
export interface OriginOf {
  readonly series: ChannelSeries;
  readonly origin: number;
}

/** The batch of `origins`. O(B (L + H) rows). */
export function windowBatch(
  origins: readonly OriginOf[],
  shape: WindowShape,
  weigh: WindowWeight,
): WindowBatch {
  return { arrays: modelArrays(origins, shape), ...judgedArrays(origins, shape, weigh) };
}

/** What came after each origin on the scale of its history, shapes `[B, H]`, and the weight of each window, shape `[B]`. */
export function judgedArrays(
  origins: readonly OriginOf[],
  { horizon, lookback }: WindowShape,
  weigh: WindowWeight,
): JudgedArrays {
  const batch = origins.length;
  const target = new Float32Array(batch * horizon);
  const targetMask = new Float32Array(batch * horizon);
  const weight = new Float32Array(batch);
  for (const [row, { series, origin }] of origins.entries()) {
    const scale = scaleOf(series.values, origin - lookback, origin);
    weight[row] = weigh(scale, series);
    copyScaled(series.values, origin, horizon, scale, target, targetMask, row * horizon);
  }
  return {
    target: ndArray(target, [batch, horizon]),
    targetMask: ndArray(targetMask, [batch, horizon]),
    weight: ndArray(weight, [batch]),
  };
}

/** What the model sees of `origins`: rows scaled each by what is known of it at the origin. */
export function modelArrays(
  origins: readonly OriginOf[],
  { lookback, horizon, inputs }: WindowShape,
): ModelArrays {
  const batch = origins.length;
  const [values, mask] = scaledRows(origins, 1, lookback, lookback, ({ series }) => [series.values]);
  const arrays: Record<string, NdArray> = {
    values: ndArray(values, [batch, lookback]),
    mask: ndArray(mask, [batch, lookback]),
  };
  if (inputs.past.length > 0) {
    const rows = inputs.past.length;
    const [past, pastMask] = scaledRows(origins, rows, lookback, lookback, ({ series }) => series.past);
    arrays.past = ndArray(past, [batch, rows, lookback]);
    arrays.pastMask = ndArray(pastMask, [batch, rows, lookback]);
  }
  if (inputs.future.length > 0) {
    const rows = inputs.future.length;
    const span = lookback + horizon;
    const [known, knownMask] = scaledRows(origins, rows, lookback, span, ({ series }) => series.future);
    arrays.known = ndArray(known, [batch, rows, span]);
    arrays.knownMask = ndArray(knownMask, [batch, rows, span]);
  }
  const channels = inputs.targets.length;
  if (channels > 1) {
    const place = new Float32Array(batch * channels);
    for (const [row, { series }] of origins.entries()) place[row * channels + series.place] = 1;
    arrays.place = ndArray(place, [batch, channels]);
  }
  return arrays;
}

/** Values and masks of `span` steps from `lookback` before each origin, scaled over all of them; shape `[B, R, span]`, flat. */
function scaledRows(
  origins: readonly OriginOf[],
  rows: number,
  lookback: number,
  span: number,
  rowsOf: (window: OriginOf) => readonly Float64Array[],
): readonly [Float32Array, Float32Array] {
  const values = new Float32Array(origins.length * rows * span);
  const mask = new Float32Array(values.length);
  for (const [window, each] of origins.entries()) {
    const from = each.origin - lookback;
    for (const [row, source] of rowsOf(each).entries()) {
      const scale = scaleOf(source, from, Math.min(source.length, from + span));
      copyScaled(source, from, span, scale, values, mask, (window * rows + row) * span);
    }
  }
  return [values, mask];
}

/** `count` origins drawn uniformly, with replacement. */
export function drawOrigins(origins: Origins, count: number, key: Key): OriginOf[] {
  const stream = new RandomStream(key);
  return Array.from({ length: count }, () => origins.at(stream.integer(0, origins.count)));
}

function copyScaled(
  source: Float64Array,
  from: number,
  count: number,
  { location, scale }: WindowScale,
  values: Float32Array,
  mask: Float32Array,
  at: number,
): void {
  for (let i = 0; i < count; i++) {
    const t = from + i;
    const value = t < 0 || t >= source.length ? Number.NaN : (source[t] ?? Number.NaN);
    if (Number.isNaN(value)) continue;
    values[at + i] = (value - location) / scale;
    mask[at + i] = 1;
  }
}
