/**
 * How certain a change is in noise that remembers: values and the shape of the change are both freed from what the values before foretell,
 * and the change is estimated in what is left, which is white. In a slow wave a jump then stands against one step of the wave and not
 * against all of it; a difference of means cannot do that.
 *
 * Source: generalised least squares by prewhitening, after Cochrane and Orcutt (JASA 1949).
 */
import { leastSquares } from '../detectors/interventions/least-squares.js';
import type { NoiseMemory } from '../surviving/noise-memory.js';
import { prewhitening } from '../surviving/prewhitening.js';
import type { ChangeMeasure, Sides } from './change-contrast.js';

/** Values beyond the figures of the fit that its error is taken from. */
const leastFreedom = 4;

export interface PrewhitenedChange {
  /** The change over its standard error; NaN where there are too few values. */
  readonly statistic: number;
  /** Degrees of freedom of the error. */
  readonly freedom: number;
}

/** O(steps) @param values NaN where missing; a step counts where it and what foretells it are known */
export function prewhitenedChange(
  measure: ChangeMeasure,
  { from, at, to }: Sides,
  values: Float64Array,
  memory: NoiseMemory,
): PrewhitenedChange {
  const { steps, whiten } = prewhitening(values, from, to, memory);
  const level = whiten(() => 1);
  const step = whiten((t) => (t >= at ? 1 : 0));
  const columns =
    measure === 'level'
      ? [level, step]
      : [level, step, whiten((t) => t - at), whiten((t) => Math.max(0, t - at))];
  const freedom = steps.length - columns.length;
  const tooFew = { statistic: Number.NaN, freedom: Math.max(1, freedom) };
  if (freedom < leastFreedom) return tooFew;
  const fit = leastSquares(
    columns,
    whiten((t) => values[t]),
  );
  if ('dependent' in fit) return tooFew;
  const asked = measure === 'slope' ? 3 : 1;
  const squares = fit.residuals.reduce((sum, residual) => sum + residual * residual, 0);
  const error = Math.sqrt((squares / freedom) * fit.inverse[asked][asked]);
  return { statistic: fit.coefficients[asked] / error, freedom };
}
