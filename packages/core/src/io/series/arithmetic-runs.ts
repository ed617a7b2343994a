/**
 * A growing list of numbers kept as runs of equal steps. The times of a regular series and the row numbers of a sorted
 * table are one run however long they are, so a reader that must remember them needs next to no memory for them.
 * Numbers without any pattern cost up to 12 bytes each, against 8 in a plain array. It grows at its end only.
 */
const firstCapacity = 4;

export class ArithmeticRuns {
  #firsts = new Float64Array(firstCapacity);
  #steps = new Float64Array(firstCapacity);
  #counts = new Float64Array(firstCapacity);
  #runs = 0;
  #length = 0;
  #last = Number.NaN;

  get length(): number {
    return this.#length;
  }

  /** Adds a number in O(1), amortised. */
  push(value: number): void {
    const run = this.#runs - 1;
    if (run >= 0 && this.#counts[run] === 1) {
      this.#steps[run] = value - this.#last;
      this.#extend(run, value);
    } else if (run >= 0 && this.#firsts[run] + this.#counts[run] * this.#steps[run] === value) {
      this.#extend(run, value);
    } else this.#begin(value);
    this.#last = value;
    this.#length += 1;
  }

  /** Calls `visit` with every number and its place, in O(length). */
  forEach(visit: (value: number, index: number) => void): void {
    let index = 0;
    for (let run = 0; run < this.#runs; run++) {
      const first = this.#firsts[run];
      const step = this.#steps[run];
      visit(first, index++);
      for (let i = 1; i < this.#counts[run]; i++) visit(first + i * step, index++);
    }
  }

  /** All numbers, shape `[length]`; a fresh array each call, in O(length). */
  toArray(): Float64Array {
    const all = new Float64Array(this.#length);
    this.forEach((value, index) => {
      all[index] = value;
    });
    return all;
  }

  /** Makes `value` the next member of the run, if the run gives it back exactly. */
  #extend(run: number, value: number): void {
    if (this.#firsts[run] + this.#counts[run] * this.#steps[run] === value) this.#counts[run] += 1;
    else this.#begin(value);
  }

  #begin(value: number): void {
    if (this.#runs === this.#firsts.length) {
      this.#firsts = grown(this.#firsts);
      this.#steps = grown(this.#steps);
      this.#counts = grown(this.#counts);
    }
    this.#firsts[this.#runs] = value;
    this.#counts[this.#runs] = 1;
    this.#runs += 1;
  }
}

function grown(source: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(source.length * 2);
  larger.set(source);
  return larger;
}
