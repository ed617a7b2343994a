/**
 * A change as a contrast: weights over the steps on both sides whose sum of products with a series is the size of the change. The
 * same weights are laid on the raw series and on what survives, so both are asked the same question, and the noise of the answer
 * is known wherever the summary is linear.
 */

export type ChangeMeasure = 'level' | 'slope' | 'jump';

export interface Contrast {
  /** Of the steps from `offset` on; 0 where a value is missing. */
  readonly weights: Float64Array;
  readonly offset: number;
  /** Observed steps before and after. */
  readonly before: number;
  readonly after: number;
}

/** The steps `[from, at)` and `[at, to)` on both sides of a change. */
export interface Sides {
  readonly from: number;
  readonly at: number;
  readonly to: number;
}

/**
 * The weights of a change: `level` is the difference of the means, `slope` that of the least-squares slopes per step, `jump` that
 * of the two lines at the change. undefined where a side has too few observations.
 *
 * @param isKnown whether a step has a value
 */
export function changeContrast(
  measure: ChangeMeasure,
  { from, at, to }: Sides,
  isKnown: (step: number) => boolean,
): Contrast | undefined {
  const weights = new Float64Array(to - from);
  const least = measure === 'level' ? 2 : 3;
  const fill = (start: number, end: number, sign: number): number => {
    let count = 0;
    let sum = 0;
    for (let t = start; t < end; t++) {
      if (!isKnown(t)) continue;
      count += 1;
      sum += t - at;
    }
    if (count < least) return count;
    const centre = sum / count;
    let spread = 0;
    for (let t = start; t < end; t++) if (isKnown(t)) spread += (t - at - centre) ** 2;
    for (let t = start; t < end; t++) {
      if (!isKnown(t)) continue;
      const place = t - at - centre;
      if (measure === 'level') weights[t - from] = sign / count;
      else if (measure === 'slope') weights[t - from] = (sign * place) / spread;
      else weights[t - from] = sign * (1 / count - (centre * place) / spread);
    }
    return count;
  };
  const before = fill(from, at, -1);
  const after = fill(at, to, 1);
  return before < least || after < least ? undefined : { weights, offset: from, before, after };
}

/** The sum of the products of weights and values; a missing value under weight 0 counts nothing. */
export function contrastOf(values: Float64Array, { weights, offset }: Contrast): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) if (weights[i] !== 0) sum += weights[i] * values[offset + i];
  return sum;
}
