/**
 * One partition of the steps `[0, length)` into patches: contiguous, not empty, without gaps or overlaps. Stored by
 * its exclusive ends, strictly increasing, the last equal to the length, so that no other partition can be written
 * down. Immutable. Knows nothing of values, of why it was cut there, or of other levels.
 */
import { TesseraError } from '@tessera/core';
import { z } from 'zod';
import { type PatchStatistics, patchStatistics } from './patch-statistics.js';
import { patchesError, readStored } from './patches-error.js';

/** The half-open range of steps `[start, end)` of one patch. */
export interface Patch {
  /** Place among the patches, from 0. */
  readonly index: number;
  readonly start: number;
  readonly end: number;
}

/** The form in which a partition is stored. */
export interface PatchesData {
  readonly version: 1;
  /** Number of steps. */
  readonly length: number;
  readonly ends: readonly number[];
}

const storedForm = z.object({
  version: z.literal(1),
  length: z.number(),
  ends: z.array(z.number()),
});

/** Ends are 32-bit numbers. */
const longest = 2 ** 32 - 1;

export class Patches implements Iterable<Patch> {
  /** Number of steps. */
  readonly length: number;
  readonly #ends: Uint32Array;

  /** Takes over ends that were checked. */
  private constructor(ends: Uint32Array) {
    this.#ends = ends;
    this.length = ends.length === 0 ? 0 : ends[ends.length - 1];
    Object.freeze(this);
  }

  /**
   * The partition with these exclusive ends; none for length 0.
   *
   * @param length number of steps that the last end must equal
   * @throws TesseraError PATCHES_INVALID
   */
  static fromEnds(ends: ArrayLike<number>, length: number): Patches {
    checkLength(length);
    for (let i = 0; i < ends.length; i++) {
      const before = i === 0 ? 0 : ends[i - 1];
      if (Number.isInteger(ends[i]) && ends[i] > before && ends[i] <= length) continue;
      throw patchesError(`ends[${i}]`, `a whole number above ${before} and at most ${length}`, ends[i]);
    }
    const last = ends.length === 0 ? 0 : ends[ends.length - 1];
    if (last !== length) throw patchesError('last end', `the length, ${length}`, last);
    return new Patches(Uint32Array.from(ends));
  }

  /**
   * The partition whose patches begin at these steps; the first is 0, none for length 0.
   *
   * @throws TesseraError PATCHES_INVALID
   */
  static fromStarts(starts: ArrayLike<number>, length: number): Patches {
    checkLength(length);
    if (starts.length === 0 && length > 0) throw patchesError('starts', 'a first start of 0', 'none');
    for (let i = 0; i < starts.length; i++) {
      const inOrder = i === 0 ? starts[i] === 0 : starts[i] > starts[i - 1];
      if (Number.isInteger(starts[i]) && inOrder && starts[i] < length) continue;
      const order = i === 0 ? '0' : `a whole number above ${starts[i - 1]}`;
      throw patchesError(`starts[${i}]`, `${order} and below the length, ${length}`, starts[i]);
    }
    return new Patches(Uint32Array.from(starts, (_, i) => (i + 1 < starts.length ? starts[i + 1] : length)));
  }

  /**
   * The partition into patches of these lengths, one after another; its length is their sum.
   *
   * @param lengths in steps, each at least 1
   * @throws TesseraError PATCHES_INVALID
   */
  static fromLengths(lengths: ArrayLike<number>): Patches {
    const ends = new Uint32Array(lengths.length);
    let end = 0;
    for (let i = 0; i < lengths.length; i++) {
      if (!Number.isInteger(lengths[i]) || lengths[i] < 1) {
        throw patchesError(`lengths[${i}]`, 'a whole number of at least 1', lengths[i]);
      }
      end += lengths[i];
      checkLength(end);
      ends[i] = end;
    }
    return new Patches(ends);
  }

  /**
   * The partition that begins a patch wherever the label changes. The same label may come back later as another patch.
   *
   * @param labels one id per step
   * @throws TesseraError PATCHES_INVALID where a label is NaN
   */
  static fromLabels(labels: ArrayLike<number | string>): Patches {
    checkLength(labels.length);
    const ends: number[] = [];
    for (let step = 0; step < labels.length; step++) {
      if (Number.isNaN(labels[step])) throw patchesError(`labels[${step}]`, 'an id', labels[step]);
      if (step > 0 && labels[step] !== labels[step - 1]) ends.push(step);
    }
    if (labels.length > 0) ends.push(labels.length);
    return new Patches(Uint32Array.from(ends));
  }

  /**
   * The partition that begins a patch at every flagged step. Step 0 begins one and must be flagged.
   *
   * @param flags one per step; true or 1 where a patch begins, else false or 0
   * @throws TesseraError PATCHES_INVALID
   */
  static fromBoundaries(flags: ArrayLike<number | boolean>): Patches {
    checkLength(flags.length);
    const ends: number[] = [];
    for (let step = 0; step < flags.length; step++) {
      const flag = Number(flags[step]);
      if (flag !== 0 && flag !== 1) throw patchesError(`flags[${step}]`, '0 or 1', flags[step]);
      if (step === 0 && flag === 0) {
        throw patchesError('flags[0]', '1, because the first patch begins there', flags[0]);
      }
      if (step > 0 && flag === 1) ends.push(step);
    }
    if (flags.length > 0) ends.push(flags.length);
    return new Patches(Uint32Array.from(ends));
  }

  /** What `toJSON` gave, from a source that need not be trusted. @throws TesseraError PATCHES_INVALID */
  static fromJSON(data: unknown): Patches {
    const { length, ends } = readStored(storedForm, data, 'stored patches');
    return Patches.fromEnds(ends, length);
  }

  /** Number of patches, N. */
  get count(): number {
    return this.#ends.length;
  }

  /** First step of a patch. @throws TesseraError INDEX_INVALID */
  start(index: number): number {
    this.#checkIndex(index);
    return index === 0 ? 0 : this.#ends[index - 1];
  }

  /** First step after a patch. @throws TesseraError INDEX_INVALID */
  end(index: number): number {
    this.#checkIndex(index);
    return this.#ends[index];
  }

  /** Steps of a patch. @throws TesseraError INDEX_INVALID */
  lengthOf(index: number): number {
    return this.end(index) - this.start(index);
  }

  /** Index of the patch that holds a step; O(log N). @throws TesseraError INDEX_INVALID */
  patchOf(step: number): number {
    checkInside('step', step, this.length);
    return this.#firstEndFrom(step + 1);
  }

  *[Symbol.iterator](): Iterator<Patch> {
    let start = 0;
    for (let index = 0; index < this.#ends.length; index++) {
      const end = this.#ends[index];
      yield { index, start, end };
      start = end;
    }
  }

  /** Whether two partitions are the same. */
  equals(other: Patches): boolean {
    return this.count === other.count && this.#ends.every((end, i) => end === other.#ends[i]);
  }

  /** Shape `[N]`; a fresh array, as from all conversions. */
  toEnds(): Uint32Array {
    return this.#ends.slice();
  }

  /** Shape `[N]`. */
  toStarts(): Uint32Array {
    return this.#ends.map((_, i) => (i === 0 ? 0 : this.#ends[i - 1]));
  }

  /** Shape `[N]`. */
  toLengths(): Uint32Array {
    return this.#ends.map((end, i) => end - (i === 0 ? 0 : this.#ends[i - 1]));
  }

  /** Index of its patch for every step, shape `[T]`. */
  toLabels(): Uint32Array {
    const labels = new Uint32Array(this.length);
    for (const { index, start, end } of this) labels.fill(index, start, end);
    return labels;
  }

  /** 1 where a patch begins, else 0, shape `[T]`. */
  toBoundaries(): Uint8Array {
    const flags = new Uint8Array(this.length);
    for (const { start } of this) flags[start] = 1;
    return flags;
  }

  /** How many patches there are and how long; O(N log N). */
  statistics(): PatchStatistics {
    return patchStatistics(this.toLengths(), this.length);
  }

  toJSON(): PatchesData {
    return { version: 1, length: this.length, ends: [...this.#ends] };
  }

  /** Index of the first end that is at least `step`; the count where there is none. */
  #firstEndFrom(step: number): number {
    let low = 0;
    let high = this.#ends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#ends[middle] < step) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #checkIndex(index: number): void {
    checkInside('patch index', index, this.#ends.length);
  }
}

function checkLength(length: number): void {
  if (Number.isInteger(length) && length >= 0 && length <= longest) return;
  throw patchesError('length', `a whole number of steps from 0 to ${longest}`, length);
}

function checkInside(argument: string, index: number, count: number): void {
  if (Number.isInteger(index) && index >= 0 && index < count) return;
  throw new TesseraError({
    code: 'INDEX_INVALID',
    argument,
    expected: `a whole number in [0, ${count})`,
    found: String(index),
    wayOut: 'Count from 0',
  });
}
