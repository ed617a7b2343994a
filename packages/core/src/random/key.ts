/**
 * Random numbers from keys: the same key gives the same bits on every machine and in every order of use. A key is
 * split, never advanced, so two parts of a program cannot disturb each other. Normal draws go through Math.log, sin and
 * cos, whose last bit is up to the JavaScript engine. Not for cryptography.
 *
 * Source: Salmon et al., Parallel Random Numbers: As Easy as 1, 2, 3 (SC 2011), Threefry-2x32 with 20 rounds.
 */
import { TesseraError } from '../errors/tessera-error.js';

/** Two 32-bit words. */
export interface Key {
  readonly high: number;
  readonly low: number;
}

const rotations = [13, 15, 26, 6, 17, 29, 16, 24] as const;
const parity = 0x1bd11bda;

/** The key of a seed. @throws TesseraError OPTIONS_INVALID where the seed is not a safe whole number */
export function randomKey(seed: number): Key {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new TesseraError({
      code: 'OPTIONS_INVALID',
      argument: 'seed',
      expected: 'a whole number from 0 to 2^53 - 1',
      found: String(seed),
      wayOut: 'Choose such a seed',
    });
  }
  return { high: (seed / 2 ** 32) >>> 0, low: seed >>> 0 };
}

/** Two mixed words of a counter of two 32-bit words under a key. */
export function threefry(key: Key, counterHigh: number, counterLow: number): readonly [number, number] {
  const schedule = [key.high, key.low, key.high ^ key.low ^ parity] as const;
  let a = (counterHigh + schedule[0]) | 0;
  let b = (counterLow + schedule[1]) | 0;
  for (let group = 0; group < 5; group++) {
    for (let round = 0; round < 4; round++) {
      const turn = rotations[(group % 2) * 4 + round];
      a = (a + b) | 0;
      b = ((b << turn) | (b >>> (32 - turn))) ^ a;
    }
    a = (a + schedule[(group + 1) % 3]) | 0;
    b = (b + schedule[(group + 2) % 3] + group + 1) | 0;
  }
  return [a >>> 0, b >>> 0];
}

/**
 * The `index`-th child of a key.
 *
 * @param index a whole number from 0 to 2^32 - 1
 * @throws TesseraError INDEX_INVALID
 */
export function foldIn(key: Key, index: number): Key {
  // The counter has 32 bits for the index; one beyond them would silently be the child of another index.
  if (index >>> 0 !== index) {
    throw new TesseraError({
      code: 'INDEX_INVALID',
      argument: 'foldIn index',
      expected: 'a whole number from 0 to 2^32 - 1',
      found: String(index),
      wayOut: 'Number the children from 0, or fold in several smaller numbers one after another',
    });
  }
  const [high, low] = threefry(key, 0x5eed, index);
  return { high, low };
}

/** `count` independent children of a key: those of the indices 0 to `count - 1`. */
export function splitKey(key: Key, count: number): Key[] {
  return Array.from({ length: count }, (_, index) => foldIn(key, index));
}

/** The draws of one key, one after another; two streams of one key draw the same. */
export class RandomStream {
  readonly #key: Key;
  #counter = 0;
  #spareNormal: number | undefined;

  constructor(key: Key) {
    this.#key = key;
  }

  /** Uniform in `[0, 1)` with 53 bits. */
  uniform(): number {
    const [high, low] = threefry(this.#key, Math.floor(this.#counter / 2 ** 32), this.#counter >>> 0);
    this.#counter += 1;
    return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
  }

  /** Standard normal, by Box and Muller. */
  normal(): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal;
      this.#spareNormal = undefined;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spareNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** A whole number in `[from, to)`. @throws TesseraError RANGE_INVALID where there is none */
  integer(from: number, to: number): number {
    if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || to <= from) {
      throw new TesseraError({
        code: 'RANGE_INVALID',
        argument: 'integer',
        expected: 'whole numbers with from < to',
        found: `[${from}, ${to})`,
        wayOut: 'Draw from a range that holds a whole number',
      });
    }
    return from + Math.floor(this.uniform() * (to - from));
  }

  /** A shuffled copy. */
  shuffle<Item>(items: readonly Item[]): Item[] {
    const copy = [...items];
    for (let last = copy.length - 1; last > 0; last--) {
      const other = this.integer(0, last + 1);
      const moved = copy[last];
      copy[last] = copy[other];
      copy[other] = moved;
    }
    return copy;
  }
}
