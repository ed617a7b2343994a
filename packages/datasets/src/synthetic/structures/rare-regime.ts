/**
 * A rare regime: a small share of the series follows other dynamics, in a few stretches that are all alike: another
 * level, an oscillation of its own, other noise, less or more of the season. Where two regimes overlap, signals add
 * and the noise is that of the one listed later.
 */
import { z } from 'zod';
import { namedStream } from '../named-key.js';
import { dealSteps, type Span } from '../placement.js';
import { drawNoise } from '../signal/noise.js';
import { placeStructure, spanSchema, wholeNumber } from './places.js';
import { sizeShape, sizeUnit } from './sizes.js';
import type { PlantContext, Planted } from './structure.js';

export const rareRegimeSchema = z.strictObject({
  kind: z.literal('rare-regime'),
  name: z.string().min(1).default('rare-regime'),
  /** Share of all steps that the regime holds, rounded to whole steps. */
  share: z.number().min(0).max(1).default(0.04),
  /** Stretches the share is dealt to. */
  count: wholeNumber.default(2),
  /** Shortest stretch, in steps. */
  minLength: z.int().min(1).default(8),
  /** Least number of steps between two stretches. */
  minSpacing: z.int().min(1).default(20),
  /** Steps the regime must lie in. Default: all. */
  within: spanSchema.optional(),
  unit: sizeShape.unit,
  /** Added to the level, signed. */
  level: z.number().default(0),
  /** Sine that begins with phase 0 in every stretch. */
  oscillation: z
    .strictObject({
      /** Steps of one cycle, above 1. */
      period: z.number().gt(1).default(8),
      amplitude: z.number().nonnegative().default(3),
    })
    .prefault({}),
  noise: z
    .strictObject({
      /** Sd over that of the base noise. */
      ratio: z.number().nonnegative().default(1),
      /** Coefficient of an AR(1) process, in (-1, 1). */
      autocorrelation: z.number().gt(-1).lt(1).default(0),
    })
    .prefault({}),
  /** Multiplies the seasonalities. */
  seasonScale: z.number().default(1),
});

export interface PlantedRareRegime extends Planted<'rare-regime', z.output<typeof rareRegimeSchema>, Span> {
  /** Share of all steps that lie in the regime. */
  readonly share: number;
}

/** @throws TesseraError PLAN_IMPOSSIBLE, OPTIONS_INVALID */
export function plantRareRegime(
  options: z.output<typeof rareRegimeSchema>,
  context: PlantContext,
): PlantedRareRegime {
  const { count, minLength, minSpacing, oscillation, name } = options;
  const { length } = context.time;
  const steps = count === 0 ? 0 : Math.round(options.share * length);
  const events = placeStructure(context, options, {
    widths: dealSteps(namedStream(context.key, 'lengths'), {
      total: steps,
      count,
      minimum: minLength,
      subject: `structure "${name}"`,
    }),
    gap: minSpacing,
    within: { start: 0, end: length },
  });
  const unit = sizeUnit(context, options);
  const signal = new Float64Array(length);
  const seasonScale = new Float64Array(length).fill(1);
  const noise = new Float64Array(length).fill(Number.NaN);
  events.forEach(({ start, end }, i) => {
    for (let t = start; t < end; t++) {
      const angle = (2 * Math.PI * (t - start)) / oscillation.period;
      signal[t] = unit * (options.level + oscillation.amplitude * Math.sin(angle));
    }
    seasonScale.fill(options.seasonScale, start, end);
    const sd = options.noise.ratio * context.noiseSd;
    const stretch = drawNoise(namedStream(context.key, `noise ${i}`), end - start, { ...options.noise, sd });
    noise.set(stretch, start);
  });
  const share = steps / length;
  return {
    kind: 'rare-regime',
    name,
    options,
    events,
    effect: { signal, seasonScale, noise },
    share,
  };
}
