/** What is left of a stretch of values around its own mean, or its own line. */

/** Residuals of `[start, end)` into `target`; missing values are passed over. O(steps) @returns degrees of freedom that the fit took */
export function writeResiduals(
  values: Float64Array,
  start: number,
  end: number,
  hasSlope: boolean,
  target: Float64Array,
): number {
  let count = 0;
  let sum = 0;
  let steps = 0;
  for (let t = start; t < end; t++) {
    if (Number.isNaN(values[t])) continue;
    count += 1;
    sum += values[t];
    steps += t - start;
  }
  if (count === 0) return 0;
  const mean = sum / count;
  const centre = steps / count;
  let spread = 0;
  let moment = 0;
  for (let t = start; hasSlope && t < end; t++) {
    if (Number.isNaN(values[t])) continue;
    spread += (t - start - centre) ** 2;
    moment += (t - start - centre) * (values[t] - mean);
  }
  const slope = spread > 0 ? moment / spread : 0;
  for (let t = start; t < end; t++) {
    if (!Number.isNaN(values[t])) target[t - start] = values[t] - mean - slope * (t - start - centre);
  }
  return hasSlope ? 2 : 1;
}
