/**
 * Draws without replacement by weight, where a draw also removes its neighbours. One after another by softmax is what the order of
 * Gumbel-perturbed logits gives too (Yellott 1977; Kool et al. 2019, arXiv 1903.06059), but needs one random number per draw
 * instead of one per item. Sums are kept per block and summed anew when a block changes, so no rounding piles up.
 */

const blockSize = 32;

export class WeightedDraws {
  /** Steps of the items, ascending. */
  readonly steps: Int32Array;
  /** Weight of each item; 0 where it cannot be drawn (any more). */
  readonly weights: Float64Array;
  readonly #sums: Float64Array;
  #count = 0;
  /** The half-open range of items that `reach` found. */
  reachedFrom = 0;
  reachedTo = 0;

  /** @param capacity most items */
  constructor(capacity: number) {
    this.steps = new Int32Array(capacity);
    this.weights = new Float64Array(capacity);
    this.#sums = new Float64Array(Math.ceil(capacity / blockSize));
  }

  /** Items in use. */
  get count(): number {
    return this.#count;
  }

  /** Begins with the first `count` items of `steps` and `weights`, which the caller has filled. O(count). */
  begin(count: number): void {
    this.#count = count;
    for (let block = 0; block * blockSize < count; block++) this.#sum(block);
  }

  /** Begins with the items of another as they are now, whose steps are the same. O(count), as a plain copy. */
  beginAs(other: WeightedDraws): void {
    this.#count = other.#count;
    this.weights.set(other.weights);
    this.#sums.set(other.#sums);
  }

  /** Sum of weights. O(count / 32). */
  total(): number {
    let total = 0;
    for (let block = 0; block * blockSize < this.#count; block++) total += this.#sums[block];
    return total;
  }

  /** The item at a share `u` in [0, 1) of all weight; -1 where none has any. O(count / 32 + 32). */
  at(u: number, total: number): number {
    let left = u * total;
    let last = -1;
    for (let block = 0; block * blockSize < this.#count; block++) {
      const sum = this.#sums[block];
      if (!(sum > 0)) continue;
      if (left >= sum) {
        left -= sum;
        last = block;
        continue;
      }
      const item = this.#within(block, left);
      if (item >= 0) return item;
    }
    // Rounding carried the share beyond the end.
    return last < 0 ? -1 : this.#within(last, Number.POSITIVE_INFINITY);
  }

  /** Finds the items within less than `spacing` steps of `step`. O(log count). */
  reach(step: number, spacing: number): void {
    this.reachedFrom = this.#firstFrom(step - spacing + 1);
    this.reachedTo = this.#firstFrom(step + spacing);
  }

  /** Takes out what `reach` found. O(items found + 64). */
  removeReached(): void {
    if (this.reachedTo <= this.reachedFrom) return;
    this.weights.fill(0, this.reachedFrom, this.reachedTo);
    const end = Math.floor((this.reachedTo - 1) / blockSize);
    for (let block = Math.floor(this.reachedFrom / blockSize); block <= end; block++) this.#sum(block);
  }

  #sum(block: number): void {
    const end = Math.min(this.#count, (block + 1) * blockSize);
    let sum = 0;
    for (let i = block * blockSize; i < end; i++) sum += this.weights[i];
    this.#sums[block] = sum;
  }

  /** The item of a block where the running sum passes `left`, else the last with weight. */
  #within(block: number, left: number): number {
    const end = Math.min(this.#count, (block + 1) * blockSize);
    let found = -1;
    let rest = left;
    for (let i = block * blockSize; i < end; i++) {
      const weight = this.weights[i];
      if (!(weight > 0)) continue;
      found = i;
      if (rest < weight) break;
      rest -= weight;
    }
    return found;
  }

  #firstFrom(step: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.steps[middle] < step) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
