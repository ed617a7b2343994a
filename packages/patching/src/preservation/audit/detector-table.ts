/** Every detector by name, as an audit runs them, and which of them run unless told otherwise. */
import type { TimeAxis } from '@tessera/core';
import { detectMeanChanges, detectOnlineChanges, detectVarianceChanges } from '../detectors/changes/index.js';
import { detectMissingness } from '../detectors/missingness/index.js';
import { detectRareStretches, detectRegimes } from '../detectors/regimes/index.js';
import { detectHampelSpikes, detectResidualSpikes, detectSpectralSpikes } from '../detectors/spikes/index.js';
import type { Detection } from '../structures/detection.js';
import { localLevel } from '../surviving/local-level.js';
import { pieceSteps, trendChangesInPieces } from './trend-changes-in-pieces.js';

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

/** Steps from which on a series is long for a search by lines. */
const longSteps = 2 * pieceSteps;

const table = {
  'hampel-spikes': (...given) => [detectHampelSpikes(given[0], given[1], given[2])],
  'residual-spikes': (...given) => [detectResidualSpikes(given[0], given[1], given[2])],
  'spectral-spikes': (...given) => [detectSpectralSpikes(given[0], given[1], given[2])],
  'mean-changes': (...given) => [detectMeanChanges(given[0], given[1], { ...byNoise, ...given[2] })],
  'trend-changes': (...given) => [trendChangesInPieces(given[0], given[1], { ...byNoise, ...given[2] })],
  'variance-changes': (...given) => [varianceChanges(given[0], given[1], { ...byNoise, ...given[2] })],
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

export function detectorOf(name: DetectorName): Detector {
  return table[name];
}

/**
 * In a long series around the local level instead of piecewise lines, unless asked for: its lines take longer than all other detectors
 * together, and a median follows bends as well as shifts.
 */
function varianceChanges(
  channel: string,
  values: Float64Array,
  options: Readonly<Record<string, unknown>>,
): Detection {
  if (options.residuals !== undefined || values.length <= longSteps)
    return detectVarianceChanges(channel, values, options);
  const level = localLevel(values);
  const distances = values.map((value, t) => value - level[t]);
  return detectVarianceChanges(channel, distances, { ...options, residuals: 'mean' });
}
