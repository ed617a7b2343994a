import type { JointTrainingOptions } from './train-jointly.js';

/** Samples at the beginning of a patch that the forecaster reads raw, by default. */
const readAtOnce = 16;

/**
 * Options of `trainJointly` that find the steps a forecast hangs on: a scout teaches the policy, boundaries are then judged one at a time,
 * and the forecaster learns on draws of the policy. They are those of the arm `learned` in the comparison of patch policies, at a rate
 * of its own. Costs two to three times as much as learning from whole plans, the default of `trainJointly`, which found hardly any of
 * the deciding events there. One level: a scout teaches no coarser ones.
 *
 * ```ts
 * trainJointly(set, { model, training, ...scoutedLearning(32) })
 * ```
 *
 * @param rate steps per patch at least
 */
export function scoutedLearning(rate: number) {
  return {
    policy: {
      rates: [rate],
      width: 24,
      kernel: 9,
      dilations: [1, 2],
      anchors: { kind: 'uniform', share: 0.5 },
      // One boundary for an event and not a cluster; but an event may begin close to an anchor.
      spacing: Math.max(1, Math.floor(rate / 2)),
      anchorSpacing: Math.max(1, Math.floor(rate / 16)),
    },
    optimizer: { learningRate: 8e-4 },
    schedule: {
      warmup: 0.35,
      frozen: 0.2,
      frozenPlans: 'sampled',
      frozenSharpness: 3,
      policyRate: 'linear',
    },
    scout: {
      share: 0.33,
      occlusion: {
        width: Math.max(1, Math.min(readAtOnce, Math.floor(rate))),
        stride: Math.max(1, Math.floor(rate / 4)),
      },
    },
    candidates: { leash: 0.3 },
    judgedShare: 0.125,
  } as const satisfies JointTrainingOptions;
}
