/**
 * A window as it would be without one structure: the spike replaced by its interpolation, the shift or bend undone, the variance
 * equalised, the regime swapped for what lies beside it, the mask shuffled, the effect of the intervention subtracted. Sizes are
 * estimated on the raw series around the window, so a counterfactual is as good as that estimate.
 */
import { type Key, RandomStream } from '@tessera/core';
import type { Structure } from '../structures/structure.js';
import { changeContrast, contrastOf, type Sides } from './change-contrast.js';
import { spreadOf } from './spread-statistic.js';

export interface RawChannel {
  /** Shape `[T]`, NaN where missing. */
  readonly raw: Float64Array;
  /** Local level, spikes left out, shape `[T]`. */
  readonly level: Float64Array;
}

/**
 * The steps `[start, end)` of a channel without a structure; undefined where its size cannot be told. Inputs are not changed.
 *
 * @param sides the steps on both sides that sizes are estimated on
 */
export function withoutStructure(
  structure: Structure,
  { raw, level }: RawChannel,
  window: { readonly start: number; readonly end: number },
  sides: Sides,
  key: Key,
): Float64Array | undefined {
  const values = raw.slice(window.start, window.end);
  const from = Math.max(structure.start, window.start);
  const to = Math.min(structure.end, window.end);
  const change = (step: number, by: (value: number) => number) => {
    values[step - window.start] = by(values[step - window.start]);
  };
  switch (structure.kind) {
    case 'spike':
      for (let t = from; t < to; t++) change(t, (value) => (Number.isNaN(value) ? value : level[t]));
      return values;
    case 'mean-change':
    case 'trend-change':
    case 'intervention': {
      const known = (t: number) => !Number.isNaN(raw[t]);
      const sizeOf = (measure: 'level' | 'jump' | 'slope') => {
        const contrast = changeContrast(measure, sides, known);
        return contrast === undefined ? Number.NaN : contrastOf(raw, contrast);
      };
      const jump = sizeOf(structure.kind === 'mean-change' ? 'level' : 'jump');
      const slope = structure.kind === 'mean-change' ? 0 : sizeOf('slope');
      if (!Number.isFinite(jump + slope)) return undefined;
      for (let t = from; t < window.end; t++) change(t, (value) => value - jump - slope * (t - sides.at));
      return values;
    }
    case 'variance-change': {
      const [before, after] = [
        { start: sides.from, end: sides.at },
        { start: sides.at, end: sides.to },
      ].map((side) => spreadOf(raw, [side]).variance);
      if (!(before > 0 && after > 0)) return undefined;
      const factor = Math.sqrt(before / after);
      for (let t = from; t < window.end; t++) change(t, (value) => level[t] + factor * (value - level[t]));
      return values;
    }
    case 'regime':
    case 'rare-regime': {
      const length = structure.end - structure.start;
      const shift = structure.start >= length ? -length : length;
      if (structure.end + shift > raw.length) return undefined;
      for (let t = from; t < to; t++) change(t, () => raw[t + shift]);
      return values;
    }
    case 'gap':
    case 'missingness':
      return shuffledMask(values, level, window.start, key);
  }
}

/** As many missing steps at other places: the old ones get the level, the new ones lose their value. */
function shuffledMask(values: Float64Array, level: Float64Array, start: number, key: Key): Float64Array {
  const missing = Array.from(values, (value) => Number.isNaN(value));
  const shuffled = new RandomStream(key).shuffle(missing);
  return values.map((value, i) => {
    if (shuffled[i]) return Number.NaN;
    return Number.isNaN(value) ? level[start + i] : value;
  });
}
