/** What all spike detectors do around their scores: skip what is missing, join neighbours, and say when nothing can be judged. */
import type { Detection } from '../../structures/detection.js';
import type { Structure } from '../../structures/structure.js';
import { type ObservedSteps, observedSteps } from '../observed-steps.js';

/** A score per observed value. */
export interface SpikeScores {
  /** Signed; at least the threshold in size where there is a spike. */
  readonly statistics: Float64Array;
  readonly threshold: number;
  /** One unit of the statistic at a value, in the unit of the channel. */
  scaleAt(index: number): number;
  /** NaN where there is none. */
  pValueAt(index: number): number;
  /** What the value is measured from. */
  levelAt(index: number): number;
}

export interface SpikeSearch {
  readonly detector: string;
  readonly channel: string;
  readonly values: Float64Array;
  readonly options: Readonly<Record<string, unknown>>;
  /** Fewest observed values that can be judged. */
  readonly leastValues: number;
  /** Undefined where all values are as good as equal. */
  readonly score: (observed: ObservedSteps) => SpikeScores | undefined;
}

/**
 * Scores the observed values and makes one spike of each run of neighbouring steps that reach the threshold on the same side; its
 * figures are those of its farthest step, which is the detail `peak`. The detail `level` is what that step is measured from.
 *
 * @throws TesseraError NUMBER_INFINITE
 */
export function detectionOfSpikes(search: SpikeSearch): Detection {
  const { detector, channel, options, leastValues } = search;
  const observed = observedSteps(channel, search.values);
  const { missing } = observed;
  const count = observed.values.length;
  if (count < leastValues) {
    const reason = `${count} observed values, and ${leastValues} are the least among which one can stand out`;
    return { detector, options, structures: [], status: 'not-assessable', reason, missing };
  }
  const scores = search.score(observed);
  const structures = scores === undefined ? [] : spikes(scores, observed.steps, { channel, detector });
  return { detector, options, structures, status: structures.length > 0 ? 'found' : 'none', missing };
}

function spikes(
  scores: SpikeScores,
  steps: Int32Array,
  about: Pick<Structure, 'channel' | 'detector'>,
): Structure[] {
  const { statistics, threshold } = scores;
  const found: Structure[] = [];
  for (let i = 0; i < statistics.length; i++) {
    if (!(Math.abs(statistics[i]) >= threshold)) continue;
    const first = i;
    let peak = i;
    while (
      i + 1 < statistics.length &&
      steps[i + 1] === steps[i] + 1 &&
      Math.sign(statistics[i + 1]) === Math.sign(statistics[first]) &&
      Math.abs(statistics[i + 1]) >= threshold
    ) {
      i += 1;
      if (Math.abs(statistics[i]) > Math.abs(statistics[peak])) peak = i;
    }
    found.push({
      kind: 'spike',
      ...about,
      start: steps[first],
      end: steps[i] + 1,
      statistic: statistics[peak],
      threshold,
      scale: scores.scaleAt(peak),
      pValue: scores.pValueAt(peak),
      details: { peak: steps[peak], level: scores.levelAt(peak) },
    });
  }
  return found;
}
