/** A policy with opinions of a seed, and windows to have them on. */
import { foldIn, RandomStream, randomKey } from '@tessera/core';
import type { Engine } from '@tessera/core/engine';
import { LearnedPolicy } from '../../src/learned/learned-policy.js';
import { type PolicyOptions, policyConfigSchema } from '../../src/learned/policy-config.js';
import { policyLayout } from '../../src/learned/policy-network.js';

/** Parameters are drawn wide, so that logits differ from step to step. */
export function opinionatedPolicy(
  options: PolicyOptions,
  engine?: Engine,
  seed = 3,
  deviation = 0.3,
): LearnedPolicy {
  const config = policyConfigSchema.parse(options);
  const stream = new RandomStream(randomKey(seed));
  const params = Float32Array.from({ length: policyLayout(config).size }, () => deviation * stream.normal());
  return new LearnedPolicy({ config, params, engine });
}

/** A walk with jumps, some steps of it missing. */
export function walk(length: number, seed: number, missing = 0.05) {
  const stream = new RandomStream(foldIn(randomKey(77), seed));
  const values = new Float64Array(length);
  let level = 0;
  for (let t = 0; t < length; t++) {
    level += stream.normal() * (stream.uniform() < 0.03 ? 8 : 0.4);
    values[t] = stream.uniform() < missing ? Number.NaN : level;
  }
  return { values };
}
