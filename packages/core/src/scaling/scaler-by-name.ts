/** Scalers as settings and fitted scalers as data: by name, and back from JSON. */
import { z } from 'zod';
import { TesseraError } from '../errors/tessera-error.js';
import { parseOptions } from '../options/parse-options.js';
import { asinhScaler } from './asinh.js';
import { scalingOf } from './fitted-scalers.js';
import { instanceScaler } from './instance.js';
import { noScaler } from './none.js';
import { robustScaler } from './robust.js';
import {
  type FittedScaler,
  type FittedScalerData,
  type Scaler,
  type ScalerName,
  scalerNames,
} from './scaler.js';
import { standardScaler } from './standard.js';

const byName: Readonly<Record<ScalerName, Scaler>> = {
  none: noScaler,
  standard: standardScaler,
  robust: robustScaler,
  instance: instanceScaler(),
  asinh: asinhScaler,
};

/** The scaler of that name, with its defaults. @throws TesseraError OPTIONS_INVALID */
export function scalerByName(name: string): Scaler {
  const found = scalerNames.find((each) => each === name);
  if (found !== undefined) return byName[found];
  throw new TesseraError({
    code: 'OPTIONS_INVALID',
    argument: 'scaler',
    expected: `one of ${scalerNames.join(', ')}`,
    found: JSON.stringify(name),
    wayOut: 'Use one of these names',
  });
}

const schema = z.strictObject({
  name: z.enum(scalerNames),
  location: z.number(),
  scale: z.number().positive(),
  degenerate: z.boolean(),
});

/** The fitted scaler that `toJSON` described; what comes from a file is checked. @throws TesseraError OPTIONS_INVALID */
export function fittedScalerFromJSON(data: FittedScalerData): FittedScaler {
  return scalingOf(parseOptions(schema, data, 'fittedScalerFromJSON'));
}
