/** The detectors of changes and spikes by name, as the benchmark runs them. */
import {
  type Detection,
  detectHampelSpikes,
  detectMeanChanges,
  detectOnlineChanges,
  detectResidualSpikes,
  detectSpectralSpikes,
  detectTrendChanges,
  detectVarianceChanges,
} from '@tessera/patching/preservation';

const table = {
  mean: detectMeanChanges,
  trend: detectTrendChanges,
  variance: detectVarianceChanges,
  online: detectOnlineChanges,
  hampel: detectHampelSpikes,
  residual: detectResidualSpikes,
  spectral: detectSpectralSpikes,
} as const;

export type DetectorArm = keyof typeof table;
export const detectorArms = [
  'mean',
  'trend',
  'variance',
  'online',
  'hampel',
  'residual',
  'spectral',
] as const satisfies readonly DetectorArm[];

export function isSpikeDetector(name: DetectorArm): boolean {
  return name === 'hampel' || name === 'residual' || name === 'spectral';
}

export function runDetector(
  name: DetectorArm,
  values: Float64Array,
  options: Readonly<Record<string, unknown>>,
): Detection {
  return table[name]('y', values, options);
}
