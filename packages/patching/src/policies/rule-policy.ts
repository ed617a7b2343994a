/** A policy from a rule that cuts one window at a time and looks at no other: what all policies by rule are made of. */
import type { PatchTree } from '../patches/patch-tree.js';
import type { PatchPolicy, PolicyWindow } from './patch-policy.js';
import { segmentEach } from './segment-each.js';

export interface Rule {
  readonly name: string;
  /** Resolved, plain JSON data. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly isCausal: boolean;
  readonly rates: readonly number[];
  /** Keeps the rates, and writes to nothing it is given. */
  cut(window: PolicyWindow): PatchTree;
}

export function rulePolicy({ name, options, isCausal, rates, cut }: Rule): PatchPolicy {
  return Object.freeze({
    name,
    recipe: Object.freeze({ name, options: Object.freeze({ ...options }) }),
    isCausal,
    rates: Object.freeze([...rates]),
    segment: (windows, work = {}) => segmentEach(windows, work, cut),
  } satisfies PatchPolicy);
}
