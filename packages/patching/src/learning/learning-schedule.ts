/**
 * Who learns when, and from which plans, as plain data: the forecaster first warms up on random plans, then both learn, then the
 * policy rests and the forecaster settles. The shares are those of our own trials, not the paper’s.
 */
import { parseOptions } from '@tessera/core';
import { z } from 'zod';

export const learningScheduleSchema = z
  .strictObject({
    /** Updates in all. */
    steps: z.number().int().positive(),
    /** Share of the updates on random plans, with the policy at rest. */
    warmup: z.number().min(0).max(1).default(0.2),
    /** Share of the updates at the end with the policy frozen. */
    frozen: z.number().min(0).max(1).default(0.3),
    /**
     * In between, `joint`: both learn in every update. `alternating`: the policy for `period` updates, then the forecaster for as
     * many. `policy`: the policy alone, against a forecaster that is frozen throughout.
     */
    mode: z.enum(['joint', 'alternating', 'policy']).default('joint'),
    period: z.number().int().positive().default(10),
    /** What the forecaster warms up on: random plans, or draws of the policy where that has learned before. */
    warmupPlans: z.enum(['random', 'sampled']).default('random'),
    /** What it settles on. Plans that are always the same are also fingerprints of the windows; draws cannot be learned by heart. */
    frozenPlans: z.enum(['greedy', 'sampled']).default('greedy'),
    /** What logits are multiplied by for those draws: the higher, the nearer they are to the plans that the policy will make. */
    frozenSharpness: z.number().min(1).default(1),
  })
  .refine((s) => s.warmup + s.frozen <= 1, { path: ['frozen'], message: 'at most 1 together with warmup' });

export type LearningScheduleOptions = z.input<typeof learningScheduleSchema>;

export interface LearningPhase {
  readonly name: 'warmup' | 'joint' | 'policy' | 'forecaster' | 'frozen';
  /** The half-open range of updates. */
  readonly from: number;
  readonly to: number;
  /** Where plans come from: the same space without an opinion, the policy’s draws, or its deterministic plan. */
  readonly plans: 'random' | 'sampled' | 'greedy';
  /** What logits are multiplied by before plans are drawn. */
  readonly sharpness: number;
  readonly policyLearns: boolean;
  readonly forecasterLearns: boolean;
}

/** The phases in order; empty ones are left out. @throws TesseraError OPTIONS_INVALID */
export function learningSchedule(options: LearningScheduleOptions): readonly LearningPhase[] {
  const schedule = parseOptions(learningScheduleSchema, options, 'learningSchedule');
  const { steps, warmup, frozen, mode, period } = schedule;
  const drawn = { plans: 'sampled', sharpness: 1 } as const;
  if (mode === 'policy') {
    return [{ name: 'policy', from: 0, to: steps, ...drawn, policyLearns: true, forecasterLearns: false }];
  }
  const begin = Math.round(warmup * steps);
  const end = Math.max(begin, steps - Math.round(frozen * steps));
  const phases: LearningPhase[] = [
    {
      name: 'warmup',
      from: 0,
      to: begin,
      plans: schedule.warmupPlans,
      sharpness: 1,
      policyLearns: false,
      forecasterLearns: true,
    },
  ];
  if (mode === 'joint') {
    phases.push({
      name: 'joint',
      from: begin,
      to: end,
      ...drawn,
      policyLearns: true,
      forecasterLearns: true,
    });
  } else {
    for (let from = begin, i = 0; from < end; from += period, i++) {
      const policyLearns = i % 2 === 0;
      phases.push({
        name: policyLearns ? 'policy' : 'forecaster',
        from,
        to: Math.min(end, from + period),
        ...drawn,
        policyLearns,
        forecasterLearns: !policyLearns,
      });
    }
  }
  phases.push({
    name: 'frozen',
    from: end,
    to: steps,
    plans: schedule.frozenPlans,
    sharpness: schedule.frozenSharpness,
    policyLearns: false,
    forecasterLearns: true,
  });
  return phases.filter(({ from, to }) => to > from);
}

/** The phase of an update, counted from 0; the last one beyond the end. O(phases). */
export function phaseAt(phases: readonly LearningPhase[], step: number): LearningPhase {
  return phases.find(({ to }) => step < to) ?? phases[phases.length - 1];
}

/** What is left at a step of something that falls in a straight line from 1 at the policy’s first update to 0 after its last. O(phases). */
export function policyTimeLeft(phases: readonly LearningPhase[], step: number): number {
  const own = phases.filter(({ policyLearns }) => policyLearns);
  const [from, to] = [own[0]?.from ?? 0, own.at(-1)?.to ?? 0];
  return Math.min(1, Math.max(0, (to - step) / (to - from)));
}
