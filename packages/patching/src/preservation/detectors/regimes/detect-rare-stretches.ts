/**
 * Rare regimes too short to be cut out by their shape: stretches in which what the base leaves unexplained is louder or quieter than elsewhere, which
 * an oscillation, another level or another noise all are. Scored step by step by how much likelier a normal of 2 (or 1/2) times the deviation
 * is than the base; a stretch counts where its sum is larger than any of such a series would be by chance. One step scores at most what
 * 4.5 deviations give, so that a spike is no regime.
 *
 * The chance is exact for independent steps in large samples (Karlin and Altschul), for whatever distribution they have; steps that remain dependent
 * make it too small. What is common is no rarity: a state that holds `rareShare` or more is not reported. O(T log T)
 */
import { parseOptions } from '@tessera/core';
import { z } from 'zod';
import type { Detection } from '../../structures/detection.js';
import type { Structure } from '../../structures/structure.js';
import { observedSteps } from '../observed-steps.js';
import { baseNoise } from './base-noise.js';
import { maximalSegments, type ScoredStretch } from './maximal-segments.js';

const detector = 'rare-stretches';

const schema = z.strictObject({
  /** Steps of a season to take away first; 1 for none. */
  season: z.int().min(1).default(1),
  /** Least steps of a stretch. */
  minLength: z.int().min(2).default(8),
  /** A state with a smaller share of the observed steps, that holds two least lengths, is rare. */
  rareShare: z.number().min(0).max(1).default(0.05),
  /** Chance that a series of independent steps shows one such stretch. */
  significance: z.number().gt(0).lt(1).default(1e-3),
});

export type RareStretchOptions = z.input<typeof schema>;

/** Deviations beyond which a step scores no more. */
const clip = 4.5;
/** The unit is sought up to here; scores that would need a larger one are taken as if they had this, which makes chances too large. */
const mostUnit = 16;
/** Steps below which the score cannot be calibrated on the series itself. */
const leastSteps = 100;

/** Deviations of the two states, over that of the base. */
const states = [
  { state: 0, ratio: 2 },
  { state: 1, ratio: 0.5 },
] as const;

/**
 * One structure of kind `rare-regime` for each stretch.
 *
 * The statistic is the sum of scores in natural units, whose chance is `T exp(-statistic)`. Details: `state` (0 louder, 1 quieter), `visits`
 * and `occupancy` of the state, and `ratio`, the root mean square of the stretch over the robust deviation of all.
 *
 * Sources: Karlin and Altschul, Methods for Assessing the Statistical Significance of Molecular Sequence Features (PNAS 1990); Ruzzo and
 * Tompa (ISMB 1999) for the stretches.
 *
 * @param values shape `[T]`, NaN where missing; a gap counts as no time
 * @throws TesseraError OPTIONS_INVALID, NUMBER_INFINITE
 */
export function detectRareStretches(
  channel: string,
  values: Float64Array,
  options: RareStretchOptions = {},
): Detection {
  const resolved = parseOptions(schema, options, detector);
  const { minLength, rareShare, significance, season } = resolved;
  const { missing, steps, values: observed } = observedSteps(channel, values);
  const base = { detector, options: resolved, missing, structures: [] };
  const notAssessable = (reason: string): Detection => ({ ...base, status: 'not-assessable', reason });
  const least = Math.max(leastSteps, 3 * season);
  if (observed.length < least) {
    return notAssessable(`${observed.length} observed steps, and a base to compare with needs ${least}`);
  }
  const noise = baseNoise(observed, steps, season);
  if (noise === undefined) return notAssessable('at least half of the steps have no noise to compare with');

  const count = observed.length;
  const threshold = Math.log(count / significance);
  const structures: Structure[] = [];
  for (const { state, ratio } of states) {
    const scores = likelihoodScores(noise, ratio);
    const unit = naturalUnit(scores);
    if (unit === undefined) continue;
    const found = maximalSegments(scores).filter(
      ({ start, end, sum }) => sum * unit >= threshold && end - start >= minLength,
    );
    const held = found.reduce((sum, { start, end }) => sum + end - start, 0);
    if (held < 2 * minLength || held >= rareShare * count) continue;
    for (const stretch of found) {
      const statistic = stretch.sum * unit;
      structures.push({
        kind: 'rare-regime',
        channel,
        start: steps[stretch.start],
        end: steps[stretch.end - 1] + 1,
        statistic,
        threshold,
        scale: 1,
        detector,
        pValue: -Math.expm1(-count * Math.exp(-statistic)),
        details: {
          state,
          visits: found.length,
          occupancy: held / count,
          ratio: rootMeanSquare(noise, stretch),
        },
      });
    }
  }
  structures.sort((a, b) => a.start - b.start);
  return structures.length > 0 ? { ...base, status: 'found', structures } : { ...base, status: 'none' };
}

/** Log-likelihood of a normal of deviation `ratio` less that of deviation 1. */
function likelihoodScores(noise: Float64Array, ratio: number): Float64Array {
  const weight = (1 - 1 / ratio ** 2) / 2;
  const offset = Math.log(ratio);
  return noise.map((value) => weight * Math.min(value * value, clip * clip) - offset);
}

/**
 * The factor at which scores of this series are log-likelihood ratios of something: the positive root of `mean exp(factor score) = 1`.
 * Undefined where scores do not fall on average, so that any stretch would grow with its length.
 */
function naturalUnit(scores: Float64Array): number | undefined {
  const { shares, means } = histogram(scores);
  const meanExponential = (factor: number) =>
    shares.reduce((sum, share, i) => sum + share * Math.exp(factor * means[i]), 0);
  const mean = shares.reduce((sum, share, i) => sum + share * means[i], 0);
  if (!(mean < 0)) return undefined;
  let high = 1;
  while (meanExponential(high) < 1 && high < mostUnit) high *= 2;
  let low = 0;
  for (let halving = 0; halving < 50; halving++) {
    const middle = (low + high) / 2;
    if (meanExponential(middle) < 1) low = middle;
    else high = middle;
  }
  return low;
}

/** Finer than a thousandth of the range of scores, and far cheaper to take the exponential of than every step. */
const bins = 4096;

function histogram(scores: Float64Array): { readonly shares: Float64Array; readonly means: Float64Array } {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const score of scores) {
    if (score < least) least = score;
    if (score > most) most = score;
  }
  const shares = new Float64Array(bins);
  const means = new Float64Array(bins);
  const width = (most - least) / bins;
  for (const score of scores) {
    const bin = width > 0 ? Math.min(bins - 1, Math.floor((score - least) / width)) : 0;
    shares[bin] += 1;
    means[bin] += score;
  }
  for (let bin = 0; bin < bins; bin++) {
    if (shares[bin] > 0) means[bin] /= shares[bin];
    shares[bin] /= scores.length;
  }
  return { shares, means };
}

function rootMeanSquare(noise: Float64Array, { start, end }: ScoredStretch): number {
  let squares = 0;
  for (let i = start; i < end; i++) squares += noise[i] ** 2;
  return Math.sqrt(squares / (end - start));
}
