export { asinhScaler } from './asinh.js';
export { type InstanceScalerOptions, instanceScaler } from './instance.js';
export { noScaler } from './none.js';
export { robustScaler } from './robust.js';
export {
  type FittedScaler,
  type FittedScalerData,
  type Scaler,
  type ScalerName,
  scalerNames,
} from './scaler.js';
export { fittedScalerFromJSON, scalerByName } from './scaler-by-name.js';
export { standardScaler } from './standard.js';
