/** Plans that were drawn for a batch of windows, G for each, as flat arrays: what rewards, gradients and figures read. */
import { PatchTree } from '../patches/patch-tree.js';
import { Patches } from '../patches/patches.js';
import type { PlanSpace } from './plan-space.js';

export interface SampledPlans {
  /** Number of windows, B. */
  readonly windows: number;
  /** Plans per window, G. */
  readonly group: number;
  /** Steps, L. */
  readonly length: number;
  /** Levels, M. */
  readonly depth: number;
  /**
   * How many levels open a patch at a step, fine to coarse: 0 none, 1 the finest, M all. Shape `[B, G, L]`. Never more patches
   * than the space allows.
   */
  readonly labels: Uint8Array;
  /** Log-probability of what the policy itself did, shape `[B, G]`. */
  readonly logProbabilities: Float64Array;
  readonly actions: PlanActions;
}

/** What the policy itself did, before the environment. */
export type PlanActions =
  /** Chosen steps level by level in the order of choice, shape `[B, G, P]` with P the sum of all levels’ picks; -1 where none was left. */
  | { readonly kind: 'picks'; readonly picks: Int32Array }
  /** Labels before the environment dropped any, shape `[B, G, L]`. */
  | { readonly kind: 'labels'; readonly labels: Uint8Array };

export function emptyPlans(
  { windows, length, depth }: { readonly windows: number; readonly length: number; readonly depth: number },
  group: number,
): Omit<SampledPlans, 'actions'> {
  return {
    windows,
    group,
    length,
    depth,
    labels: new Uint8Array(windows * group * length),
    logProbabilities: new Float64Array(windows * group),
  };
}

/** Sets the boundaries that every plan has: step 0 at all levels, and the anchors. @param labels shape `[L]` from `at` on */
export function markAnchors({ levels, length }: PlanSpace, labels: Uint8Array, at: number): void {
  for (const [m, { anchors }] of levels.entries()) {
    for (let i = 0; i < anchors.length; i++) labels[at + anchors[i]] = m + 1;
  }
  if (length > 0) labels[at] = levels.length;
}

/** Choices of all levels, P. */
export function pickCount({ levels }: PlanSpace): number {
  return levels.reduce((sum, { picks }) => sum + picks, 0);
}

/** The tree of labels, shape `[L]`, from `at` on. O(L M). */
export function treeOfLabels(labels: Uint8Array, at: number, length: number, depth: number): PatchTree {
  const levels = Array.from({ length: depth }, (_, m) => {
    const starts: number[] = [];
    for (let t = 0; t < length; t++) if (labels[at + t] > m) starts.push(t);
    return Patches.fromStarts(starts, length);
  });
  return new PatchTree(levels);
}

/** One plan as a tree. @param row window * G + sample */
export function planTree({ labels, length, depth }: SampledPlans, row: number): PatchTree {
  return treeOfLabels(labels, row * length, length, depth);
}
