/**
 * A growing list of doubles in blocks. Nothing is copied when it grows, so a long column never needs twice its memory;
 * the blocks are let go one by one while the final array is filled.
 */
const smallestBlock = 16;
const largestBlock = 65_536;

export class NumberBlocks {
  #full: Float64Array[] = [];
  #block = new Float64Array(smallestBlock);
  #used = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Adds a number in O(1). */
  push(value: number): void {
    if (this.#used === this.#block.length) {
      this.#full.push(this.#block);
      this.#block = new Float64Array(Math.min(largestBlock, this.#block.length * 2));
      this.#used = 0;
    }
    this.#block[this.#used++] = value;
    this.#length += 1;
  }

  /** All numbers, shape `[length]`, and the list is empty again. O(length). */
  drain(): Float64Array {
    const all = new Float64Array(this.#length);
    const blocks = this.#full.reverse();
    let index = 0;
    for (let block = blocks.pop(); block !== undefined; block = blocks.pop()) {
      all.set(block, index);
      index += block.length;
    }
    all.set(this.#block.subarray(0, this.#used), index);
    this.#full = [];
    this.#block = new Float64Array(smallestBlock);
    this.#used = 0;
    this.#length = 0;
    return all;
  }
}
