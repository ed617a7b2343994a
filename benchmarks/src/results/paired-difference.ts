/** Means over seeds with their 95 % intervals (Student’s t), and of the differences of two arms seed by seed. */

/** Two-sided 97.5 % quantiles of Student’s t with 1 to 9 degrees of freedom. */
const studentQuantiles = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];

/** Mean, and half the width of its 95 % interval; NaN for one value, or more than ten. */
export function meanAndHalfWidth(values: readonly number[]): readonly [number, number] {
  const { length } = values;
  const mean = values.reduce((sum, value) => sum + value, 0) / length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const quantile = studentQuantiles[length - 2] ?? Number.NaN;
  return [mean, quantile * Math.sqrt(squares / (length - 1) / length)];
}

/** The same of `a` less `b` over the seeds that both have; NaN without any. */
export function pairedDifference(
  a: ReadonlyMap<number, number>,
  b: ReadonlyMap<number, number>,
): readonly [number, number] {
  const differences = [...a].flatMap(([seed, value]) => {
    const other = b.get(seed);
    return other === undefined ? [] : [value - other];
  });
  return meanAndHalfWidth(differences);
}
