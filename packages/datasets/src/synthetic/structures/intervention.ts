/**
 * An intervention at a known step, with an effect on level and slope: the terms `b2 D + b3 (t - T0) D` of an interrupted
 * time series. The frame lists it under the structure's name.
 *
 * Source: Bernal, Cummins and Gasparrini, Interrupted time series regression, Int. J. Epidemiology 46(1), 2017.
 */
import { TesseraError } from '@tessera/core';
import { z } from 'zod';
import type { Span } from '../placement.js';
import { wholeNumber } from './places.js';
import { sizeShape, sizeUnit } from './sizes.js';
import type { PlantContext, Planted } from './structure.js';

export const interventionSchema = z.strictObject({
  kind: z.literal('intervention'),
  name: z.string().min(1).default('intervention'),
  /** First step of the effect. */
  at: wholeNumber,
  /** First step after it. Default: it goes on to the end. */
  end: wholeNumber.optional(),
  unit: sizeShape.unit,
  /** Effect on the level, signed. */
  level: z.number().default(3),
  /** Effect on the slope per step, signed; 0 at the first step. */
  slope: z.number().default(0),
});

export interface InterventionEvent extends Span {
  /** In the unit of the values. */
  readonly level: number;
  /** In the unit of the values, per step. */
  readonly slope: number;
}

export type PlantedIntervention = Planted<
  'intervention',
  z.output<typeof interventionSchema>,
  InterventionEvent
>;

/** @throws TesseraError PLAN_IMPOSSIBLE, OPTIONS_INVALID */
export function plantIntervention(
  options: z.output<typeof interventionSchema>,
  context: PlantContext,
): PlantedIntervention {
  const { length } = context.time;
  const { at: start, end = length, name } = options;
  if (start >= end || end > length) {
    throw new TesseraError({
      code: 'PLAN_IMPOSSIBLE',
      argument: `structure "${name}"`,
      expected: `steps with at < end <= ${length}`,
      found: `[${start}, ${end})`,
      wayOut: 'Put the intervention inside the series',
    });
  }
  const unit = sizeUnit(context, options);
  const [level, slope] = [options.level * unit, options.slope * unit];
  const signal = new Float64Array(length);
  for (let t = start; t < end; t++) signal[t] = level + slope * (t - start);
  return { kind: 'intervention', name, options, events: [{ start, end, level, slope }], effect: { signal } };
}
