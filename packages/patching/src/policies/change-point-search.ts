/**
 * The segmentation of a series into pieces of constant mean with the least squared error: under a penalty per piece, or with a given
 * number of pieces. Both are exact, and prune only what cannot be part of an optimum. It sees changes of level; a change of slope or
 * of variance it sees only through the levels that it makes.
 *
 * Sources: Killick, Fearnhead and Eckley, Optimal Detection of Changepoints with a Linear Computational Cost (JASA 2012), PELT;
 * Maidstone, Hocking, Rigaill and Fearnhead, On Optimal Multiple Changepoint Algorithms for Large Data (2017), SNIP.
 */

/** Squared error of any piece around its mean in O(1). */
export class PieceCosts {
  /** Observed values, their sum and their squares before each step, shape `[T + 1]`. */
  readonly #counts: Float64Array;
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;

  /** @param values shape `[T]`, of a size whose squares are numbers; NaN where missing, which costs nothing */
  constructor(values: Float64Array) {
    const { length } = values;
    this.#counts = new Float64Array(length + 1);
    this.#sums = new Float64Array(length + 1);
    this.#squares = new Float64Array(length + 1);
    const center = meanOf(values);
    for (let t = 0; t < length; t++) {
      const isObserved = !Number.isNaN(values[t]);
      // Around the mean, because sums of squares lose the small differences of large values.
      const value = isObserved ? values[t] - center : 0;
      this.#counts[t + 1] = this.#counts[t] + (isObserved ? 1 : 0);
      this.#sums[t + 1] = this.#sums[t] + value;
      this.#squares[t + 1] = this.#squares[t] + value * value;
    }
  }

  get length(): number {
    return this.#counts.length - 1;
  }

  /** Of the steps `[start, end)`. */
  of(start: number, end: number): number {
    const count = this.#counts[end] - this.#counts[start];
    if (count === 0) return 0;
    const sum = this.#sums[end] - this.#sums[start];
    return Math.max(0, this.#squares[end] - this.#squares[start] - (sum * sum) / count);
  }
}

/**
 * Starts of the pieces that minimise squared error + penalty * pieces. Between O(T) and O(T^2); close to the first where pieces are
 * short.
 *
 * @param penalty at least 0
 * @param minLength fewest steps of a piece; a series shorter than two of them is one piece
 */
export function penalisedPieces(costs: PieceCosts, penalty: number, minLength: number): number[] {
  const { length } = costs;
  if (length === 0) return [];
  if (length < 2 * minLength) return [0];
  const best = new Float64Array(length + 1).fill(Number.POSITIVE_INFINITY);
  const lastStarts = new Uint32Array(length + 1);
  best[0] = 0;
  const candidates = new Candidates(length);
  for (let end = minLength; end <= length; end++) {
    const newest = end - minLength;
    if (newest === 0 || newest >= minLength) candidates.add(newest);
    const start = candidates.best(end, best, costs);
    best[end] = candidates.leastCost + penalty;
    lastStarts[end] = start;
    // From here on, a piece that begins at `end` is as good; but it takes its shortest length to be one.
    candidates.prune(best[end], end + minLength);
  }
  const starts: number[] = [];
  for (let end = length; end > 0; end = lastStarts[end]) starts.push(lastStarts[end]);
  return starts.reverse();
}

/**
 * Starts of exactly `pieces` pieces with the least squared error, or of as many as fit. At most O(pieces T^2) time, much less where
 * there are changes to find; 4 pieces T bytes.
 */
export function exactPieces(costs: PieceCosts, pieces: number, minLength: number): number[] {
  const { length } = costs;
  if (length === 0) return [];
  const count = Math.max(1, Math.min(pieces, Math.floor(length / minLength)));
  let fewer = new Float64Array(length + 1).fill(Number.POSITIVE_INFINITY);
  for (let end = minLength; end <= length; end++) fewer[end] = costs.of(0, end);
  let best = new Float64Array(length + 1);
  const lastStarts: Uint32Array[] = [];
  for (let k = 2; k <= count; k++) {
    best.fill(Number.POSITIVE_INFINITY);
    const lastStart = new Uint32Array(length + 1);
    const candidates = new Candidates(length);
    // What comes after must still hold the pieces that are to come.
    for (let end = k * minLength; end <= length - (count - k) * minLength; end++) {
      candidates.add(end - minLength);
      lastStart[end] = candidates.best(end, fewer, costs);
      best[end] = candidates.leastCost;
      candidates.prune(fewer[end], end + minLength);
    }
    lastStarts.push(lastStart);
    [fewer, best] = [best, fewer];
  }
  const starts = [0];
  let end = length;
  for (const lastStart of lastStarts.toReversed()) {
    end = lastStart[end];
    starts.push(end);
  }
  return starts.sort((a, b) => a - b);
}

/** Starts that may still be the last one of an optimum, in order of time. */
class Candidates {
  /** The least cost that `best` found. */
  leastCost = 0;
  #count = 0;
  readonly #starts: Uint32Array;
  /** Cost with each candidate as the last start, by its place. */
  readonly #costs: Float64Array;
  /** From which end on a start is not needed, by start. */
  readonly #expiry: Float64Array;

  constructor(length: number) {
    this.#starts = new Uint32Array(length + 1);
    this.#costs = new Float64Array(length + 1);
    this.#expiry = new Float64Array(length + 1).fill(Number.POSITIVE_INFINITY);
  }

  add(start: number): void {
    this.#starts[this.#count] = start;
    this.#count += 1;
  }

  /** The start of the last piece up to `end` with the least cost, the earliest of equals. @param before cost of what comes before a start */
  best(end: number, before: Float64Array, costs: PieceCosts): number {
    let kept = 0;
    let best = 0;
    this.leastCost = Number.POSITIVE_INFINITY;
    for (let i = 0; i < this.#count; i++) {
      const start = this.#starts[i];
      if (this.#expiry[start] <= end) continue;
      const cost = before[start] + costs.of(start, end);
      if (cost < this.leastCost) {
        this.leastCost = cost;
        best = start;
      }
      this.#starts[kept] = start;
      this.#costs[kept] = cost;
      kept += 1;
    }
    this.#count = kept;
    return best;
  }

  /** Lets candidates whose cost was not below `bound` go from the end `end` on. */
  prune(bound: number, end: number): void {
    for (let i = 0; i < this.#count; i++) {
      const start = this.#starts[i];
      if (this.#costs[i] >= bound && end < this.#expiry[start]) this.#expiry[start] = end;
    }
  }
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? 0 : sum / count;
}
