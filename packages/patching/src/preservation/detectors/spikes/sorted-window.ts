/**
 * The values of a moving window in order, for medians. Adding and removing is a binary search and a shift of memory: O(log w) comparisons
 * and at most w moves, which for windows of up to a few thousand values is faster than any tree. Nothing is allocated after construction.
 */
import { invariant } from '@tessera/core';

export class SortedWindow {
  readonly #values: Float64Array;
  #count = 0;

  /** @param capacity most values at a time */
  constructor(capacity: number) {
    this.#values = new Float64Array(capacity);
  }

  get count(): number {
    return this.#count;
  }

  /** @param value finite */
  add(value: number): void {
    const place = this.#placeOf(value);
    this.#values.copyWithin(place + 1, place, this.#count);
    this.#values[place] = value;
    this.#count += 1;
  }

  /** Takes out one value equal to it. */
  remove(value: number): void {
    const place = this.#placeOf(value);
    invariant(place < this.#count && this.#values[place] === value, 'a window gives back what it was given');
    this.#values.copyWithin(place, place + 1, this.#count);
    this.#count -= 1;
  }

  /** NaN where empty. O(1) */
  median(): number {
    const middle = this.#count >> 1;
    if (this.#count === 0) return Number.NaN;
    const upper = this.#values[middle];
    return this.#count % 2 === 1 ? upper : this.#values[middle - 1] / 2 + upper / 2;
  }

  /** Median distance from `centre`, which lies among the values. O(w): both sides are in order already and need only be merged. */
  medianDistance(centre: number): number {
    let above = this.#placeOf(centre);
    let below = above - 1;
    const middle = this.#count >> 1;
    let before = 0;
    let distance = Number.NaN;
    for (let rank = 0; rank <= middle; rank++) {
      const down = below >= 0 ? centre - this.#values[below] : Number.POSITIVE_INFINITY;
      const up = above < this.#count ? this.#values[above] - centre : Number.POSITIVE_INFINITY;
      before = distance;
      distance = Math.min(down, up);
      if (down <= up) below -= 1;
      else above += 1;
    }
    return this.#count % 2 === 1 ? distance : before / 2 + distance / 2;
  }

  /** First place whose value is not less. */
  #placeOf(value: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#values[middle] < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
