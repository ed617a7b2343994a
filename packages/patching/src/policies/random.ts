/**
 * Boundaries at random places, as many as the rate allows: what a learned policy must beat at the same number of patches. The plan
 * of a window depends on the seed and on what it holds, and on no other window.
 */
import { parseOptions, RandomStream, randomKey } from '@tessera/core';
import { z } from 'zod';
import { PatchTree } from '../patches/patch-tree.js';
import { Patches } from '../patches/patches.js';
import type { PatchPolicy } from './patch-policy.js';
import { mostPatches, ratesOption } from './rates.js';
import { rulePolicy } from './rule-policy.js';
import { windowKey } from './window-key.js';

const schema = z
  .strictObject({
    rates: ratesOption,
    seed: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
    minLength: z.number().int().positive().default(1),
  })
  .refine(({ rates, minLength }) => minLength <= rates[0], {
    path: ['minLength'],
    message: 'at most the finest rate',
  });
/**
 * `rates`: steps per patch of each level, from fine to coarse; default 16. `seed`: default 0. `minLength`: fewest steps of a patch,
 * at most the finest rate; default 1.
 */
export type RandomOptions = Readonly<z.input<typeof schema>>;

/** @throws TesseraError OPTIONS_INVALID */
export function random(options: RandomOptions = {}): PatchPolicy {
  const resolved = parseOptions(schema, options, 'random');
  const { rates, seed, minLength } = resolved;
  const key = randomKey(seed);
  return rulePolicy({
    name: 'random',
    options: resolved,
    isCausal: false,
    rates,
    cut: ({ values }) =>
      randomTree(new RandomStream(windowKey(key, values)), values.length, rates, minLength),
  });
}

/**
 * A tree with as many patches as the rates allow, each such tree as likely as any other. O(T / rate log).
 *
 * @param minLength fewest steps of a finest patch, at most the finest rate unless the window is shorter
 */
export function randomTree(
  stream: RandomStream,
  length: number,
  rates: readonly number[],
  minLength: number,
): PatchTree {
  const count = mostPatches(length, rates[0]);
  // Cuts of a window in which every patch is shorter by what each must at least have, less one.
  const spare = minLength - 1;
  const cuts = drawSorted(stream, Math.max(0, length - count * spare - 1), Math.max(0, count - 1));
  const starts = count === 0 ? [] : [0, ...cuts.map((cut, i) => cut + 1 + (i + 1) * spare)];
  const levels = [Patches.fromStarts(starts, length)];
  for (const rate of rates.slice(1)) {
    const finer = levels[levels.length - 1].toStarts();
    const most = Math.min(mostPatches(length, rate), finer.length);
    const kept = drawSorted(stream, Math.max(0, finer.length - 1), Math.max(0, most - 1));
    const coarse = finer.length === 0 ? [] : [0, ...kept.map((i) => finer[i + 1])];
    levels.push(Patches.fromStarts(coarse, length));
  }
  return new PatchTree(levels);
}

/**
 * `count` different numbers of `[0, size)`, ascending.
 *
 * Source: Floyd, in Bentley and Floyd, Programming Pearls: A Sample of Brilliance (CACM 1987).
 */
function drawSorted(stream: RandomStream, size: number, count: number): number[] {
  const chosen = new Set<number>();
  for (let last = size - count; last < size; last++) {
    const drawn = stream.integer(0, last + 1);
    chosen.add(chosen.has(drawn) ? last : drawn);
  }
  return [...chosen].sort((a, b) => a - b);
}
