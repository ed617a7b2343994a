/**
 * Standard scaling of one window by itself, so that windows of different level and spread look alike to a model.
 *
 * Source: Kim et al., Reversible Instance Normalization for Accurate Time-Series Forecasting against Distribution Shift
 * (ICLR 2022), without its learned affine map, which belongs to the model.
 */
import { z } from 'zod';
import { parseOptions } from '../options/parse-options.js';
import { affineScaling } from './fitted-scalers.js';
import { observedValues } from './observed-values.js';
import type { Scaler } from './scaler.js';
import { moments } from './standard.js';

export interface InstanceScalerOptions {
  /** Added to the variance, in squared units of the channel. Default 1e-5, as in the authors’ code. */
  readonly epsilon?: number | undefined;
}

const schema = z.strictObject({ epsilon: z.number().positive().default(1e-5) });

/**
 * `(x - mean) / sqrt(variance + epsilon)`; fit it on one window. O(T). A window without any spread is degenerate and has
 * scale 1, not the root of epsilon.
 *
 * @throws TesseraError OPTIONS_INVALID
 */
export function instanceScaler(options?: InstanceScalerOptions): Scaler {
  const { epsilon } = parseOptions(schema, options, 'instanceScaler');
  return {
    name: 'instance',
    fit(values, observed) {
      const { mean, variance } = moments(observedValues(values, observed));
      return affineScaling('instance', mean, variance > 0 ? Math.sqrt(variance + epsilon) : 0);
    },
  };
}
