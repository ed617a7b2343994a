import type { SeriesFrame } from '@tessera/core';
import { countOf, durationText, timeText } from '../report/describe-finding.js';
import type { Skipped } from '../report/report-schema.js';

/** A pause longer than this many usual steps is told of. */
const longPause = 2;

/**
 * What an audit of irregular times leaves open: a pause between two rows is no missing value, so that no detector sees it. None where the
 * longest is no more than twice the median step.
 */
export function unjudgedPauses({ time }: SeriesFrame): Skipped[] {
  if (time.kind === 'regular' || time.length < 3) return [];
  const times = time.times();
  const steps = times.subarray(1).map((each, i) => each - times[i]);
  const sorted = steps.slice().sort();
  const [usual, longest] = [sorted[Math.floor(sorted.length / 2)], sorted[sorted.length - 1]];
  if (longest <= longPause * usual) return [];
  const at = timeText(times[steps.indexOf(longest)]);
  const count = steps.filter((each) => each > longPause * usual).length;
  return [
    {
      check: 'gap-survival',
      channel: null,
      reason:
        `${countOf(count, 'pause')} between rows of an irregular series, up to ${durationText(longest)} after ${at}, where the usual one takes ${durationText(usual)}: ` +
        'they hold no missing values and were not judged, as they would be on a regular grid',
    },
  ];
}
