/** The least-squares line through `[from, to)` of values against their index. */

export interface Line {
  /** The index at which the line has its level. */
  readonly centre: number;
  readonly level: number;
  /** Per index; 0 for a single value. */
  readonly slope: number;
}

/** @param values finite; `from < to` */
export function lineThrough(values: Float64Array, from: number, to: number): Line {
  const length = to - from;
  const centre = (from + to - 1) / 2;
  let level = 0;
  let lean = 0;
  for (let i = from; i < to; i++) {
    level += values[i] / length;
    lean += (i - centre) * values[i];
  }
  return { centre, level, slope: length < 2 ? 0 : (12 * lean) / (length * (length * length - 1)) };
}
