/** The steps on both sides of a change: up to the next change of the same kind, and no farther than the reach. */
import type { Structure } from '../structures/structure.js';
import type { Sides } from './change-contrast.js';

/** @param changes all changes of the kind, by start */
export function sidesOf(at: number, changes: readonly Structure[], length: number, reach: number): Sides {
  let from = Math.max(0, at - reach);
  let to = Math.min(length, at + reach);
  for (let i = firstFrom(changes, from); i < changes.length && changes[i].start < to; i++) {
    if (changes[i].start < at) from = Math.max(from, changes[i].start);
    if (changes[i].start > at) to = Math.min(to, changes[i].start);
  }
  return { from, at, to };
}

/** Place of the first structure that starts at or after a step. @param sorted by start */
export function firstFrom(sorted: readonly Structure[], step: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle].start < step) low = middle + 1;
    else high = middle;
  }
  return low;
}
