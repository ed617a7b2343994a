/** Coarser levels over a finest one, each within its rate. */
import { PatchTree } from '../patches/patch-tree.js';
import { Patches } from '../patches/patches.js';
import { mergePatches } from './merge-patches.js';
import { mostPatches } from './rates.js';

/**
 * A tree whose coarser levels join patches of the finer one: those of a causal policy in order of time, as the budget of the steps
 * seen so far allows; else those that differ least.
 *
 * @param finest within the first rate
 */
export function treeOfRates(
  finest: Patches,
  values: Float64Array,
  rates: readonly number[],
  isCausal: boolean,
): PatchTree {
  const levels = [finest];
  for (const rate of rates.slice(1)) {
    const finer = levels[levels.length - 1];
    levels.push(
      isCausal ? withinBudget(finer, rate) : mergePatches(finer, values, mostPatches(finer.length, rate)),
    );
  }
  return new PatchTree(levels);
}

/** The patches that begin where the budget of the steps so far has room for one more. */
function withinBudget(patches: Patches, rate: number): Patches {
  const kept: number[] = [];
  for (const { start } of patches) {
    if (kept.length < mostPatches(start + 1, rate)) kept.push(start);
  }
  return Patches.fromStarts(kept, patches.length);
}
