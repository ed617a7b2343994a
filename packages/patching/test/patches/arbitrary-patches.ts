/** Partitions drawn at random. */
import fc from 'fast-check';
import { PatchTree } from '../../src/patches/patch-tree.js';
import { Patches } from '../../src/patches/patches.js';

/** Up to 30 patches of 1 to 9 steps; the empty partition too. */
export const arbitraryLengths = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 30 });

export const arbitraryPatches = arbitraryLengths.map((lengths) => Patches.fromLengths(lengths));

/** The partition that keeps the ends whose flag is set, and the last one. */
export function coarsen(fine: Patches, keep: readonly boolean[]): Patches {
  const ends = fine.toEnds().filter((end, i) => end === fine.length || keep[i % keep.length]);
  return Patches.fromEnds(ends, fine.length);
}

/** Trees of one to four levels. */
export const arbitraryTree = fc
  .tuple(arbitraryPatches, fc.array(fc.array(fc.boolean(), { minLength: 1 }), { maxLength: 3 }))
  .map(([finest, choices]) => {
    const levels = [finest];
    for (const keep of choices) levels.push(coarsen(levels[levels.length - 1], keep));
    return new PatchTree(levels);
  });
