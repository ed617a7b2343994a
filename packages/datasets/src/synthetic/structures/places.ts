/**
 * The options that say where a structure’s events lie, and the spans that follow from them: at the caller’s steps, or
 * drawn so that every arrangement which keeps the distances is equally likely.
 */
import { TesseraError } from '@tessera/core';
import { z } from 'zod';
import { namedStream } from '../named-key.js';
import { fixedSpans, placeSpans, type Span } from '../placement.js';
import type { PlantContext } from './structure.js';

export const wholeNumber = z.int('a whole number').nonnegative('a number from 0 on');

export const spanSchema = z
  .strictObject({ start: wholeNumber, end: wholeNumber })
  .refine(({ start, end }) => start <= end, 'start <= end')
  .readonly();

/** Steps an event lasts: one number, or the least and the most of a range to draw from. */
export const widthSchema = z
  .union(
    [z.int().min(1), z.tuple([z.int().min(1), z.int().min(1)]).readonly()],
    'whole steps or [least, most]',
  )
  .transform((given): readonly [number, number] => (typeof given === 'number' ? [given, given] : given))
  .refine(([least, most]) => least <= most, 'least <= most');

/** A width for each of `count` events. */
export function drawWidths(
  context: PlantContext,
  count: number,
  [least, most]: readonly [number, number],
): number[] {
  const stream = namedStream(context.key, 'widths');
  return Array.from({ length: count }, () => stream.integer(least, most + 1));
}

/** Options of where and how many; pass the object through `resolveCount`. */
export const placementShape = {
  /** How many, at places drawn from the key. Default 1, or as many as `at` has. */
  count: wholeNumber.optional(),
  /** First steps, instead of drawn ones. */
  at: z.array(wholeNumber).readonly().optional(),
  /** Steps the structure must lie in. Default: all. */
  within: spanSchema.optional(),
};

interface Placement {
  readonly count?: number | undefined;
  readonly at?: readonly number[] | undefined;
  readonly within?: Span | undefined;
}

export const countMessage = 'count to be left out, or to be the number of entries in at';

export function countsAgree({ count, at }: Placement): boolean {
  return count === undefined || at === undefined || count === at.length;
}

export function resolveCount<Options extends Placement>(
  options: Options,
): Options & { readonly count: number } {
  return { ...options, count: options.at?.length ?? options.count ?? 1 };
}

/** The steps a structure may use: those asked for, or all. @throws TesseraError PLAN_IMPOSSIBLE where they pass the end */
export function rangeWithin(
  { time }: PlantContext,
  { within, name }: { readonly within?: Span | undefined; readonly name: string },
): Span {
  if (within === undefined) return { start: 0, end: time.length };
  if (within.end <= time.length) return within;
  throw new TesseraError({
    code: 'PLAN_IMPOSSIBLE',
    argument: `structure "${name}" within`,
    expected: `steps of [0, ${time.length})`,
    found: `[${within.start}, ${within.end})`,
    wayOut: 'Let the range end with the series, or make the series longer',
  });
}

/** The spans of a structure: where `at` says, else drawn. @throws TesseraError PLAN_IMPOSSIBLE */
export function placeStructure(
  context: PlantContext,
  options: Placement & { readonly name: string },
  plan: { readonly widths: readonly number[]; readonly gap: number; readonly within: Span },
): Span[] {
  const { at, name } = options;
  const asked = rangeWithin(context, options);
  const within = {
    start: Math.max(asked.start, plan.within.start),
    end: Math.min(asked.end, plan.within.end),
  };
  const whole = { ...plan, within, subject: `structure "${name}"` };
  return at === undefined ? placeSpans(namedStream(context.key, 'positions'), whole) : fixedSpans(at, whole);
}

/** First steps of changes that leave segments of at least `minSegment` steps, the outer ones included. */
export function placeChanges(
  context: PlantContext,
  options: Placement & { readonly name: string; readonly count: number; readonly minSegment: number },
): number[] {
  const { count, minSegment } = options;
  const spans = placeStructure(context, options, {
    widths: new Array<number>(count).fill(1),
    gap: minSegment - 1,
    within: { start: minSegment, end: context.time.length - minSegment + 1 },
  });
  return spans.map(({ start }) => start);
}
