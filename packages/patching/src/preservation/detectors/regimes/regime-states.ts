/**
 * Which stretches are the same regime come back: those whose windows have their nearest neighbours in one another as often as if they were one
 * stretch. Stretches beside each other are never joined: they were cut because they can be told apart. Our own rule; the limit of one half
 * lies in the middle between stretches that share all and none of their shapes.
 */
import type { NearestWindows } from './nearest-windows.js';

/** Share of the neighbours expected in each other, from which on two groups are one state. */
const enough = 0.5;

/**
 * The state of each stretch, numbered by first appearance. O(n k + S^3) for S stretches.
 *
 * @param starts of the stretches, ascending, the first 0
 */
export function regimeStates(
  { count, k, indices }: NearestWindows,
  starts: readonly number[],
  window: number,
): number[] {
  const stretches = starts.length;
  const stretchOf = new Int32Array(count).fill(-1);
  const windows = new Float64Array(stretches);
  for (let s = 0; s < stretches; s++) {
    // Windows that reach into the next stretch belong to neither.
    const end = s === stretches - 1 ? count : Math.max(starts[s], starts[s + 1] - window + 1);
    stretchOf.fill(s, starts[s], end);
    windows[s] = end - starts[s];
  }
  const links = Array.from({ length: stretches }, () => new Float64Array(stretches));
  for (let p = 0; p < indices.length; p++) {
    const from = stretchOf[Math.floor(p / k)];
    const to = indices[p] < 0 ? -1 : stretchOf[indices[p]];
    if (from >= 0 && to >= 0) links[from][to] += 1;
  }

  let groups = Array.from({ length: stretches }, (_, s) => [s]);
  for (;;) {
    let best: { readonly mixing: number; readonly a: number; readonly b: number } | undefined;
    for (let a = 0; a < groups.length; a++) {
      for (let b = a + 1; b < groups.length; b++) {
        if (areBeside(groups[a], groups[b])) continue;
        const mixing = mixingOf(groups[a], groups[b], links, windows);
        if (mixing >= (best?.mixing ?? enough)) best = { mixing, a, b };
      }
    }
    if (best === undefined) break;
    const { a, b } = best;
    const joined = [...groups[a], ...groups[b]];
    groups = groups.flatMap((group, i) => (i === a ? [joined] : i === b ? [] : [group]));
  }
  const states = new Array<number>(stretches).fill(0);
  groups.forEach((group, state) => {
    for (const stretch of group) states[stretch] = state;
  });
  return states;
}

function areBeside(a: readonly number[], b: readonly number[]): boolean {
  return a.some((s) => b.includes(s - 1) || b.includes(s + 1));
}

/** Links across over those expected if the neighbours of both were spread evenly over the windows of both. */
function mixingOf(
  a: readonly number[],
  b: readonly number[],
  links: readonly Float64Array[],
  windows: Float64Array,
): number {
  const between = (from: readonly number[], to: readonly number[]) =>
    from.reduce((sum, i) => sum + to.reduce((part, j) => part + links[i][j], 0), 0);
  const size = (group: readonly number[]) => group.reduce((sum, i) => sum + windows[i], 0);
  const [sizeA, sizeB] = [size(a), size(b)];
  const all = sizeA + sizeB;
  const [ab, ba] = [between(a, b), between(b, a)];
  const expected = ((between(a, a) + ab) * sizeB) / all + ((between(b, b) + ba) * sizeA) / all;
  return expected > 0 ? (ab + ba) / expected : 0;
}
