/**
 * Everything that is asked of a mask of missing values, each question with an answer of its own: how much and in what gaps, whether it has a memory,
 * whether it follows a clock, and whether it follows the values before. The last answer is always the same: what nobody can test.
 */
import { parseOptions, type TimeAxis } from '@tessera/core';
import { z } from 'zod';
import type { Detection } from '../../structures/detection.js';
import { detectGaps } from './detect-gaps.js';
import { type ClockReadings, clockReadings, detectMaskClock, periodReadings } from './detect-mask-clock.js';
import { detectMaskMemory } from './detect-mask-memory.js';
import { detectMaskValues } from './detect-mask-values.js';

const schema = z.strictObject({
  /** Limit of the p-value of each question. */
  significance: z.number().gt(0).lt(1).default(1e-3),
  /** Gaps that are listed one by one; of more, only those too long to be chance. Default 1,000. */
  mostGaps: z.int().min(0).default(1_000),
  /** Steps of a period to hold the mask against, beside the clocks of the time axis. */
  period: z.int().min(2).optional(),
  /** How many steps back the values lie that the mask is held against. */
  lags: z.array(z.int().min(1)).min(1).readonly().default([1]),
});

export type MissingnessOptions = z.input<typeof schema>;

/**
 * The detections `gaps`, `mask-memory`, one for each clock (`mask-hour`, `mask-weekday`, `mask-month`, `mask-period`), `mask-values` and
 * `missing-not-at-random`, in this order; of a complete channel no clock is read. Where the mask follows a clock, values are compared
 * within the readings of the one it follows most.
 *
 * @param values shape `[T]`, NaN where missing
 * @param time of the steps; without it only a given period serves as clock
 * @throws TesseraError OPTIONS_INVALID, NUMBER_INFINITE, SHAPE_MISMATCH
 */
export function detectMissingness(
  channel: string,
  values: Float64Array,
  options: MissingnessOptions = {},
  time?: TimeAxis,
): Detection[] {
  const { significance, period, lags, mostGaps } = parseOptions(schema, options, 'missingness');
  const gaps = detectGaps(channel, values, { significance, mostGaps });
  const clocks: ClockReadings[] = [
    ...(time === undefined || gaps.missing === 0 ? [] : clockReadings(time)),
    ...(period === undefined ? [] : [periodReadings(values.length, period)]),
  ];
  const byClock = clocks.map((clock) => detectMaskClock(channel, values, clock, { significance }));
  const followed = strongest(byClock);
  return [
    gaps,
    detectMaskMemory(channel, values, { significance }),
    ...byClock,
    detectMaskValues(channel, values, { lags, significance }, clocks[followed]?.values),
    notAtRandom(gaps.missing),
  ];
}

/** The index of the smallest p-value; -1 where nothing was found. */
function strongest(detections: readonly Detection[]): number {
  const chance = (detection: Detection) => detection.structures[0]?.pValue ?? 1;
  const least = Math.min(1, ...detections.map(chance));
  return least < 1 ? detections.findIndex((each) => chance(each) === least) : -1;
}

function notAtRandom(missing: number): Detection {
  const base = { detector: 'missing-not-at-random', options: {}, missing, structures: [] };
  if (missing === 0) return { ...base, status: 'none' };
  const reason =
    'whether values are missing because of what they would have been cannot be tested from what was observed';
  return { ...base, status: 'not-assessable', reason };
}
