/** Mean of `[from, to)`; each value is divided first, so that large ones do not overflow. */
export function meanOf(values: Float64Array, from: number, to: number): number {
  let mean = 0;
  for (let i = from; i < to; i++) mean += values[i] / (to - from);
  return mean;
}
