/**
 * Which planted structures patches erase, from how they were planted and never from the checker.
 *
 * The noise is white with a known sd and the effect of every structure is known step by step. A reader of the summaries who knows where
 * the structure is and what shape it has, but not the level of the series around it, tells it from noise with a detectability
 * `d`: the length of the effect in the figures that survive, in units of their noise, once everything that an unknown level (and
 * trend) could explain is taken out. At a threshold of three sigma such a reader finds it in half of all cases at d = 3; it is erased where
 * that chance is under 5 %, kept where it is above 95 %, and borderline between: there no verdict on one series is the right one.
 * Patterns of missing values have no noise: a gap is erased where no patch lies wholly in it.
 */

import { normalTail } from '@tessera/patching/preservation';

/** What is kept of a patch. */
export type PlantedSummary = 'mean' | 'linear' | 'first-last' | 'min-max-first-last';

export interface Truth {
  readonly isErased: boolean;
  /** No verdict on one series is the right one. */
  readonly isBorderline: boolean;
  /** Chance that the ideal reader does not find it. */
  readonly idealMiss: number;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Three sigma. */
const threshold = 3;
/** 95 % point of the standard normal, one-sided: power 5 % and 95 % lie so far from the threshold. */
const doubt = 1.645;

export function truthOf(detectability: number): Truth {
  const short = threshold - detectability;
  const oneTail = normalTail(short) / 2;
  return {
    isErased: short > 0,
    isBorderline: Math.abs(short) <= doubt,
    idealMiss: short > 0 ? 1 - oneTail : oneTail,
  };
}

/** A truth without noise. */
export function certain(isErased: boolean): Truth {
  return { isErased, isBorderline: false, idealMiss: isErased ? 1 : 0 };
}

/** Whether the raw series shows a structure beyond doubt. */
export function isClear({ isErased, isBorderline }: Truth): boolean {
  return !isErased && !isBorderline;
}

/** The figures that survive of the patches that meet `within`, as rows of weights on steps, orthonormal within a patch. */
export function survivingRows(
  summary: PlantedSummary,
  patches: readonly Span[],
  within: Span,
  values: Float64Array,
): ReadonlyMap<number, number>[] {
  return patches
    .filter(({ start, end }) => start < within.end && end > within.start)
    .flatMap((patch) => rowsOf(summary, patch, values));
}

function rowsOf(summary: PlantedSummary, { start, end }: Span, values: Float64Array): Map<number, number>[] {
  const steps = Array.from({ length: end - start }, (_, i) => start + i);
  const count = steps.length;
  if (summary === 'mean' || summary === 'linear') {
    const mean = new Map(steps.map((t) => [t, 1 / Math.sqrt(count)]));
    if (summary === 'mean' || count === 1) return [mean];
    const centre = (start + end - 1) / 2;
    const spread = Math.sqrt(steps.reduce((sum, t) => sum + (t - centre) ** 2, 0));
    return [mean, new Map(steps.map((t) => [t, (t - centre) / spread]))];
  }
  const kept = new Set([start, end - 1]);
  if (summary === 'min-max-first-last') {
    kept.add(steps.reduce((a, b) => (values[b] < values[a] ? b : a)));
    kept.add(steps.reduce((a, b) => (values[b] > values[a] ? b : a)));
  }
  return [...kept].map((t) => new Map([[t, 1]]));
}

/**
 * Detectability of an effect in what survives: its length after projection on the complement of the nuisances, over the noise.
 *
 * @param effect by step, in the unit of the values
 * @param nuisances what is not known of the series around it, by step
 */
export function detectability(
  rows: readonly ReadonlyMap<number, number>[],
  effect: (step: number) => number,
  nuisances: readonly ((step: number) => number)[],
  noiseSd: number,
): number {
  const seen = (by: (step: number) => number) =>
    rows.map((row) => [...row].reduce((sum, [t, weight]) => sum + weight * by(t), 0));
  const basis: number[][] = [];
  for (const nuisance of nuisances) {
    const rest = without(seen(nuisance), basis);
    const size = Math.hypot(...rest);
    if (size > 1e-9) basis.push(rest.map((each) => each / size));
  }
  return Math.hypot(...without(seen(effect), basis)) / noiseSd;
}

/** Twice, so that rounding leaves no trace of the basis. */
function without(vector: readonly number[], basis: readonly (readonly number[])[]): number[] {
  let rest = [...vector];
  for (let pass = 0; pass < 2; pass++) {
    for (const unit of basis) {
      const share = rest.reduce((sum, each, i) => sum + each * unit[i], 0);
      rest = rest.map((each, i) => each - share * unit[i]);
    }
  }
  return rest;
}

/** Figures of the patches that lie wholly in `within`. */
export function wholeFigures(
  summary: PlantedSummary,
  patches: readonly Span[],
  within: Span,
  values: Float64Array,
): number {
  const whole = patches.filter(({ start, end }) => start >= within.start && end <= within.end);
  return survivingRows(summary, whole, within, values).length;
}

/**
 * Detectability of a change of variance from so many independent figures on each side, less the two of a line: the log ratio of
 * the variances over the sd of the log of a chi-square, whose variance is the trigamma function of half its degrees of freedom.
 */
export function varianceDetectability(ratioOfSds: number, before: number, after: number): number {
  if (before <= 2 || after <= 2) return 0;
  return (
    Math.abs(2 * Math.log(ratioOfSds)) / Math.sqrt(trigamma((before - 2) / 2) + trigamma((after - 2) / 2))
  );
}

/** The series itself, its tail as an integral. */
function trigamma(x: number): number {
  const terms = 1000;
  let sum = 0;
  for (let k = 0; k < terms; k++) sum += 1 / (x + k) ** 2;
  return sum + 1 / (x + terms - 0.5);
}

/** Steps by which a structure may lie elsewhere however clear it is; that of the Turing change point data set. */
export const leastMargin = 5;
/** More would reach the next structure. */
const mostMargin = 128;
/** 95 % of the estimated places of a step of size d in noise of sd 1 lie within this many steps over d squared (Bai 1997). */
const stepReach = 11;
/** Half-width of a 95 % interval of a normal estimate. */
const normalReach = 1.96;

/**
 * Steps within which the most likely place of a structure lies in 95 of 100 series, at least `leastMargin`: so far off even a reader of the
 * raw series puts it who knows what to look for.
 *
 * Source: Bai, Estimation of a Change Point in Multiple Regression Models (1997), for the distribution around a step.
 *
 * @param size of the step, in sds of the noise
 */
export function stepMargin(size: number): number {
  return bounded(stepReach / size ** 2);
}

/** Of a change of variance: a step tells size^2 / 2 about its side at each value, and the ratio of sds r tells (ln r)^2. */
export function varianceMargin(ratioOfSds: number): number {
  return stepMargin(Math.SQRT2 * Math.log(ratioOfSds));
}

/** Of a bend: its place is a parameter like any other. @param information detectability of a move by one step */
export function bendMargin(information: number): number {
  return bounded(normalReach / information);
}

function bounded(steps: number): number {
  return Math.min(mostMargin, Math.max(leastMargin, Math.ceil(steps)));
}

/** Greatest share of a patch that lies in a stretch. */
export function greatestShare({ start, end }: Span, patches: readonly Span[]): number {
  return Math.max(
    ...patches.map(
      (patch) => (Math.min(patch.end, end) - Math.max(patch.start, start)) / (patch.end - patch.start),
    ),
  );
}
