/**
 * Fewer patches from many, by joining neighbours: how coarser levels come about, and how a plan with too many patches is brought
 * under its maximum. Joins those whose means differ least (Ward's criterion), so it sees changes of level and no other structure.
 *
 * Source: Ward, Hierarchical Grouping to Optimize an Objective Function (JASA 1963), on neighbours only.
 */
import { Patches } from '../patches/patches.js';
import { scaledValues } from './window-scale.js';

/** Far above what rounding does to values of a scale of one, far below what anyone would tell apart. */
const costQuantum = 2 ** -36;

/** One join that may be made: that of a patch with the one after it. */
interface Join {
  readonly left: number;
  readonly right: number;
  readonly guard: number;
  /** Rise of the squared error around the means of patches. */
  readonly cost: number;
  /** Steps of both together. */
  readonly steps: number;
}

/**
 * At most `most` patches. Among equal costs the shorter join comes first, then the earlier one. O(N log N + T).
 *
 * @param values shape `[T]`; NaN where missing, which counts for nothing
 * @param most at least 1, unless there are no steps
 * @param guards how much a start is worth, by step: worth more goes later, whatever it costs. Default 0
 */
export function mergePatches(
  patches: Patches,
  values: Float64Array,
  most: number,
  guards: ReadonlyMap<number, number> = new Map(),
): Patches {
  const { count } = patches;
  if (count <= most) return patches;
  const starts = patches.toStarts();
  const ends = patches.toEnds();
  const { observed, sums } = momentsOf(patches, scaledValues(values));
  // Neighbours that are left, as a list linked both ways; a joined patch lives on under the index of its left part.
  const next = Int32Array.from(ends, (_, i) => i + 1);
  const previous = Int32Array.from(ends, (_, i) => i - 1);
  const version = new Uint32Array(count);
  const queue = new JoinQueue();
  const offer = (left: number): void => {
    const right = next[left];
    if (left < 0 || right >= count) return;
    const both = observed[left] + observed[right];
    const product = observed[left] * observed[right];
    const gap = product === 0 ? 0 : sums[left] / observed[left] - sums[right] / observed[right];
    const guard = guards.get(starts[right]) ?? 0;
    const rise = product === 0 ? 0 : (product / both) * gap * gap;
    // Costs that rounding alone tells apart are equal.
    const cost = Math.round(rise / costQuantum) * costQuantum;
    queue.push(
      { left, right, guard, cost, steps: ends[right] - starts[left] },
      version[left] + version[right],
    );
  };
  for (let i = 0; i + 1 < count; i++) offer(i);

  for (let left = count; left > most; ) {
    const { join, stamp } = queue.pop();
    // Versions only grow, so their sum tells whether either patch was joined since.
    if (next[join.left] !== join.right || version[join.left] + version[join.right] !== stamp) continue;
    observed[join.left] += observed[join.right];
    sums[join.left] += sums[join.right];
    ends[join.left] = ends[join.right];
    next[join.left] = next[join.right];
    if (next[join.left] < count) previous[next[join.left]] = join.left;
    version[join.left] += 1;
    version[join.right] += 1;
    left -= 1;
    offer(join.left);
    if (previous[join.left] >= 0) offer(previous[join.left]);
  }
  const kept: number[] = [];
  for (let i = 0; i < count; i = next[i]) kept.push(starts[i]);
  return Patches.fromStarts(kept, patches.length);
}

function momentsOf(patches: Patches, values: Float64Array) {
  const observed = new Float64Array(patches.count);
  const sums = new Float64Array(patches.count);
  for (const { index, start, end } of patches) {
    for (let t = start; t < end; t++) {
      if (Number.isNaN(values[t])) continue;
      observed[index] += 1;
      sums[index] += values[t];
    }
  }
  return { observed, sums };
}

interface Entry {
  readonly join: Join;
  readonly stamp: number;
}

/** A binary heap with the join to be made first on top. */
class JoinQueue {
  readonly #heap: Entry[] = [];

  push(join: Join, stamp: number): void {
    const heap = this.#heap;
    heap.push({ join, stamp });
    let at = heap.length - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(heap[at].join, heap[parent].join)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  /** Only called while more than one patch is left, so there is always a join. */
  pop(): Entry {
    const heap = this.#heap;
    this.#swap(0, heap.length - 1);
    const top = heap[heap.length - 1];
    heap.length -= 1;
    for (let at = 0; ; ) {
      const child = 2 * at + 1;
      if (child >= heap.length) return top;
      const other =
        child + 1 < heap.length && isBefore(heap[child + 1].join, heap[child].join) ? child + 1 : child;
      if (!isBefore(heap[other].join, heap[at].join)) return top;
      this.#swap(at, other);
      at = other;
    }
  }

  #swap(a: number, b: number): void {
    const moved = this.#heap[a];
    this.#heap[a] = this.#heap[b];
    this.#heap[b] = moved;
  }
}

function isBefore(a: Join, b: Join): boolean {
  if (a.guard !== b.guard) return a.guard < b.guard;
  if (a.cost !== b.cost) return a.cost < b.cost;
  return a.steps === b.steps ? a.left < b.left : a.steps < b.steps;
}
