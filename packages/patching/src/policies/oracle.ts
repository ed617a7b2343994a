/**
 * The best of many random plans per window by a score that is given: how much there is to win by placing boundaries. No upper bound,
 * because a model and a policy adapt to each other; and on the steps that chose the plan its score is too good: judge it on others.
 */
import {
  parseOptions,
  progressReporter,
  RandomStream,
  randomKey,
  splitKey,
  TesseraError,
  throwIfAborted,
} from '@tessera/core';
import { z } from 'zod';
import type { PatchTree } from '../patches/patch-tree.js';
import type { PatchPolicy, PolicyWindow } from './patch-policy.js';
import { randomTree } from './random.js';
import { defaultSpacing, ratesOption } from './rates.js';
import { segmentEach } from './segment-each.js';
import { uniformTree } from './uniform.js';
import { windowKey } from './window-key.js';

/** Scores of one plan per window, higher is better, shape `[B]`. Must not depend on anything else. */
export type PlanScore = (
  windows: readonly PolicyWindow[],
  trees: readonly PatchTree[],
) => ArrayLike<number> | Promise<ArrayLike<number>>;

const schema = z.strictObject({
  rates: ratesOption,
  plans: z.number().int().min(1).max(1e6).default(64),
  seed: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
  minLength: z.number().int().positive().optional(),
});
/**
 * `rates`: steps per patch of each level, from fine to coarse; default 16. `plans`: how many are tried per window, the uniform one
 * first; default 64. `seed`: default 0. `minLength`: fewest steps of a patch; default an eighth of the finest rate.
 */
export type OracleOptions = Readonly<z.input<typeof schema>>;

/** A recipe cannot hold the score, so that this policy is not made again from its own. @throws TesseraError OPTIONS_INVALID */
export function oracle(score: PlanScore, options: OracleOptions = {}): PatchPolicy {
  const resolved = parseOptions(schema, options, 'oracle');
  const { rates, plans, seed } = resolved;
  const minLength = Math.min(resolved.minLength ?? defaultSpacing(rates[0]), Math.floor(rates[0]));
  const keys = splitKey(randomKey(seed), plans);
  return Object.freeze({
    name: 'oracle',
    recipe: Object.freeze({ name: 'oracle', options: Object.freeze({ ...resolved, minLength }) }),
    isCausal: false,
    rates: Object.freeze([...rates]),
    async segment(windows, { signal, onProgress } = {}) {
      const report = progressReporter('plans', plans, onProgress);
      let best = await segmentEach(windows, { signal }, ({ values }) => uniformTree(values.length, rates));
      let scores = await scoresOf(score, windows, best);
      report();
      for (let plan = 1; plan < plans; plan++) {
        throwIfAborted(signal, 'segment');
        const trees = windows.map(({ values }) =>
          randomTree(new RandomStream(windowKey(keys[plan], values)), values.length, rates, minLength),
        );
        const others = await scoresOf(score, windows, trees);
        best = best.map((tree, i) => (others[i] > scores[i] ? trees[i] : tree));
        scores = scores.map((value, i) => Math.max(value, others[i]));
        report();
      }
      return best;
    },
  } satisfies PatchPolicy);
}

/** @throws TesseraError METRIC_INPUT_INVALID where there is not one number per window */
async function scoresOf(
  score: PlanScore,
  windows: readonly PolicyWindow[],
  trees: readonly PatchTree[],
): Promise<Float64Array> {
  const scores = Float64Array.from(await score(windows, trees));
  if (scores.length === windows.length && !scores.some(Number.isNaN)) return scores;
  throw new TesseraError({
    code: 'METRIC_INPUT_INVALID',
    argument: 'scores of plans',
    expected: `${windows.length} numbers, one per window`,
    found: scores.length === windows.length ? 'NaN' : String(scores.length),
    wayOut: 'Return a number for every window; negative infinity for a plan that cannot be scored',
  });
}
