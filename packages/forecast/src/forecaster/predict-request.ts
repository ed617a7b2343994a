/** What a caller asks of a fitted forecaster, checked once for all forecasters and with every default filled in. */
import { parseOptions, TesseraError } from '@tessera/core';
import { z } from 'zod';
import { type Levels, resolveLevels } from '../forecast/levels.js';
import type { PredictOptions } from './forecaster.js';

export interface PredictRequest extends Levels {
  readonly horizon: number;
}

const steps = z.int('a whole number of steps').min(1, 'at least 1 step');
const schema = z.strictObject({
  horizon: steps.optional(),
  levels: z.array(z.number('a number')).readonly().default([80, 95]),
  quantiles: z.array(z.number('a number')).readonly().default([]),
  context: z.unknown().optional(),
  future: z.unknown().optional(),
});

/**
 * @param fittedHorizon the horizon it was fitted for: the default
 * @param longest the longest horizon it can answer; default any
 * @throws TesseraError OPTIONS_INVALID, LEVEL_INVALID, HORIZON_TOO_LONG
 */
export function resolvePredict(
  name: string,
  options: PredictOptions,
  fittedHorizon: number,
  longest: number = Number.POSITIVE_INFINITY,
): PredictRequest {
  const { horizon = fittedHorizon, levels, quantiles } = parseOptions(schema, options, `${name} predict`);
  if (horizon > longest) {
    throw new TesseraError({
      code: 'HORIZON_TOO_LONG',
      argument: `${name} predict options.horizon`,
      expected: `at most ${longest} steps, the horizon it was fitted for`,
      found: `${horizon}`,
      wayOut: `Fit with { horizon: ${horizon} }`,
    });
  }
  return { horizon, ...resolveLevels(levels, quantiles) };
}

const fitSchema = z.object({ horizon: steps.optional() });

/** The horizon of a fit. @throws TesseraError OPTIONS_INVALID */
export function resolveFitHorizon(name: string, horizon: number | undefined, season: number): number {
  return parseOptions(fitSchema, { horizon }, `${name} fit`).horizon ?? season;
}
