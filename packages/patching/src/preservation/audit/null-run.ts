/** The false alarms of an audit’s own settings: the same detectors, summary and checks on noise that holds nothing. */
import { foldIn, type Key } from '@tessera/core';
import { Patches } from '../../patches/index.js';
import { gradeChecks, isAlert } from '../report/grade.js';
import type { NullRun } from '../report/report-schema.js';
import { resolveRules } from '../report/rules.js';
import type { NoiseMemory } from '../surviving/noise-memory.js';
import type { Survives } from '../surviving/survival-form.js';
import type { ResolvedAuditOptions } from './audit-options.js';
import { checkChannel } from './check-channel.js';
import type { DetectorName } from './detector-table.js';
import { findStructures } from './find-structures.js';
import { nullSeries } from './null-series.js';
import { pause } from './pause.js';

const name = 'null';
/** Child of the channel’s key; those of its structures count up from 0 and there are never as many. */
const nullChild = 2 ** 32 - 1;

/**
 * The false-alarm rate on one null series of `points` steps, cut as the audited series is at its beginning.
 *
 * @param sd of the noise of the audited channel; 1 is taken where it has none
 * @throws TesseraError OPTIONS_INVALID, OPERATION_ABORTED
 */
export async function nullRun(
  sd: number,
  memory: NoiseMemory,
  points: number,
  patches: Patches,
  survives: Survives,
  names: readonly DetectorName[],
  options: ResolvedAuditOptions,
  key: Key,
  signal: AbortSignal | undefined,
): Promise<NullRun> {
  await pause(signal);
  const series = nullSeries(sd > 0 ? sd : 1, memory, points, foldIn(key, nullChild));
  const ends = [...patches.toEnds().filter((end) => end < points), points];
  const found = await findStructures(name, series, undefined, names, [], options, signal);
  const cut = Patches.fromEnds(ends, points);
  const { checks } = await checkChannel(name, series, cut, survives, found, options, key, signal);
  const graded = gradeChecks(checks, resolveRules(options.rules), options.falseDiscoveryRate);
  const alarms = graded.filter(isAlert).length;
  return {
    method: 'normal noise with the scale and memory of each channel, cut by its patches',
    seed: options.seed,
    points,
    alarms,
    alarmsPer1000: (alarms / points) * 1000,
  };
}
