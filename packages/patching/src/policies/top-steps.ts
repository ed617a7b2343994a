/** The steps with the highest scores, apart from one another. */

/**
 * Starts of at most `most` patches, ascending, the first of them 0 without regard to its score: best score first, earlier first
 * among equals, each at least `spacing` steps from any other start and from the end. O(T log T + most spacing).
 *
 * @param scores shape `[T]`; NaN and -Infinity are never chosen
 */
export function topSteps(scores: Float64Array, most: number, spacing: number): number[] {
  const { length } = scores;
  if (length === 0) return [];
  const candidates: number[] = [];
  for (let t = spacing; t <= length - spacing; t++) {
    if (scores[t] > Number.NEGATIVE_INFINITY) candidates.push(t);
  }
  candidates.sort((a, b) => (scores[a] === scores[b] ? a - b : scores[b] > scores[a] ? 1 : -1));
  const isTaken = new Uint8Array(length);
  const starts = [0];
  for (const step of candidates) {
    if (starts.length >= most) break;
    if (isTaken[step] === 1) continue;
    starts.push(step);
    isTaken.fill(1, Math.max(0, step - spacing + 1), Math.min(length, step + spacing));
  }
  return starts.sort((a, b) => a - b);
}
