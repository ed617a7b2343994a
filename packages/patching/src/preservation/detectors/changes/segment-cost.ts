/**
 * What a segment costs: how badly one model with one set of parameters fits all its points. The search for changes asks in batches, which
 * keeps its loop on typed arrays. A cost answers in constant time per segment, from prefix sums.
 */

/** What `restrictedCosts` is asked, one question per index. */
export interface RestrictedQuestions {
  /** First point of each segment. */
  readonly starts: Int32Array;
  /** An earlier start that competes with it, or -1 for none. */
  readonly rivals: Int32Array;
  /** Least cost of all before the start, less that of all before the rival: the start wins where `[rival, start)` costs more than this. */
  readonly gaps: Float64Array;
  /** A bound of this size is as good as any larger one: the search for it may stop there. */
  readonly wanted: Float64Array;
}

export interface SegmentCost {
  /** Points. */
  readonly length: number;
  /** Whether no segment costs less than 0. */
  readonly isNonNegative: boolean;
  /** Which rival bounds best: the start just before, or the oldest that is left. */
  readonly rival: 'neighbour' | 'oldest';

  /** Writes the cost of `[starts[k], end)` to `into[k]` for each `k < count`. */
  costs(starts: Int32Array, count: number, end: number, into: Float64Array): void;

  /**
   * Lower bounds on what `[starts[k], end)` adds to the cost of a longer segment, one that holds it and more after or before it, among
   * the parameters with which the start is better than its rival. A bound that is too low costs time, never a wrong answer.
   */
  restrictedCosts(questions: RestrictedQuestions, count: number, end: number, into: Float64Array): void;
}
