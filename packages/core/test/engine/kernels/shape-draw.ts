/** Random shapes and choices for cases of operations, all from one key, small enough to check every element. */
import { foldIn, type Key, RandomStream } from '../../../src/random/key.js';

export type Shape = readonly number[];

/** The highest rank that tfjs knows. */
export const highestRank = 6;

export class ShapeDraw {
  readonly #stream: RandomStream;

  constructor(key: Key, index: number) {
    this.#stream = new RandomStream(foldIn(key, index));
  }

  /** A whole number in `[from, to]`. */
  whole(from: number, to: number): number {
    return this.#stream.integer(from, to + 1);
  }

  flag(): boolean {
    return this.whole(0, 1) === 1;
  }

  /** A shape with 1 to 4 elements along each axis, at most 64 altogether. */
  shape(rank: number): number[] {
    const most = rank <= 3 ? 4 : 2;
    return Array.from({ length: rank }, () => this.whole(1, most));
  }

  /** A shape with no elements along one axis. */
  emptyShape(rank: number): number[] {
    const shape = this.shape(rank);
    shape[this.whole(0, rank - 1)] = 0;
    return shape;
  }

  /** A shape that broadcasts to `shape`: some axes are one, some leading axes may be missing. */
  narrowed(shape: Shape): number[] {
    const missing = shape.length > 0 && this.flag() ? this.whole(0, shape.length) : 0;
    return shape.slice(missing).map((size) => (this.flag() ? 1 : size));
  }

  /** Some of the axes of a rank, in any order. */
  axes(rank: number): number[] {
    return this.permutation(rank).slice(0, this.whole(0, rank));
  }

  axis(rank: number): number {
    return this.whole(0, rank - 1);
  }

  permutation(rank: number): number[] {
    return this.#stream.shuffle(Array.from({ length: rank }, (_, i) => i));
  }

  /** `total` cut into parts, some of which may be empty. */
  parts(total: number): number[] {
    const first = this.whole(0, total);
    const second = this.whole(0, total - first);
    return [first, second, total - first - second];
  }
}

/** One case for every rank from `least` on. */
export function perRank<Case>(
  least: number,
  make: (rank: number) => readonly Case[],
  most = highestRank,
): Case[] {
  return Array.from({ length: most - least + 1 }, (_, i) => make(least + i)).flat();
}
