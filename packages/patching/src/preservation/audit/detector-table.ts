/** Every detector by name, as an audit runs them, and which of them run unless told otherwise. */
import { detectRareStretches } from '../detectors/regimes/detect-rare-stretches.js';
import { detectRegimes } from '../detectors/regimes/detect-regimes.js';
import type { Detection } from '../structures/detection.js';

type Detector = (
  channel: string,
  values: Float64Array,
  options: Readonly<Record<string, unknown>>,
) => Detection;

const table = {
  'rare-stretches': detectRareStretches,
  regimes: detectRegimes,
} as const satisfies Record<string, Detector>;

export type DetectorName = keyof typeof table;

export const detectorNames = ['rare-stretches', 'regimes'] as const satisfies readonly DetectorName[];

export const defaultDetectors: readonly DetectorName[] = ['rare-stretches', 'regimes'];

export function detectorOf(name: DetectorName): Detector {
  return table[name];
}
