/**
 * All stretches over which a score runs up as far as it can: no part of one has a larger sum, and no larger stretch holds it with a larger sum.
 * They do not touch. O(T).
 *
 * Source: Ruzzo and Tompa, A Linear Time Algorithm for Finding All Maximal Scoring Subsequences (ISMB 1999).
 */

export interface ScoredStretch {
  readonly start: number;
  readonly end: number;
  /** Sum of its scores, above 0. */
  readonly sum: number;
}

/** In order of time. @param scores shape `[T]`, finite */
export function maximalSegments(scores: Float64Array): ScoredStretch[] {
  interface Candidate {
    readonly start: number;
    readonly end: number;
    /** Sum of all scores before and up to its end. */
    readonly before: number;
    readonly after: number;
    /** The nearest candidate before it whose `before` is smaller; -1 where there is none. */
    readonly lower: number;
  }
  const stack: Candidate[] = [];
  let total = 0;
  for (let t = 0; t < scores.length; t++) {
    if (scores[t] <= 0) {
      total += scores[t];
      continue;
    }
    let start = t;
    let before = total;
    total += scores[t];
    for (;;) {
      let lower = stack.length - 1;
      while (lower >= 0 && stack[lower].before >= before) lower = stack[lower].lower;
      if (lower < 0 || stack[lower].after >= total) {
        stack.push({ start, end: t + 1, before, after: total, lower });
        break;
      }
      ({ start, before } = stack[lower]);
      stack.length = lower;
    }
  }
  return stack.map(({ start, end, before, after }) => ({ start, end, sum: after - before }));
}
