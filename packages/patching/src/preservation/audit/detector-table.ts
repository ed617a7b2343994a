/** Every detector by name, as an audit runs them, and which of them run unless told otherwise. */
import type { TimeAxis } from '@tessera/core';
import {
  detectMeanChanges,
  detectOnlineChanges,
  detectTrendChanges,
  detectVarianceChanges,
} from '../detectors/changes/index.js';
import { detectMissingness } from '../detectors/missingness/index.js';
import { detectRareStretches, detectRegimes } from '../detectors/regimes/index.js';
import { detectHampelSpikes, detectResidualSpikes, detectSpectralSpikes } from '../detectors/spikes/index.js';
import type { Detection } from '../structures/detection.js';

/**
 * Detections of one channel.
 *
 * @param options of the detector, checked by it
 * @param time of the steps, where there is a clock to hold them against
 */
type Detector = (
  channel: string,
  values: Float64Array,
  options: Readonly<Record<string, unknown>>,
  time: TimeAxis | undefined,
) => readonly Detection[];

/** What an audit asks of changes: by the deviation of the whole series a trend of its own size would hide every bend. */
const byNoise = { noise: 'local' } as const;

const table = {
  'hampel-spikes': (...given) => [detectHampelSpikes(given[0], given[1], given[2])],
  'residual-spikes': (...given) => [detectResidualSpikes(given[0], given[1], given[2])],
  'spectral-spikes': (...given) => [detectSpectralSpikes(given[0], given[1], given[2])],
  'mean-changes': (...given) => [detectMeanChanges(given[0], given[1], { ...byNoise, ...given[2] })],
  'trend-changes': (...given) => [detectTrendChanges(given[0], given[1], { ...byNoise, ...given[2] })],
  'variance-changes': (...given) => [detectVarianceChanges(given[0], given[1], { ...byNoise, ...given[2] })],
  'online-changes': (...given) => [detectOnlineChanges(given[0], given[1], given[2])],
  missingness: detectMissingness,
  'rare-stretches': (...given) => [detectRareStretches(given[0], given[1], given[2])],
  regimes: (...given) => [detectRegimes(given[0], given[1], given[2])],
} as const satisfies Record<string, Detector>;

export type DetectorName = keyof typeof table;

export const detectorNames = [
  'hampel-spikes',
  'residual-spikes',
  'spectral-spikes',
  'mean-changes',
  'trend-changes',
  'variance-changes',
  'online-changes',
  'missingness',
  'rare-stretches',
  'regimes',
] as const satisfies readonly DetectorName[];

/** All but the online one, which tells what was known while the values came in. */
export const defaultDetectors: readonly DetectorName[] = detectorNames.filter(
  (name) => name !== 'online-changes',
);

/** Whether a detector looks for changes, which it is shown without the season: a season hides them. */
export function isOfChanges(name: DetectorName): boolean {
  return name.endsWith('-changes');
}

export function detectorOf(name: DetectorName): Detector {
  return table[name];
}
