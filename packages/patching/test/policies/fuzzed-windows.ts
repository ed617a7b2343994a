/** Windows drawn at random, hostile ones among them: what a policy may meet in the field. */
import { foldIn, RandomStream, randomKey } from '@tessera/core';
import type { PolicyWindow } from '../../src/policies/patch-policy.js';

const hour = 3_600_000;

type Draw = (stream: RandomStream, length: number) => number[];

const kinds: readonly Draw[] = [
  (stream, length) => numbers(length, () => stream.normal()),
  (stream, length) => {
    let level = 0;
    return numbers(length, () => {
      level += stream.normal();
      return level;
    });
  },
  (stream, length) => {
    let level = 0;
    return numbers(length, () => {
      if (stream.uniform() < 0.1) level = stream.integer(-3, 4);
      return level;
    });
  },
  (stream, length) => numbers(length, (t) => Math.sin(t / 3) + (stream.uniform() < 0.05 ? 50 : 0)),
  // Constant, also where the constant is 0.
  (stream, length) => {
    const value = stream.integer(-1, 2) * 7.5;
    return numbers(length, () => value);
  },
  (_, length) => numbers(length, () => Number.NaN),
  // Huge, tiny and mixed sizes.
  (stream, length) => numbers(length, () => (stream.uniform() - 0.5) * 2 * Number.MAX_VALUE),
  (stream, length) => numbers(length, () => stream.integer(-3, 4) * Number.MIN_VALUE),
  (stream, length) => numbers(length, () => stream.normal() * 10 ** stream.integer(-300, 300)),
  (stream, length) => numbers(length, () => (stream.uniform() < 0.02 ? -Number.MAX_VALUE : 1e-300)),
];

function numbers(length: number, draw: (step: number) => number): number[] {
  return Array.from({ length }, (_, step) => draw(step));
}

/** Most steps of a window. */
const longest = 120;

/** Window `index` of an endless list; every window has times, some have gaps, about one in ten has no more than one step. */
export function fuzzedWindow(index: number): PolicyWindow {
  const stream = new RandomStream(foldIn(randomKey(11), index));
  const length = stream.uniform() < 0.1 ? stream.integer(0, 2) : stream.integer(2, longest + 1);
  const values = Float64Array.from(kinds[index % kinds.length](stream, length));
  if (stream.uniform() < 0.4) {
    for (let t = 0; t < length; t += stream.integer(1, 30)) {
      values.fill(Number.NaN, t, t + stream.integer(0, 12));
      t += 12;
    }
  }
  const start = stream.integer(-1e6, 1e6) * hour;
  return { values, times: Float64Array.from(values, (_, t) => start + t * hour), id: `window ${index}` };
}

/** Fresh windows each call. */
export function fuzzedWindows(count: number): PolicyWindow[] {
  return Array.from({ length: count }, (_, index) => fuzzedWindow(index));
}

let shared: readonly PolicyWindow[] = [];

/** The same windows, made once for all tests that only read them. */
export function sharedWindows(count: number): readonly PolicyWindow[] {
  if (shared.length < count) shared = fuzzedWindows(count);
  return shared.slice(0, count);
}
