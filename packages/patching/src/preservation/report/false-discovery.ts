/**
 * Many structures are tested at once, so some are found by chance. The q-value of one is the smallest false discovery rate at which
 * it would still count (Benjamini and Hochberg, J. R. Statist. Soc. B 57, 1995). It speaks of the tests it is given alone: what a
 * detector looked at and did not report is not among them.
 */

/** q-values in the order given; null stays null and does not count as a test. O(n log n). @param pValues in [0, 1] or null */
export function qValues(pValues: readonly (number | null)[]): (number | null)[] {
  const order = pValues
    .map((p, index) => ({ p, index }))
    .filter((each): each is { p: number; index: number } => each.p !== null)
    .sort((a, b) => a.p - b.p);
  const result: (number | null)[] = pValues.map(() => null);
  let least = 1;
  for (let rank = order.length; rank >= 1; rank--) {
    const { p, index } = order[rank - 1];
    least = Math.min(least, (p * order.length) / rank);
    result[index] = least;
  }
  return result;
}
