/** The arms of the honest comparison: one backbone, one budget of tokens, and one thing that differs. */
import { type LongWorkOptions, parseOptions, RandomStream, randomKey } from '@tessera/core';
import { type FittedPatchForecaster, patchForecaster, trainJointly } from '@tessera/forecast';
import {
  LearnedPolicy,
  type PatchPolicy,
  policyConfigSchema,
  policyFromName,
  policyLayout,
} from '@tessera/patching';
import { z } from 'zod';
import { eventTruthPolicy } from './event-truth.js';
import { type EventData, type EventSplit, eventSplit } from './event-windows.js';

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

export const armSettingsSchema = z.strictObject({
  /** Steps per patch at least: the budget of tokens is lookback / rate. */
  rate: z.int().min(1),
  /** Of the patch transformer, without what the arm decides. */
  model: z.record(z.string(), z.json()),
  training: z.record(z.string(), z.json()),
  /** Of the learned policy and its learning, as `trainJointly` takes them. */
  policy: z.record(z.string(), z.json()).default({}),
  joint: z.record(z.string(), z.json()).default({}),
  convolution: z.record(z.string(), z.json()),
});
export type ArmSettings = z.output<typeof armSettingsSchema>;

export interface FittedArm {
  readonly fitted: FittedPatchForecaster;
  readonly policy: PatchPolicy | undefined;
}

/** How strongly the weights of a policy that never learned differ from zero. */
const randomWeightSd = 0.5;

/**
 * @param choose loss on the validation windows, to pick a size by
 * @param otherTask the task whose policy is put in front of this one, for `learned-zero-shot`
 */
export async function fitArm(
  arm: ArmName,
  split: EventSplit,
  settings: ArmSettings,
  seed: number,
  choose: (fitted: FittedPatchForecaster) => Promise<number>,
  otherTask: EventData,
  work: LongWorkOptions,
): Promise<FittedArm> {
  const { rate, convolution } = settings;
  const training = { ...settings.training, seed };
  const even = (patchLength: number, more: object) =>
    patchForecaster({
      model: { ...settings.model, patchLength, stride: patchLength, ...more },
      training,
    }).fit(split.fit, work);
  const by = async (policy: PatchPolicy): Promise<FittedArm> => ({
    fitted: await patchForecaster({ model: settings.model, training }, policy).fit(split.fit, work),
    policy,
  });
  const joint = async (set: EventSplit, learns: boolean) => {
    const policy = { ...settings.policy, rates: [rate] };
    const options = { ...settings.joint, model: settings.model, training, policy, learns };
    return trainJointly(set.fit, options, work);
  };
  switch (arm) {
    case 'uniform-flatten':
      return { fitted: await even(rate, {}), policy: undefined };
    case 'uniform-conv':
      return { fitted: await even(rate, { convolution }), policy: undefined };
    case 'uniform':
      return {
        fitted: await bestSize([rate, 2 * rate], (size) => even(size, { convolution }), choose),
        policy: undefined,
      };
    case 'random':
      return by(policyFromName('random', rate));
    case 'frozen-random':
      return by(frozenRandom({ ...settings.policy, rates: [rate] }, seed));
    case 'changepoint':
    case 'surprise':
      return by(policyFromName(arm, rate));
    case 'event-truth':
      return by(eventTruthPolicy(split.deciding, rate));
    case 'sampled-random':
    case 'learned': {
      const { fitted, policy } = await joint(split, arm === 'learned');
      return { fitted, policy };
    }
    case 'learned-zero-shot': {
      const { policy, fitted } = await joint(eventSplit(otherTask), true);
      fitted.dispose();
      return by(policy);
    }
  }
}

async function bestSize(
  sizes: readonly number[],
  fit: (size: number) => Promise<FittedPatchForecaster>,
  choose: (fitted: FittedPatchForecaster) => Promise<number>,
): Promise<FittedPatchForecaster> {
  let best = await fit(sizes[0]);
  let least = await choose(best);
  for (const size of sizes.slice(1)) {
    const next = await fit(size);
    const loss = await choose(next);
    const worse = loss < least ? best : next;
    if (loss < least) [best, least] = [next, loss];
    worse.dispose();
  }
  return best;
}

/** A policy whose weights were drawn and never changed. */
function frozenRandom(options: object, seed: number): LearnedPolicy {
  const config = parseOptions(policyConfigSchema, options, 'frozen-random');
  const stream = new RandomStream(randomKey(seed));
  const params = Float32Array.from(
    { length: policyLayout(config).size },
    () => randomWeightSd * stream.normal(),
  );
  return new LearnedPolicy({ config, params });
}
