/**
 * Limits around any policy: it says where to cut, they say how many, how short and how long patches may be. They are those of the
 * finest level. Coarser levels keep the boundaries that are left to them, and part long gaps as far as their rates have room.
 */
import { parseOptions } from '@tessera/core';
import { z } from 'zod';
import { PatchTree } from '../patches/patch-tree.js';
import { Patches } from '../patches/patches.js';
import { limitPatches, limitPatchesCausally, type PatchLimits } from './limit-patches.js';
import { longGaps, startAcross } from './long-gaps.js';
import { mergePatches } from './merge-patches.js';
import type { PatchPolicy } from './patch-policy.js';
import { mostPatches } from './rates.js';
import { segmentEach } from './segment-each.js';

/** Name of the recipe of a limited policy. */
export const limitedName = 'limited';

const steps = z.number().int().positive().max(1e9);
export const limitsSchema = z
  .strictObject({
    maxPatches: steps.optional(),
    rate: z.number().min(1).max(1e9).optional(),
    minLength: steps.optional(),
    maxLength: steps.optional(),
    longestGap: z.number().int().min(0).max(1e9).optional(),
  })
  .refine(({ minLength = 1, maxLength = Number.POSITIVE_INFINITY }) => maxLength >= 2 * minLength - 1, {
    path: ['maxLength'],
    message: 'at least twice minLength less one, so that halves are long enough',
  });

/**
 * The policy within limits. It is causal where the given one is: then limits are kept from left to right, and a budget that was spent
 * early is gone.
 *
 * @throws TesseraError OPTIONS_INVALID
 */
export function limited(policy: PatchPolicy, limits: PatchLimits): PatchPolicy {
  const resolved = parseOptions(limitsSchema, limits, limitedName);
  const { isCausal } = policy;
  const limit = (tree: PatchTree, values: Float64Array): PatchTree => {
    const levels = [(isCausal ? limitPatchesCausally : limitPatches)(tree.finest, values, resolved)];
    for (const [i, coarse] of tree.levels.slice(1).entries()) {
      const level = {
        finer: levels[i],
        rate: policy.rates[i + 1],
        longestGap: resolved.longestGap,
        isCausal,
      };
      levels.push(coarseWithin(coarse, values, level));
    }
    return new PatchTree(levels);
  };
  return Object.freeze({
    name: policy.name,
    recipe: Object.freeze({
      name: limitedName,
      options: Object.freeze({ limits: resolved, policy: policy.recipe }),
    }),
    isCausal,
    rates: Object.freeze(policy.rates.map((rate) => Math.max(rate, resolved.rate ?? 1))),
    async segment(windows, work = {}) {
      const trees = await policy.segment(windows, work);
      return segmentEach(windows, { signal: work.signal }, ({ values }, i) => limit(trees[i], values));
    },
  } satisfies PatchPolicy);
}

/** A coarse level over a finer one that has lost boundaries, or won some at gaps. */
function coarseWithin(
  coarse: Patches,
  values: Float64Array,
  level: {
    readonly finer: Patches;
    readonly rate: number;
    readonly longestGap: number | undefined;
    readonly isCausal: boolean;
  },
): Patches {
  const { finer, rate, longestGap = Number.POSITIVE_INFINITY, isCausal } = level;
  const guards = new Map<number, number>();
  for (const gap of longGaps(values, longestGap)) {
    const start = startAcross(finer, gap);
    // What is cut within a gap comes before it is known to be one.
    if (start !== undefined && (!isCausal || start === gap.end)) guards.set(start, gap.end - gap.start);
  }
  const isCoarse = coarse.toBoundaries();
  const starts: number[] = [];
  for (const { start } of finer) {
    if (isCoarse[start] === 0 && !guards.has(start)) continue;
    if (!isCausal || starts.length < mostPatches(start + 1, rate)) starts.push(start);
  }
  const patches = Patches.fromStarts(starts, finer.length);
  return isCausal ? patches : mergePatches(patches, values, mostPatches(finer.length, rate), guards);
}
