/**
 * Does a structure survive in the tokens of an encoder? It is taken out of the window, and the move of the tokens that cover it is
 * held against how they move when only noise is added under them: the residuals of equally many steps from elsewhere.
 * Moves are compared along the direction in which the structure moves the tokens, so that figures which the noise moves and the
 * structure does not are no disadvantage. For an encoder that averages P steps this is A/sqrt(P), as for the mean itself.
 *
 * An encoder is not asked where a change lies, and a linear probe along one direction is a lower bound of what a reader could find.
 */
import { foldIn, type Key, RandomStream, TesseraError } from '@tessera/core';
import type { CheckResult } from '../report/report-schema.js';
import type { RuleId } from '../report/rule-ids.js';
import type { Structure } from '../structures/structure.js';
import { writeResiduals } from '../surviving/line-residuals.js';
import type { SeriesNoise } from '../surviving/series-noise.js';
import type { Span } from '../surviving/span.js';
import { euclideanNorm } from '../surviving/surviving-series.js';
import type { CheckContext } from './check-context.js';
import { checkResult, notAssessable } from './check-result.js';
import { withoutStructure } from './counterfactual.js';
import { judgeSize } from './judge-size.js';
import type { LatentChannel } from './latent-channel.js';
import { firstFrom, sidesOf } from './sides-of.js';

/** Length of the stretch that a line is fitted to over that of the residuals taken from its middle. */
const surroundingFactor = 8;
/** Sd of a normal distribution over its median absolute value: 1 / quantile(3/4). */
const sdPerMad = 1.4826;
/** Stretches that are tried before one with a structure in it is taken. */
const mostDraws = 50;
const measure = 'move of the tokens over the spread of neutral edits';

/** Where neutral edits come from. */
export interface LatentSource {
  /** Shape `[T]`, NaN where missing. */
  readonly raw: Float64Array;
  readonly noise: SeriesNoise;
  /** All structures of the channel, by start. */
  readonly structures: readonly Structure[];
}

/** Frozen size of each structure on the raw values, by the checks of an unchanged copy. */
export interface RawResult {
  readonly ruleId: RuleId;
  readonly raw: number | null;
  readonly pValue: number | null;
}

/**
 * One result for each raw one (an intervention has two: its level and slope are taken out together).
 *
 * @param edits neutral edits that make the spread; 64 hold it to about 15 % (1.17 / sqrt(64), the error of a MAD)
 */
export function checkLatent(
  structure: Structure,
  raws: readonly RawResult[],
  context: CheckContext,
  latent: LatentChannel,
  source: LatentSource,
  edits: number,
  key: Key,
): CheckResult[] {
  const move = measureMove(structure, context, latent, source, edits, key);
  return raws.map(({ ruleId, raw, pValue }) => {
    if (typeof move === 'string') return notAssessable(structure, context, { ruleId, measure, reason: move });
    const before = raw === null ? Number.NaN : Math.abs(raw);
    const isMask = structure.kind === 'gap' || structure.kind === 'missingness';
    // A mask has no size in units of noise: what counts is whether the tokens tell it from another one.
    const judgement = judgeSize(
      isMask ? Math.max(move, context.settings.threshold) : before,
      move,
      context.settings,
    );
    return checkResult(structure, context, {
      ruleId,
      measure,
      raw: before,
      surviving: move,
      threshold: context.settings.threshold,
      ratio: isMask ? Number.NaN : judgement.ratio,
      interval: isMask ? undefined : judgement.interval,
      verdict: judgement.verdict,
      pValue: pValue ?? Number.NaN,
      reason: judgement.reason,
    });
  });
}

/** How far the tokens move, in spreads of neutral edits; or why that cannot be told. */
function measureMove(
  structure: Structure,
  { raw, level, settings }: CheckContext,
  latent: LatentChannel,
  source: LatentSource,
  edits: number,
  key: Key,
): number | string {
  const window = latent.windowAround(structure);
  const alike = source.structures.filter(({ kind }) => kind === structure.kind);
  const sides = sidesOf(structure.start, alike, raw.length, settings.reach);
  const isChange =
    structure.end - structure.start === 1 && structure.kind !== 'spike' && structure.kind !== 'gap';
  const steps =
    isChange || structure.kind === 'intervention' ? { start: structure.start, end: window.end } : structure;
  const without = withoutStructure(structure, { raw, level }, window, sides, foldIn(key, 0));
  if (without === undefined) return 'its size cannot be told from the raw series';
  try {
    const neutral = latent.tokensOver(without, window, steps);
    const direction = difference(
      latent.tokensOver(raw.slice(window.start, window.end), window, steps),
      neutral,
    );
    const size = euclideanNorm(direction);
    if (size === 0) return 0;
    const covered = latent.coveredBy(latent.countTokens(without, window), window, steps);
    const moves = new Float64Array(edits);
    for (let edit = 0; edit < edits; edit++) {
      const edited = disturbed(without, window, covered, source, foldIn(key, edit + 1));
      const moved = difference(latent.tokensOver(edited, window, steps), neutral);
      moves[edit] = Math.abs(moved.reduce((sum, each, i) => sum + each * direction[i], 0)) / size;
    }
    // The median, because a stretch from elsewhere may hold a structure of its own.
    moves.sort();
    const spread = (sdPerMad * (moves[(edits - 1) >> 1] + moves[edits >> 1])) / 2;
    return spread > 0 ? size / spread : Number.POSITIVE_INFINITY;
  } catch (error) {
    if (TesseraError.is(error)) return error.message;
    throw error;
  }
}

/**
 * The window with the noise of an equally long stretch elsewhere added under the covered steps, scaled to the noise there. Of some
 * draws the first stretch is taken in whose surroundings no structure begins.
 */
function disturbed(
  values: Float64Array,
  window: Span,
  covered: Span,
  { raw, noise, structures }: LatentSource,
  key: Key,
): Float64Array {
  const length = covered.end - covered.start;
  // A line through a much longer stretch leaves the slow part of the noise in the residuals.
  const surroundings = Math.min(raw.length, surroundingFactor * length);
  const stream = new RandomStream(key);
  let from = 0;
  for (let draw = 0; draw < mostDraws; draw++) {
    from = stream.integer(0, raw.length - surroundings + 1);
    const next = structures[firstFrom(structures, from + 1)];
    if (next === undefined || next.start >= from + surroundings) break;
  }
  const residuals = new Float64Array(surroundings).fill(Number.NaN);
  writeResiduals(raw, from, from + surroundings, true, residuals);
  const first = (surroundings - length) >> 1;
  const edited = values.slice();
  for (let i = 0; i < length; i++) {
    const there = noise.at(from + first + i);
    const residual = there > 0 ? (residuals[first + i] / there) * noise.at(covered.start + i) : 0;
    if (!Number.isNaN(residual)) edited[covered.start - window.start + i] += residual;
  }
  return edited;
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  if (a.length === b.length) return a.map((value, i) => value - b[i]);
  throw new TesseraError({
    code: 'SHAPE_MISMATCH',
    argument: 'tokens of the encoder',
    expected: `${b.length} figures over the same steps of an edited window`,
    found: String(a.length),
    wayOut: 'Give windows of one length the same number of tokens of the same size',
  });
}
