/**
 * Scores by which a stretch of one state is told from the base, step by step: the log-likelihood of the state less that of the base. Their
 * natural unit makes the chance of a sum known, whatever the distribution of the steps.
 *
 * Source: Karlin and Altschul, Methods for Assessing the Statistical Significance of Molecular Sequence Features (PNAS 1990).
 */

/** Deviations beyond which a step scores no more: a spike is no regime. */
const clip = 4.5;
/** The unit is sought up to here; scores that would need a larger one are taken as if they had this, which makes chances too large. */
const mostUnit = 16;

/** Of a normal of deviation `ratio` against that of deviation 1. */
export function spreadScores(noise: Float64Array, ratio: number): Float64Array {
  const weight = (1 - 1 / ratio ** 2) / 2;
  const offset = Math.log(ratio);
  return noise.map((value) => weight * Math.min(value * value, clip * clip) - offset);
}

/** Of a normal of mean `shift` against that of mean 0, both of deviation 1. */
export function levelScores(heights: Float64Array, shift: number): Float64Array {
  return heights.map((value) => shift * Math.max(-clip, Math.min(clip, value)) - shift ** 2 / 2);
}

/**
 * The factor at which scores of this series are log-likelihood ratios of something: the positive root of `mean exp(factor score) = 1`.
 * Undefined where scores do not fall on average, so that any stretch would grow with its length.
 */
export function naturalUnit(scores: Float64Array): number | undefined {
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
