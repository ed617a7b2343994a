/**
 * What a learned policy is made of, as plain data: stored with its weights, checked where it comes in. The reading of ReinPatch
 * (arXiv 2603.26097) is ours; every choice that the paper does not state is an option here.
 */
import { calendarCycles } from '@tessera/core';
import { z } from 'zod';

const share = z.number().gt(0).max(1).default(0.5);

export const policyConfigSchema = z
  .strictObject({
    /**
     * Steps per patch that each level keeps at least on average, from fine to coarse, strictly increasing: a window of L steps
     * has at most max(1, floor(L / rate)) patches there.
     */
    rates: z.array(z.number().min(1).max(1e9)).min(1).max(8).readonly().default([16]),
    /** A causal policy places a boundary at t from the steps up to t alone, and can be streamed. */
    isCausal: z.boolean().default(false),
    /** Channels of each convolution. */
    width: z.number().int().min(1).max(256).default(16),
    /** Taps of each convolution. */
    kernel: z.number().int().min(1).max(63).default(5),
    /** Steps between the taps, one convolution each; all of them are read out together. */
    dilations: z.array(z.number().int().min(1).max(4096)).min(1).max(12).readonly().default([1, 4]),
    /** Cycles of the calendar that the policy sees; they need windows with times. */
    calendar: z.array(z.enum(calendarCycles)).readonly().default([]),
    /**
     * `plackett-luce` draws exactly the number of boundaries that the rate allows, one after another by their softmax (the law of
     * Gumbel-top-K). `bernoulli` draws each step by itself, and the environment drops what is too much.
     */
    sampler: z.enum(['plackett-luce', 'bernoulli']).default('plackett-luce'),
    /**
     * Boundaries that are always on: an even grid over `share` of the patches, or whole multiples of a `period` in steps that
     * take at most that share. Grids end with the window; those of a causal policy begin with it.
     */
    anchors: z
      .discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('none') }),
        z.strictObject({ kind: z.literal('uniform'), share }),
        z.strictObject({ kind: z.literal('season'), share, period: z.number().int().positive() }),
      ])
      .prefault({ kind: 'uniform' }),
    /**
     * Fewest steps between two chosen boundaries at the finest level; coarser levels scale it by their rate. Default an
     * eighth of the finest rate, at least 1. Half the rate gives an event one boundary instead of a cluster.
     */
    spacing: z.number().int().positive().optional(),
    /**
     * Fewest steps between a chosen boundary and an anchor or the beginning of the window, scaled alike. Default the
     * spacing. An event may begin close to an anchor, so less can be better.
     */
    anchorSpacing: z.number().int().positive().optional(),
    /**
     * Steps that the policy chooses among: `all`, local maxima of the second difference (`curvature`), or local maxima of its own
     * logits (`response`). When they run out, the remaining boundaries are chosen among all steps.
     */
    proposals: z.enum(['all', 'curvature', 'response']).default('all'),
    /** Steps on either side that a proposal is the maximum of. */
    proposalRadius: z.number().int().positive().max(4096).default(2),
    /** Logits at which a causal policy opens a patch, one per level; `calibrateThresholds` finds them. Default 0 for each. */
    thresholds: z.array(z.number()).readonly().optional(),
  })
  .refine((c) => c.rates.every((rate, i) => i === 0 || rate > c.rates[i - 1]), {
    path: ['rates'],
    message: 'strictly increasing rates',
  })
  .refine((c) => c.spacing === undefined || c.spacing <= c.rates[0], {
    path: ['spacing'],
    message: 'at most the finest rate',
  })
  .refine((c) => c.anchorSpacing === undefined || c.anchorSpacing <= c.rates[0], {
    path: ['anchorSpacing'],
    message: 'at most the finest rate',
  })
  .refine((c) => !c.isCausal || c.proposals === 'all', {
    path: ['proposals'],
    message: '"all" for a causal policy, because a local maximum needs later steps',
  })
  // Else the first anchor would come before the running budget has room for it.
  .refine((c) => !c.isCausal || c.anchors.kind === 'none' || c.anchors.share <= 0.5, {
    path: ['anchors', 'share'],
    message: 'at most 0.5 for a causal policy',
  })
  .refine((c) => c.thresholds === undefined || c.thresholds.length === c.rates.length, {
    path: ['thresholds'],
    message: 'one threshold per rate',
  });

export type PolicyConfig = Readonly<z.output<typeof policyConfigSchema>>;
export type PolicyOptions = z.input<typeof policyConfigSchema>;
