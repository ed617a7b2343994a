/**
 * Windows of series as the patch model sees them: the last L steps scaled by their own mean and standard deviation (reversible
 * instance normalization, Kim et al., ICLR 2022, without its affine part), the next H steps on the same scale, and masks. A missing
 * value is 0 under a mask of 0 and counts nowhere.
 */
import { invariant, type Key, RandomStream, type SeriesSet } from '@tessera/core';
import { type NdArray, ndArray } from '@tessera/core/engine';

/** One target channel of one series. */
export interface ChannelSeries {
  readonly id: string;
  readonly channel: string;
  /** Shape `[T]`; NaN where not observed. */
  readonly values: Float64Array;
}

/** A half-open range of forecast origins of one series: origin t has history `[t - L, t)` and future `[t, t + H)`. */
export interface OriginRange {
  readonly series: ChannelSeries;
  readonly from: number;
  readonly to: number;
}

export interface WindowShape {
  readonly lookback: number;
  readonly horizon: number;
}

export interface WindowBatch {
  readonly values: NdArray;
  readonly mask: NdArray;
  readonly target: NdArray;
  readonly targetMask: NdArray;
  /** Weight of each window in the loss, shape `[B]`. */
  readonly weight: NdArray;
}

/** Location and scale of a window’s history. */
export interface WindowScale {
  readonly location: number;
  readonly scale: number;
}

/** Every target channel of a set as a series of its own. */
export function channelSeries(set: SeriesSet): ChannelSeries[] {
  return set.frames.flatMap((frame) =>
    frame.targets.map(({ name, values }) => ({ id: frame.id, channel: name, values })),
  );
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
  at(index: number): { readonly series: ChannelSeries; readonly origin: number } {
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

/** The batch of `origins`. Shapes `[B, L]` and `[B, H]`. O(B (L + H)). */
export function windowBatch(
  origins: readonly { readonly series: ChannelSeries; readonly origin: number }[],
  { lookback, horizon }: WindowShape,
  weigh: WindowWeight,
): WindowBatch {
  const batch = origins.length;
  const values = new Float32Array(batch * lookback);
  const mask = new Float32Array(batch * lookback);
  const target = new Float32Array(batch * horizon);
  const targetMask = new Float32Array(batch * horizon);
  const weight = new Float32Array(batch);
  for (const [row, { series, origin }] of origins.entries()) {
    const scale = scaleOf(series.values, origin - lookback, origin);
    weight[row] = weigh(scale, series);
    copyScaled(series.values, origin - lookback, lookback, scale, values, mask, row * lookback);
    copyScaled(series.values, origin, horizon, scale, target, targetMask, row * horizon);
  }
  return {
    values: ndArray(values, [batch, lookback]),
    mask: ndArray(mask, [batch, lookback]),
    target: ndArray(target, [batch, horizon]),
    targetMask: ndArray(targetMask, [batch, horizon]),
    weight: ndArray(weight, [batch]),
  };
}

/** `count` origins drawn uniformly, with replacement. */
export function drawOrigins(origins: Origins, count: number, key: Key) {
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
