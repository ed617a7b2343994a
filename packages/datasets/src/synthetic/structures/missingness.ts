/**
 * Missing values by a known mechanism: at random, in blocks, by the clock, or by the value itself (its own, which no
 * observer can test, or an earlier one). Sees the complete values, before any other missingness; a mask never depends
 * on another mask.
 */
import { z } from 'zod';
import { namedStream } from '../named-key.js';
import type { Span } from '../placement.js';
import { drawWidths, placeStructure, rangeWithin, spanSchema, wholeNumber, widthSchema } from './places.js';
import type { PlantContext, Planted } from './structure.js';

const share = z.number().min(0).max(1);

/** First and last reading of each field of the clock. */
const readings = { hour: [0, 23], weekday: [0, 6], month: [1, 12] } as const;

const mechanisms = [
  z.strictObject({
    type: z.literal('random'),
    /** Probability of each step to be missing. */
    rate: share.default(0.05),
  }),
  z.strictObject({
    type: z.literal('blocks'),
    count: wholeNumber.default(1),
    /** Steps of a block, or the least and the most. */
    width: widthSchema.default([10, 20]),
    /** Least number of steps between two blocks. */
    minSpacing: z.int().min(1).default(1),
  }),
  z.strictObject({
    type: z.literal('value'),
    /** Mean probability over the series, before `within` cuts it. */
    rate: share.default(0.1),
    /** Which values are missing more often: `extreme` are those far from the mean on either side. */
    of: z.enum(['high', 'low', 'extreme']).default('high'),
    /** Log odds per sd of the values. */
    strength: z.number().nonnegative().default(2),
    /** The value that decides lies so many steps back; 0 is the value itself. */
    lag: wholeNumber.default(0),
  }),
  z
    .strictObject({
      type: z.literal('clock'),
      /** `hour` counts 0 to 23, `weekday` 0 (Sunday) to 6, `month` 1 to 12, in UTC. */
      field: z.enum(['hour', 'weekday', 'month']).default('hour'),
      /** Readings of the clock at which values go missing. */
      values: z.array(wholeNumber).readonly().default([1, 2, 3, 4, 5]),
      /** Probability at these readings. */
      rate: share.default(0.5),
      /** Probability at all others. */
      elsewhere: share.default(0),
    })
    .refine(({ field, values }) => {
      const [first, last] = readings[field];
      return values.every((value) => value >= first && value <= last);
    }, 'values that the clock shows'),
] as const;

export const missingnessSchema = z.strictObject({
  kind: z.literal('missingness'),
  name: z.string().min(1).default('missingness'),
  mechanism: z
    .discriminatedUnion('type', mechanisms, 'random, blocks, value or clock')
    .prefault({ type: 'random' }),
  /** Steps that may go missing. Default: all. */
  within: spanSchema.optional(),
});

/** The events are the runs of missing steps. */
export interface PlantedMissingness extends Planted<'missingness', z.output<typeof missingnessSchema>, Span> {
  /** Chance of each step to be missing, shape `[T]`; absent for blocks, which are not drawn step by step. */
  readonly probability?: Float64Array;
}

/**
 * @param complete values without any missingness, shape `[T]`
 * @throws TesseraError PLAN_IMPOSSIBLE
 */
export function plantMissingness(
  options: z.output<typeof missingnessSchema>,
  context: PlantContext,
  complete: Float64Array,
): PlantedMissingness {
  const { mechanism, name } = options;
  const { length } = context.time;
  const planted = { kind: 'missingness', name, options } as const;
  const missing = new Uint8Array(length);
  if (mechanism.type === 'blocks') {
    for (const { start, end } of blocks(options, mechanism, context)) missing.fill(1, start, end);
    return { ...planted, events: runs(missing), effect: { missing } };
  }
  const probability = probabilities(mechanism, context, complete);
  const within = rangeWithin(context, options);
  probability.fill(0, 0, within.start).fill(0, within.end);
  const stream = namedStream(context.key, 'steps');
  for (let t = 0; t < length; t++) missing[t] = stream.uniform() < probability[t] ? 1 : 0;
  return { ...planted, events: runs(missing), effect: { missing }, probability };
}

type Mechanism = z.output<typeof missingnessSchema>['mechanism'];
type MechanismOf<Type extends Mechanism['type']> = Extract<Mechanism, { type: Type }>;

function blocks(
  options: z.output<typeof missingnessSchema>,
  { count, width, minSpacing }: MechanismOf<'blocks'>,
  context: PlantContext,
): Span[] {
  const widths = drawWidths(context, count, width);
  const within = { start: 0, end: context.time.length };
  return placeStructure(context, options, { widths, gap: minSpacing, within });
}

function probabilities(
  mechanism: MechanismOf<'random' | 'value' | 'clock'>,
  context: PlantContext,
  complete: Float64Array,
): Float64Array {
  const { time } = context;
  switch (mechanism.type) {
    case 'random':
      return new Float64Array(time.length).fill(mechanism.rate);
    case 'clock': {
      const { values, rate, elsewhere, field } = mechanism;
      const at = new Set(values);
      return Float64Array.from({ length: time.length }, (_, t) =>
        at.has(clockReading(time.timeAt(t), field)) ? rate : elsewhere,
      );
    }
    case 'value':
      return byValue(mechanism, complete);
  }
}

function clockReading(time: number, field: 'hour' | 'weekday' | 'month'): number {
  const date = new Date(time);
  if (field === 'hour') return date.getUTCHours();
  return field === 'weekday' ? date.getUTCDay() : date.getUTCMonth() + 1;
}

/** Logistic in the standardised value, with the intercept that gives the asked mean. Before the lag, the value is average. */
function byValue({ rate, of, strength, lag }: MechanismOf<'value'>, complete: Float64Array): Float64Array {
  const { length } = complete;
  if (rate === 0 || rate === 1) return new Float64Array(length).fill(rate);
  const mean = complete.reduce((sum, value) => sum + value, 0) / length;
  const sd = Math.sqrt(complete.reduce((sum, value) => sum + (value - mean) ** 2, 0) / length);
  const score = new Float64Array(length);
  for (let t = lag; t < length; t++) {
    const standardised = sd === 0 ? 0 : (complete[t - lag] - mean) / sd;
    if (of === 'high') score[t] = strength * standardised;
    else if (of === 'low') score[t] = -strength * standardised;
    else score[t] = strength * Math.abs(standardised);
  }
  const meanAt = (intercept: number) =>
    score.reduce((sum, each) => sum + logistic(intercept + each), 0) / length;
  // The intercept lies within the largest score of the one that a constant series would need.
  const centre = Math.log(rate / (1 - rate));
  const reach = score.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  let [low, high] = [centre - reach, centre + reach];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (meanAt(middle) < rate) low = middle;
    else high = middle;
  }
  return score.map((each) => logistic(high + each));
}

function logistic(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}

/** The runs of ones of a mask. */
function runs(mask: Uint8Array): Span[] {
  const spans: Span[] = [];
  let start = -1;
  for (let t = 0; t <= mask.length; t++) {
    if (mask[t] === 1) {
      if (start < 0) start = t;
    } else if (start >= 0) {
      spans.push({ start, end: t });
      start = -1;
    }
  }
  return spans;
}
