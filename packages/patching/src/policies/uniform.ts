/**
 * Patches of one length, counted from the end of the window, so that the newest steps always stand alike: what every other policy
 * is measured against. What is left over makes the first patch longer.
 *
 * Source: Nie et al., A Time Series is Worth 64 Words (ICLR 2023), patches without overlap.
 */
import { parseOptions } from '@tessera/core';
import { z } from 'zod';
import { PatchTree } from '../patches/patch-tree.js';
import { Patches } from '../patches/patches.js';
import type { PatchPolicy } from './patch-policy.js';
import { mostPatches, ratesOption } from './rates.js';
import { rulePolicy } from './rule-policy.js';

const schema = z.strictObject({ rates: ratesOption });
/** `rates`: lengths of patches in steps, from fine to coarse; a coarser one is rounded up to whole finer ones. Default 16. */
export type UniformOptions = Readonly<z.input<typeof schema>>;

/** @throws TesseraError OPTIONS_INVALID */
export function uniform(options: UniformOptions = {}): PatchPolicy {
  const resolved = parseOptions(schema, options, 'uniform');
  const { rates } = resolved;
  return rulePolicy({
    name: 'uniform',
    options: resolved,
    isCausal: false,
    rates,
    cut: ({ values }) => uniformTree(values.length, rates),
  });
}

/** Even patches of every level. O(T / rate). */
export function uniformTree(length: number, rates: readonly number[]): PatchTree {
  const levels: Patches[] = [];
  // Finest patches in one of this level.
  let group = 1;
  for (const rate of rates) {
    group *= Math.ceil(rate / (rates[0] * group));
    const count = mostPatches(length, rate);
    const starts = count === 0 ? [] : [0];
    for (let i = count - 1; i >= 1; i--) {
      // A rounded-up length may leave no room for as many.
      if (i * group < mostPatches(length, rates[0])) starts.push(length - Math.floor(i * group * rates[0]));
    }
    levels.push(Patches.fromStarts(starts, length));
  }
  return new PatchTree(levels);
}
