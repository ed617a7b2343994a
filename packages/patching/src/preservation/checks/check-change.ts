/**
 * Does a change of level or trend survive? The difference of the two sides as a contrast, in standard errors of the raw noise. The
 * step at which it happens is judged apart: a pooled patch that straddles it moves it to one of its own ends.
 */
import { changeMeasures } from '../report/measure-names.js';
import type { CheckResult, Verdict } from '../report/report-schema.js';
import { studentTail } from '../significance/tail-probability.js';
import type { Structure } from '../structures/structure.js';
import { differenceSd, isRemembering, meanInflation } from '../surviving/noise-memory.js';
import { euclideanNorm, hasFigure, type SurvivingSeries } from '../surviving/surviving-series.js';
import { bestSplit } from './best-split.js';
import {
  type ChangeMeasure,
  type Contrast,
  changeContrast,
  contrastOf,
  type Sides,
} from './change-contrast.js';
import { changeStory } from './change-story.js';
import type { CheckContext } from './check-context.js';
import { checkResult, notAssessable, scanPValue } from './check-result.js';
import { judgeSize } from './judge-size.js';
import { prewhitenedChange } from './prewhitened-change.js';
import { sideNoise } from './side-noise.js';
import { firstFrom, sidesOf } from './sides-of.js';

const measures = {
  'mean-change': ['level'],
  // A piecewise line may jump as well as bend; what the raw series shows most of is asked for.
  'trend-change': ['slope', 'jump'],
} as const satisfies Record<string, readonly ChangeMeasure[]>;

export interface MeasuredChange {
  readonly measure: ChangeMeasure;
  /** In the unit of the channel (per step for a slope). */
  readonly rawSize: number;
  readonly survivingSize: number;
  /** Standard errors of both. */
  readonly rawError: number;
  readonly survivingError: number;
  /** Degrees of freedom of the noise that both errors come from. */
  readonly freedom: number;
}

/** @param changes all changes of the kind, by start */
export function checkChange(
  structure: Structure & { readonly kind: 'mean-change' | 'trend-change' },
  context: CheckContext,
  changes: readonly Structure[],
): CheckResult {
  const { kind, start } = structure;
  const { raw, settings, patches } = context;
  const about = { ruleId: `${kind}-survival`, measure: changeMeasures[measures[kind][0]] } as const;
  const sides = sidesOf(start, changes, raw.length, settings.reach);
  const change = largestChange(kind, sides, context);
  if (change === undefined) {
    return notAssessable(structure, context, { ...about, reason: 'too few observations on one side' });
  }
  const { before, after, pValue, shrunk } = sizesOf(change, structure, sides, context);
  const judgement = judgeSize(before, after, settings);
  const moved = movement(sides, change.measure !== 'level', change, context);
  return checkResult(structure, context, {
    ...about,
    measure: changeMeasures[change.measure],
    raw: before,
    surviving: after,
    threshold: settings.threshold,
    ratio: judgement.ratio,
    interval: judgement.interval,
    verdict: placed(judgement.verdict, moved, structure, changes, context),
    pValue,
    reason: judgement.reason,
    details: {
      rawSize: change.rawSize,
      survivingSize: change.survivingSize,
      standardError: change.rawError * shrunk,
      offset: moved.offset,
      straddles: patches.start(patches.patchOf(start)) === start ? 0 : 1,
    },
  });
}

/** What the raw series shows most of; undefined where a side has too few observations. */
function largestChange(
  kind: keyof typeof measures,
  sides: Sides,
  context: CheckContext,
): MeasuredChange | undefined {
  // On a slope the means of both sides differ by the slope as well.
  const isOnSlope =
    kind === 'mean-change' && changeStory(context.raw, sides, context.memory)?.hasSlope === true;
  const measured = (asked: readonly ChangeMeasure[]) =>
    asked.flatMap((measure) => measureChange(measure, sides, context) ?? []);
  const onSlope = isOnSlope ? measured(['jump']) : [];
  const all = onSlope.length > 0 ? onSlope : measured(measures[kind]);
  const size = ({ rawSize, rawError }: MeasuredChange) => Math.abs(rawSize / rawError);
  return all.length === 0 ? undefined : all.reduce((most, each) => (size(each) > size(most) ? each : most));
}

interface ChangeSizes {
  /** In standard errors, raw and surviving. */
  readonly before: number;
  readonly after: number;
  readonly pValue: number;
  /** What the standard error of the raw size shrank to, of 1, where the memory of the noise is known. */
  readonly shrunk: number;
}

/**
 * In noise that remembers a jump stands out of one step more than a mean out of the other. What survives of it does as far as one patch
 * stands out of the next.
 */
function sizesOf(
  change: MeasuredChange,
  structure: Structure,
  sides: Sides,
  context: CheckContext,
): ChangeSizes {
  const { raw, surviving, patches, memory } = context;
  const before = change.rawSize / change.rawError;
  const after = survivingStatistic(change);
  const chanceOf = (size: number, freedom: number) =>
    scanPValue(size, structure, context, (each) => studentTail(each, freedom));
  const plain = { before, after, pValue: chanceOf(before, change.freedom), shrunk: 1 };
  if (!isRemembering(memory)) return plain;
  const { statistic, freedom } = prewhitenedChange(change.measure, sides, raw, memory);
  // Where gaps leave no values in a row, the larger error of the plain one has to do.
  if (!Number.isFinite(statistic)) return plain;
  const pValue = chanceOf(statistic, freedom);
  const growth = statistic / before;
  // A size that is no larger than its own error cannot be scaled.
  if (!(growth > 1 && Math.abs(before) >= 1)) return { ...plain, pValue };
  const steps = surviving.pools ? patches.lengthOf(patches.patchOf(sides.at)) : 1;
  const kept = (growth * differenceSd(memory, 1)) / differenceSd(memory, steps);
  return { before: statistic, after: after * Math.max(1, kept), pValue, shrunk: 1 / growth };
}

/** The surviving size in its own standard errors; 0 where no noise survives and so nothing else. */
export function survivingStatistic({ survivingSize, survivingError }: MeasuredChange): number {
  return survivingError > 0 ? survivingSize / survivingError : Number.isNaN(survivingSize) ? Number.NaN : 0;
}

/** The size of a change in the raw series and in what survives; undefined where a side has too few observations. */
export function measureChange(
  measure: ChangeMeasure,
  sides: Sides,
  { raw, surviving, memory }: CheckContext,
): MeasuredChange | undefined {
  const contrast = changeContrast(measure, sides, (t) => !Number.isNaN(raw[t]));
  if (contrast === undefined) return undefined;
  const { sd, inflation, freedom } = sideNoise(raw, sides, measure !== 'level', memory);
  const unit = Math.max(sd * inflation, leastNoise(raw, sides));
  const shared = sharedContrast(measure, sides, contrast, raw, surviving);
  return {
    measure,
    rawSize: contrastOf(raw, contrast),
    rawError: unit * euclideanNorm(contrast.weights),
    survivingSize: shared === undefined ? Number.NaN : contrastOf(surviving.values, shared),
    survivingError: shared === undefined ? Number.NaN : unit * noiseOf(shared, surviving),
    freedom,
  };
}

/** The contrast over the steps that survive with figures of their own; the raw one where all do. */
function sharedContrast(
  measure: ChangeMeasure,
  sides: Sides,
  contrast: Contrast,
  raw: Float64Array,
  surviving: SurvivingSeries,
): Contrast | undefined {
  for (let t = sides.from; t < sides.to; t++) {
    if (hasFigure(surviving, t) || Number.isNaN(raw[t])) continue;
    return changeContrast(measure, sides, (step) => !Number.isNaN(raw[step]) && hasFigure(surviving, step));
  }
  return contrast;
}

function noiseOf({ weights, offset }: Contrast, surviving: CheckContext['surviving']): number {
  const noise = surviving.noiseSd(weights, offset);
  // Rounding leaves a trace of noise where the summary left none.
  return noise > 1e-9 * euclideanNorm(weights) ? noise : 0;
}

/** A series without any noise still has the rounding of its numbers. */
function leastNoise(values: Float64Array, { from, to }: Sides): number {
  let greatest = 0;
  for (let t = from; t < to; t++) greatest = Math.max(greatest, Math.abs(values[t]) || 0);
  return greatest * Number.EPSILON;
}

interface Movement {
  /** Steps from where the raw series puts the change to where what survives puts it. */
  readonly offset: number;
  /** Whether what survives contradicts the raw place by more than the noise explains. */
  readonly isClear: boolean;
}

function movement(sides: Sides, hasSlope: boolean, change: MeasuredChange, context: CheckContext): Movement {
  const { raw, surviving, patches, settings, memory } = context;
  const longest = patches.lengthOf(patches.patchOf(sides.at));
  const within = Math.min(settings.reach, longest + settings.margin);
  const before = bestSplit(raw, sides, within, hasSlope);
  const after = bestSplit(surviving.values, sides, within, hasSlope);
  const { sd } = sideNoise(raw, sides, hasSlope, memory);
  const worse = after.squaresAt(before.at) - after.squaresAt(after.at);
  const isThere = Math.abs(survivingStatistic(change)) >= settings.threshold;
  return {
    offset: after.at - before.at,
    isClear: isThere && worse > settings.threshold ** 2 * sd ** 2 * meanInflation(memory),
  };
}

function placed(
  verdict: Verdict,
  { offset, isClear }: Movement,
  structure: Structure,
  changes: readonly Structure[],
  { surviving, patches, settings }: CheckContext,
): Verdict {
  if (verdict !== 'preserved' && verdict !== 'attenuated') return verdict;
  const patch = patches.patchOf(structure.start);
  const isStraddled = patches.start(patch) < structure.start;
  if (surviving.pools && isStraddled) {
    const [start, end] = [patches.start(patch), patches.end(patch)];
    for (let i = firstFrom(changes, start + 1); i < changes.length && changes[i].start < end; i++) {
      if (changes[i].start !== structure.start) return 'merged';
    }
  }
  return isClear && Math.abs(offset) > settings.margin ? 'displaced' : verdict;
}
