/** The arms of the honest comparison: one backbone, one budget of tokens, and one thing that differs. */
import { type LongWorkOptions, parseOptions, RandomStream, randomKey } from '@tessera/core';
import {
  type FittedPatchForecaster,
  patchForecaster,
  scoutedLearning,
  trainJointly,
} from '@tessera/forecast';
import {
  LearnedPolicy,
  type PatchPolicy,
  policyConfigSchema,
  policyFromName,
  policyFromRecipe,
  policyLayout,
} from '@tessera/patching';
import { z } from 'zod';
import { hiddenAtCost, modelCost, untrainedPolicy } from './equal-cost.js';
import { eventTruthPolicy } from './event-truth.js';
import { meanSquaredError } from './forecast-scores.js';
import { type PatchingData, splitOf } from './patching-data.js';
import type { PatchingSplit } from './patching-split.js';

export const armNames = [
  'uniform-flatten',
  'uniform-conv',
  'uniform',
  'random',
  'frozen-random',
  'sampled-random',
  'changepoint',
  'surprise',
  'learned',
  'learned-zero-shot',
  'event-truth',
] as const;
export type ArmName = (typeof armNames)[number];

const options = z.record(z.string(), z.json());

export const armSettingsSchema = z.strictObject({
  /** Steps per patch at least: the budget of tokens is lookback / rate. */
  rate: z.int().min(1),
  /** Of the patch transformer, without what the data and the arm decide. */
  model: options,
  training: options,
  /** Of the learned policy and its learning, as `trainJointly` takes them; `uniform` is made to cost what that policy does. */
  policy: options.default({}),
  joint: z
    .looseObject({
      scout: z.looseObject({ occlusion: options.optional() }).optional(),
      schedule: options.optional(),
    })
    .default({}),
  convolution: options,
  /**
   * Shares of the training in which the scout learns and in which the policy rests, where a task trains for longer than a policy
   * has to learn. Default: as in `joint`.
   */
  policyShares: z
    .strictObject({ scout: z.number().min(0).max(1), frozen: z.number().min(0).max(1) })
    .optional(),
});
export type ArmSettings = z.output<typeof armSettingsSchema>;

/** What an arm is fitted to. */
export interface ArmTask {
  readonly data: PatchingData;
  readonly split: PatchingSplit;
  /** The task whose policy `learned-zero-shot` puts in front of this one. */
  readonly zeroShotFrom: PatchingData;
  readonly dataFolder: string;
  /** Policies that this process has learned, by all that they depend on; the same policy is never learned twice. */
  readonly learned: Map<string, LearnedPolicy>;
}

export interface FittedArm {
  readonly fitted: FittedPatchForecaster;
  /** What places the boundaries, or places them where the even patches of the model have theirs. */
  readonly policy: PatchPolicy;
}

/** The policy of a rate, with the spacings of `scoutedLearning`. */
function policyAt(rate: number, { policy }: ArmSettings) {
  const { spacing, anchorSpacing } = scoutedLearning(rate).policy;
  return { spacing, anchorSpacing, ...policy, rates: [rate] };
}

/** The scout of a rate, with the stride of `scoutedLearning`. */
function scoutAt(rate: number, { joint: { scout }, policyShares }: ArmSettings) {
  const { stride } = scoutedLearning(rate).scout.occlusion;
  const share = policyShares === undefined ? {} : { share: policyShares.scout };
  return { ...scout, ...share, occlusion: { ...scout?.occlusion, stride } };
}

/** How strongly the weights of a policy that never learned differ from zero. */
const randomWeightSd = 0.5;

export async function fitArm(
  arm: ArmName,
  task: ArmTask,
  settings: ArmSettings,
  seed: number,
  work: LongWorkOptions,
): Promise<FittedArm> {
  const { data, split } = task;
  const { rate, convolution } = settings;
  const model = { ...settings.model, lookback: data.lookback, horizon: data.horizon };
  const training = { ...settings.training, ...split.training, seed };
  const even = async (patchLength: number, more: object): Promise<FittedArm> => {
    const own = { ...model, patchLength, stride: patchLength, ...more };
    const fitted = await patchForecaster({ model: own, training }).fit(split.fit, work);
    return { fitted, policy: policyFromName('uniform', patchLength) };
  };
  const by = async (policy: PatchPolicy): Promise<FittedArm> => ({
    fitted: await patchForecaster({ model, training }, policy).fit(split.fit, work),
    policy,
  });
  const { policyShares } = settings;
  const frozenShare = policyShares === undefined ? {} : { frozen: policyShares.frozen };
  const jointOptions = (set: PatchingSplit, learns: boolean) => ({
    ...settings.joint,
    model,
    training: { ...training, ...set.training },
    policy: policyAt(rate, settings),
    scout: scoutAt(rate, settings),
    schedule: { ...settings.joint.schedule, ...frozenShare },
    learns,
  });
  const joint = async (from: PatchingData, set: PatchingSplit, learns: boolean) => {
    const given = jointOptions(set, learns);
    const result = await trainJointly(set.fit, given, work);
    task.learned.set(JSON.stringify([from, given]), result.policy);
    return result;
  };
  const learnedElsewhere = async (): Promise<LearnedPolicy> => {
    const from = task.zeroShotFrom;
    const other = await splitOf(from, task.dataFolder);
    const known = task.learned.get(JSON.stringify([from, jointOptions(other, true)]));
    if (known !== undefined) return known;
    const { policy, fitted } = await joint(from, other, true);
    fitted.dispose();
    return policy;
  };
  switch (arm) {
    case 'uniform-flatten':
      return even(rate, {});
    case 'uniform-conv':
      return even(rate, { convolution });
    case 'uniform': {
      const policy = untrainedPolicy(policyAt(rate, settings));
      const { total } = await modelCost(model, split.fit, work, policy);
      const fit = async (size: number) => {
        const costOf = (more: object) =>
          modelCost({ ...model, patchLength: size, stride: size, convolution, ...more }, split.fit, work);
        const narrow = await costOf({});
        const hidden = hiddenAtCost(total, narrow, await costOf({ hidden: 2 * narrow.hidden }));
        return even(size, { convolution, hidden });
      };
      return bestSize([rate, 2 * rate], fit, task);
    }
    case 'random':
      return by(policyFromRecipe({ name: 'random', options: { rates: [rate], seed } }));
    case 'frozen-random':
      return by(frozenRandom(policyAt(rate, settings), seed));
    case 'changepoint':
    case 'surprise':
      return by(policyFromName(arm, rate));
    case 'event-truth':
      return by(eventTruthPolicy(split.deciding, rate));
    case 'sampled-random':
    case 'learned':
      return joint(data, split, arm === 'learned');
    case 'learned-zero-shot': {
      const policy = await learnedElsewhere();
      const { fitted } = await trainJointly(split.fit, jointOptions(split, false), { ...work, policy });
      return { fitted, policy };
    }
  }
}

/** The size of patches with the least error on the validation windows. */
async function bestSize(
  sizes: readonly number[],
  fit: (size: number) => Promise<FittedArm>,
  { data, split }: ArmTask,
): Promise<FittedArm> {
  const lossOf = ({ fitted }: FittedArm) => meanSquaredError(fitted, split.validation, data.lookback);
  let best = await fit(sizes[0]);
  let least = await lossOf(best);
  for (const size of sizes.slice(1)) {
    const next = await fit(size);
    const loss = await lossOf(next);
    const worse = loss < least ? best : next;
    if (loss < least) [best, least] = [next, loss];
    worse.fitted.dispose();
  }
  return best;
}

/** A policy whose weights were drawn and never changed. */
function frozenRandom(given: object, seed: number): LearnedPolicy {
  const config = parseOptions(policyConfigSchema, given, 'frozen-random');
  const stream = new RandomStream(randomKey(seed));
  const params = Float32Array.from(
    { length: policyLayout(config).size },
    () => randomWeightSd * stream.normal(),
  );
  return new LearnedPolicy({ config, params });
}
