/** The two ways in which values move once location and scale are known: in a straight line, and through asinh. */
import { TesseraError } from '../errors/tessera-error.js';
import type { FittedScaler, FittedScalerData, ScalerName } from './scaler.js';

/** The smallest double that has all its digits; dividing by less loses values. */
const smallestScale = 2 ** -1022;

/**
 * `(x - location) / scale`. Where there is no scale to divide by, it is 1 and the scaling is marked degenerate.
 *
 * @param scale 0 or NaN where there is no spread
 * @throws TesseraError NUMBER_INFINITE
 */
export function affineScaling(name: ScalerName, location: number, scale: number): FittedScaler {
  return new AffineScaling(dataOf(name, location, scale));
}

/** `asinh((x - location) / scale)`: linear near the location, logarithmic far from it. As `affineScaling` else. */
export function asinhScaling(location: number, scale: number): FittedScaler {
  return new AsinhScaling(dataOf('asinh', location, scale));
}

/** The scaling that data of a fitted scaler describes. */
export function scalingOf(data: FittedScalerData): FittedScaler {
  return data.name === 'asinh' ? new AsinhScaling(data) : new AffineScaling(data);
}

function dataOf(name: ScalerName, location: number, scale: number): FittedScalerData {
  const degenerate = !(scale >= smallestScale);
  if (Number.isFinite(location) && (degenerate || Number.isFinite(scale))) {
    // JSON knows no negative zero.
    return { name, location: location + 0, scale: degenerate ? 1 : scale, degenerate };
  }
  throw new TesseraError({
    code: 'NUMBER_INFINITE',
    argument: `values of the ${name} scaler`,
    expected: 'values whose mean and spread a double holds',
    found: `location ${location}, scale ${scale}`,
    wayOut: 'Give the values in a larger unit',
  });
}

class AffineScaling implements FittedScaler {
  readonly name: ScalerName;
  readonly location: number;
  readonly scale: number;
  readonly degenerate: boolean;

  constructor(data: FittedScalerData) {
    this.name = data.name;
    this.location = data.location;
    this.scale = data.scale;
    this.degenerate = data.degenerate;
  }

  transform(values: ArrayLike<number>, out?: Float64Array): Float64Array {
    const target = targetOf(values, out);
    const { location, scale } = this;
    for (let t = 0; t < target.length; t++) target[t] = (values[t] - location) / scale;
    return target;
  }

  inverse(values: ArrayLike<number>, out?: Float64Array): Float64Array {
    const target = targetOf(values, out);
    const { location, scale } = this;
    for (let t = 0; t < target.length; t++) target[t] = values[t] * scale + location;
    return target;
  }

  toJSON(): FittedScalerData {
    const { name, location, scale, degenerate } = this;
    return { name, location, scale, degenerate };
  }
}

class AsinhScaling extends AffineScaling {
  override transform(values: ArrayLike<number>, out?: Float64Array): Float64Array {
    const target = super.transform(values, out);
    for (let t = 0; t < target.length; t++) target[t] = Math.asinh(target[t]);
    return target;
  }

  override inverse(values: ArrayLike<number>, out?: Float64Array): Float64Array {
    const target = targetOf(values, out);
    const { location, scale } = this;
    for (let t = 0; t < target.length; t++) target[t] = Math.sinh(values[t]) * scale + location;
    return target;
  }
}

function targetOf(values: ArrayLike<number>, out: Float64Array | undefined): Float64Array {
  if (out === undefined) return new Float64Array(values.length);
  if (out.length === values.length) return out;
  throw new TesseraError({
    code: 'SHAPE_MISMATCH',
    argument: 'out',
    expected: `${values.length} entries, as many as values`,
    found: String(out.length),
    wayOut: 'Give an array of that length, or none',
  });
}
