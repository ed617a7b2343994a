/**
 * The starts of a last segment that may still win, in order, each with a bound that says until when it needs no attention and
 * the step of its next test. Bounds and tests are summed up over blocks, and over blocks of blocks, so that a step looks only at starts
 * that matter to it. Which start wins is not its affair.
 */

/** Starts in a block, and blocks in a group, as powers of two; decides how fast it is, never what comes out. */
const bits = 5;
const blockSize = 1 << bits;
const never = 0x7fffffff;
const gone = Number.POSITIVE_INFINITY;

export class LiveStarts {
  readonly starts: Int32Array;
  /** A start is not looked at while this exceeds the level asked for; Infinity for one that is gone. */
  readonly lower: Float64Array;
  /** First end for which the start is of no more use. */
  readonly endOfLife: Int32Array;
  count = 0;

  /** Places that the last `visit` found below the level, and those to be tested. */
  readonly below: Int32Array;
  belowCount = 0;
  readonly due: Int32Array;
  dueCount = 0;

  readonly #lowest: readonly [Float64Array, Float64Array];
  readonly #nextTest: readonly [Int32Array, Int32Array];
  readonly #touched: Int32Array;
  #touchedCount = 0;
  #goneCount = 0;

  constructor(capacity: number) {
    const blocks = (capacity >> bits) + 1;
    const groups = (blocks >> bits) + 1;
    this.starts = new Int32Array(capacity);
    this.lower = new Float64Array(capacity);
    this.endOfLife = new Int32Array(capacity);
    this.below = new Int32Array(capacity + 1);
    this.due = new Int32Array(capacity);
    this.#lowest = [new Float64Array(blocks).fill(gone), new Float64Array(groups).fill(gone)];
    this.#nextTest = [new Int32Array(blocks).fill(never), new Int32Array(groups).fill(never)];
    this.#touched = new Int32Array(blocks);
  }

  /** Adds the youngest start. */
  push(start: number, lower: number, end: number): void {
    const place = this.count++;
    this.starts[place] = start;
    this.lower[place] = lower;
    this.endOfLife[place] = never;
    const block = place >> bits;
    const group = block >> bits;
    const [blockLowest, groupLowest] = this.#lowest;
    const [blockTest, groupTest] = this.#nextTest;
    if (place === block << bits) {
      blockLowest[block] = gone;
      blockTest[block] = end + blockSize;
      if (block === group << bits) {
        groupLowest[group] = gone;
        groupTest[group] = never;
      }
      groupTest[group] = Math.min(groupTest[group], blockTest[block]);
    }
    blockLowest[block] = Math.min(blockLowest[block], lower);
    groupLowest[group] = Math.min(groupLowest[group], lower);
  }

  /** Finds who is below the level and who is due, and takes out whose life has ended. `refresh` must follow. */
  visit(level: number, end: number): void {
    const [blockLowest, groupLowest] = this.#lowest;
    const [blockTest, groupTest] = this.#nextTest;
    const blocks = ((this.count - 1) >> bits) + 1;
    this.belowCount = 0;
    this.dueCount = 0;
    this.#touchedCount = 0;
    for (let group = 0; group << bits < blocks; group++) {
      if (groupLowest[group] > level && groupTest[group] > end) continue;
      const to = Math.min(blocks, (group + 1) << bits);
      for (let block = group << bits; block < to; block++) {
        const isDue = blockTest[block] <= end;
        if (!isDue && blockLowest[block] > level) continue;
        this.#touched[this.#touchedCount++] = block;
        this.#visitBlock(block, level, end, isDue);
      }
    }
  }

  #visitBlock(block: number, level: number, end: number, isDue: boolean): void {
    const { starts, lower, endOfLife, below, due } = this;
    const to = Math.min(this.count, (block + 1) << bits);
    if (isDue) this.#nextTest[0][block] = nextTest(starts[to - 1], end);
    for (let place = block << bits; place < to; place++) {
      if (lower[place] === gone) continue;
      if (endOfLife[place] <= end) {
        lower[place] = gone;
        this.#goneCount += 1;
        continue;
      }
      const isBelow = lower[place] <= level;
      if (isBelow) below[this.belowCount++] = place;
      // Those below are tested too: it is they who take the time.
      if ((isDue || isBelow) && endOfLife[place] === never) due[this.dueCount++] = place;
    }
  }

  /** Sums up anew what was visited, and the block of `other`; `except` is left out of the bounds, since it is always looked at. */
  refresh(other: number, except: number): void {
    for (let i = 0; i < this.#touchedCount; i++) this.#sumUpBlock(this.#touched[i], except);
    if (other >= 0) this.#sumUpBlock(other >> bits, except);
    for (let i = 0; i < this.#touchedCount; i++) this.#sumUpGroup(this.#touched[i] >> bits);
    if (other >= 0) this.#sumUpGroup(other >> (2 * bits));
  }

  #sumUpBlock(block: number, except: number): void {
    const to = Math.min(this.count, (block + 1) << bits);
    let lowest = gone;
    for (let place = block << bits; place < to; place++) {
      if (this.lower[place] < lowest && place !== except) lowest = this.lower[place];
    }
    this.#lowest[0][block] = lowest;
  }

  #sumUpGroup(group: number): void {
    const to = Math.min(((this.count - 1) >> bits) + 1, (group + 1) << bits);
    let lowest = gone;
    let soonest = never;
    for (let block = group << bits; block < to; block++) {
      lowest = Math.min(lowest, this.#lowest[0][block]);
      soonest = Math.min(soonest, this.#nextTest[0][block]);
    }
    this.#lowest[1][group] = lowest;
    this.#nextTest[1][group] = soonest;
  }

  /** Lets the others move up where many are gone; returns the new place of `kept`, which stays in any case. */
  compact(kept: number, end: number): number {
    if (this.#goneCount <= blockSize || 4 * this.#goneCount <= this.count) return kept;
    const { starts, lower, endOfLife } = this;
    let count = 0;
    let moved = kept;
    for (let place = 0; place < this.count; place++) {
      if (lower[place] === gone && place !== kept) continue;
      if (place === kept) moved = count;
      starts[count] = starts[place];
      lower[count] = lower[place];
      endOfLife[count] = endOfLife[place];
      count += 1;
    }
    this.count = count;
    this.#goneCount = lower[moved] === gone ? 1 : 0;
    const blocks = ((count - 1) >> bits) + 1;
    for (let block = 0; block < blocks; block++) {
      this.#sumUpBlock(block, moved);
      this.#nextTest[0][block] = nextTest(starts[Math.min(count, (block + 1) << bits) - 1], end);
    }
    for (let group = 0; group << bits < blocks; group++) this.#sumUpGroup(group);
    return moved;
  }
}

/** A block is tested again when its youngest start is twice as old: old starts rarely fall. */
function nextTest(youngest: number, end: number): number {
  return end + blockSize + (end - youngest);
}
