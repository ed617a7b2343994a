/**
 * Changes left out one after the other, the worst first: once it has gone, the sides of its neighbours are longer, and these are looked at
 * again. O(n log n) for n changes, and at most three looks for each that goes.
 */
import type { Structure } from '../structures/structure.js';
import { pause } from './pause.js';

/** How much of nothing a change between its neighbours is: above 0 it is left out. NaN stays. */
export type Badness = (change: Structure, neighbours: readonly Structure[]) => number;

/** Looks between two pauses. */
const batch = 500;

/**
 * @param changes of one kind, by start; given ones stay
 * @throws TesseraError OPERATION_ABORTED
 */
export async function worstFirst(
  changes: readonly Structure[],
  badness: Badness,
  signal: AbortSignal | undefined,
): Promise<Set<Structure>> {
  const gone = new Set<Structure>();
  const before = changes.map((_, i) => i - 1);
  const after = changes.map((_, i) => (i + 1 < changes.length ? i + 1 : -1));
  const values = new Float64Array(changes.length).fill(Number.NaN);
  const heap = new WorstHeap();
  const look = (i: number) => {
    if (i < 0 || changes[i].detector === 'given') return;
    const neighbours = [before[i], i, after[i]].filter((j) => j >= 0).map((j) => changes[j]);
    values[i] = badness(changes[i], neighbours);
    if (values[i] > 0) heap.push({ value: values[i], index: i });
  };
  for (let i = 0; i < changes.length; i++) {
    if (i % batch === 0) await pause(signal);
    look(i);
  }
  for (let worst = heap.pop(), count = 0; worst !== undefined; worst = heap.pop(), count++) {
    if (count % batch === 0) await pause(signal);
    const { value, index } = worst;
    // An entry from before its neighbour went.
    if (gone.has(changes[index]) || values[index] !== value) continue;
    gone.add(changes[index]);
    if (before[index] >= 0) after[before[index]] = after[index];
    if (after[index] >= 0) before[after[index]] = before[index];
    look(before[index]);
    look(after[index]);
  }
  return gone;
}

interface Entry {
  readonly value: number;
  readonly index: number;
}

/** A binary heap, the largest value on top; of equal ones the earlier change. */
class WorstHeap {
  readonly #entries: Entry[] = [];

  push(entry: Entry): void {
    const entries = this.#entries;
    let at = entries.length;
    entries.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isWorse(entry, entries[parent])) break;
      entries[at] = entries[parent];
      at = parent;
    }
    entries[at] = entry;
  }

  pop(): Entry | undefined {
    const entries = this.#entries;
    const top = entries[0];
    const last = entries.pop();
    if (last === undefined || entries.length === 0) return top;
    let at = 0;
    for (let child = 1; child < entries.length; child = 2 * at + 1) {
      if (child + 1 < entries.length && isWorse(entries[child + 1], entries[child])) child += 1;
      if (!isWorse(entries[child], last)) break;
      entries[at] = entries[child];
      at = child;
    }
    entries[at] = last;
    return top;
  }
}

function isWorse(a: Entry, b: Entry): boolean {
  return a.value > b.value || (a.value === b.value && a.index < b.index);
}
