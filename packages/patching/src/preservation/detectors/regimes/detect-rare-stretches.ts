/**
 * Rare regimes too short to be cut out by their shape: stretches that are higher or lower than elsewhere, or in which what the base leaves
 * unexplained is louder or quieter, as in an oscillation. Scored step by step by how much likelier a normal of another level, or of 2 (or 1/2)
 * times the deviation, is than the base; a stretch counts where its sum is larger than any of such a series would be by chance, and its
 * ends are put where its own level and deviation make them likeliest. Of stretches that overlap the likeliest stays.
 *
 * The chance is exact for independent steps in large samples (Karlin and Altschul), for whatever distribution they have; steps that remain dependent
 * make it too small. What is common is no rarity: a state that holds `rareShare` or more is not reported. O(T log T)
 */
import { parseOptions } from '@tessera/core';
import { z } from 'zod';
import type { Detection } from '../../structures/detection.js';
import type { Structure } from '../../structures/structure.js';
import { median } from '../median.js';
import { observedSteps } from '../observed-steps.js';
import { type BaseSeries, baseSeries } from './base-series.js';
import { maximalSegments } from './maximal-segments.js';
import { levelScores, naturalUnit, spreadScores } from './stretch-scores.js';

const detector = 'rare-stretches';

const schema = z.strictObject({
  /** Steps of a season to take away first; 1 for none. */
  season: z.int().min(1).default(1),
  /** Least steps of a stretch. Default 6: fewer are a spike to the filter of Hampel. */
  minLength: z.int().min(2).default(6),
  /** A state with a smaller share of the observed steps, that holds two least lengths, is rare. */
  rareShare: z.number().min(0).max(1).default(0.05),
  /** Chance that a series of independent steps shows one such stretch. */
  significance: z.number().gt(0).lt(1).default(1e-3),
});

export type RareStretchOptions = z.input<typeof schema>;

/** Steps below which the score cannot be calibrated on the series itself. */
const leastSteps = 100;

interface State {
  /** As it is numbered in the details. */
  readonly state: number;
  readonly of: keyof BaseSeries;
  /** Log-likelihood against the base, step by step. */
  readonly scores: (base: Float64Array) => Float64Array;
  /** The same for the level or deviation that a stretch has itself. */
  readonly ownScores: (base: Float64Array, inside: Float64Array) => Float64Array;
}

/** A stretch is put where its own deviation says, if it is at least so far from that of the base. */
const leastRatio = 1.2;

const bySpread = (state: number, ratio: number): State => ({
  state,
  of: 'noise',
  scores: (base) => spreadScores(base, ratio),
  ownScores: (base, inside) => {
    const own = rootMeanSquare(inside);
    return spreadScores(base, ratio > 1 ? Math.max(own, leastRatio) : Math.min(own, 1 / leastRatio));
  },
});
const byLevel = (state: number, shift: number): State => ({
  state,
  of: 'heights',
  scores: (base) => levelScores(base, shift),
  ownScores: (base, inside) => levelScores(base, median(inside)),
});

/** Twice the deviation or half of it; two deviations up or down. */
const states = [bySpread(0, 2), bySpread(1, 0.5), byLevel(2, 2), byLevel(3, -2)];

/**
 * One structure of kind `rare-regime` for each stretch.
 *
 * The statistic is the sum of scores in natural units, whose chance is `4 T exp(-statistic)` for four states. Details: `state` (0 louder,
 * 1 quieter, 2 higher, 3 lower), `visits` and `occupancy` of the state, `ratio`, the root mean square of what is unexplained in the stretch over the
 * robust deviation of all, and `height`, the median distance from the middle of the series in units of its noise.
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
  const about = { detector, options: resolved, missing, structures: [] };
  const notAssessable = (reason: string): Detection => ({ ...about, status: 'not-assessable', reason });
  const least = Math.max(leastSteps, 3 * season);
  if (observed.length < least) {
    return notAssessable(`${observed.length} observed steps, and a base to compare with needs ${least}`);
  }
  const base = baseSeries(observed, steps, season);
  if (base === undefined) return notAssessable('at least half of the steps have no noise to compare with');

  const count = observed.length;
  const places = states.length * count;
  const threshold = Math.log(places / significance);
  const found = states.flatMap((state): FoundStretch[] => {
    const own = stretchesOf(state, base[state.of], threshold).filter(
      ({ start, end }) => end - start >= minLength,
    );
    const held = own.reduce((sum, { start, end }) => sum + end - start, 0);
    if (held < 2 * minLength || held >= rareShare * count) return [];
    return own.map((each) => ({ ...each, state: state.state, visits: own.length, occupancy: held / count }));
  });
  const structures = apart(found).map(
    ({ start, end, statistic, ...details }): Structure => ({
      kind: 'rare-regime',
      channel,
      start: steps[start],
      end: steps[end - 1] + 1,
      statistic,
      threshold,
      scale: 1,
      detector,
      pValue: -Math.expm1(-places * Math.exp(-statistic)),
      details: {
        ...details,
        ratio: rootMeanSquare(base.noise.subarray(start, end)),
        height: median(base.heights.subarray(start, end)),
      },
    }),
  );
  return structures.length > 0 ? { ...about, status: 'found', structures } : { ...about, status: 'none' };
}

interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly statistic: number;
}

interface FoundStretch extends Stretch {
  readonly state: number;
  readonly visits: number;
  readonly occupancy: number;
}

/** Stretches of a state that chance would not make, each with its likeliest ends. */
function stretchesOf(
  { of, scores: scoresOf, ownScores }: State,
  base: Float64Array,
  threshold: number,
): Stretch[] {
  const scores = scoresOf(base);
  const natural = naturalUnit(scores);
  if (natural === undefined) return [];
  // Heights are in units of the long run: a larger unit would take the memory of the steps for evidence.
  const unit = of === 'heights' ? Math.min(natural, 1) : natural;
  return maximalSegments(scores)
    .filter(({ sum }) => sum * unit >= threshold)
    .map(({ start, end, sum }) => {
      const from = Math.max(0, start - (end - start));
      const to = Math.min(base.length, end + (end - start));
      const own = maximalSegments(ownScores(base.subarray(from, to), base.subarray(start, end)));
      const best = own.reduce((a, b) => (b.sum > a.sum ? b : a), {
        start: start - from,
        end: end - from,
        sum: 0,
      });
      return { start: from + best.start, end: from + best.end, statistic: sum * unit };
    });
}

/** Of those that overlap the one with the larger statistic; by start. */
function apart(found: readonly FoundStretch[]): FoundStretch[] {
  const kept: FoundStretch[] = [];
  for (const each of found.toSorted((a, b) => b.statistic - a.statistic)) {
    if (kept.every(({ start, end }) => each.end <= start || each.start >= end)) kept.push(each);
  }
  return kept.sort((a, b) => a.start - b.start);
}

function rootMeanSquare(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}
