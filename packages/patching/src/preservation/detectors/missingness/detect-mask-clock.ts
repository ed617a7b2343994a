/**
 * Whether observation breaks off at certain readings of a clock: an hour of the day, a weekday, a month, or a phase of a period. Counts the
 * beginnings of gaps among the steps that follow an observed one, so a long gap counts once. Readings are pooled with their neighbours
 * until each pool expects five beginnings; a clock that the series is too short for is not assessable. Clocks are in UTC.
 *
 * Source: Pearson’s chi-square test of a table of readings by broken off or not; five expected is the rule of Cochran (Biometrics 1954).
 */
import { calendarFeatures, parseOptions, TesseraError, type TimeAxis } from '@tessera/core';
import { z } from 'zod';
import { chiSquareTail, sizeAtTail } from '../../significance/tail-probability.js';
import type { Detection } from '../../structures/detection.js';
import { leastOnsets, missingMask, stepsAtRisk } from './missing-mask.js';

export const maskClocks = ['hour', 'weekday', 'month', 'period'] as const;
export type MaskClock = (typeof maskClocks)[number];

const features = { hour: 'hour_of_day', weekday: 'day_of_week', month: 'month_of_year' } as const;

const schema = z.strictObject({
  significance: z.number().gt(0).lt(1).default(1e-3),
});

export type MaskClockOptions = z.input<typeof schema>;

const leastExpected = 5;

/** What a clock shows at each step. */
export interface ClockReadings {
  readonly clock: MaskClock;
  /** Shape `[T]`; whole numbers from 0. */
  readonly values: Float64Array;
}

/**
 * The readings of every clock that an axis of times moves through: `hour` 0 to 23, `weekday` 1 (Monday) to 7, `month` 1 to 12. Clocks that
 * stand still are left out, as is the hour of an axis of whole days.
 */
export function clockReadings(time: TimeAxis): ClockReadings[] {
  const columns = calendarFeatures(time, Object.values(features));
  return (['hour', 'weekday', 'month'] as const).flatMap((clock) => {
    const values = columns.get(features[clock]) ?? new Float64Array();
    return values.some((value) => value !== values[0]) ? [{ clock, values }] : [];
  });
}

/** The phase of each of `length` steps, from 0. */
export function periodReadings(length: number, period: number): ClockReadings {
  return { clock: 'period', values: Float64Array.from({ length }, (_, t) => t % period) };
}

/**
 * One structure of kind `missingness`, detector `mask-hour`, `mask-weekday`, `mask-month` or `mask-period`. The statistic is chi-square. Details:
 * `degreesOfFreedom`, `onsets` (beginnings of gaps), and the pool where observation breaks off most often: `peakFrom` and `peakTo` (first and last
 * reading), `peakRate` against `rate`, beginnings per step at risk. O(T).
 *
 * @param values shape `[T]`, NaN where missing
 * @throws TesseraError OPTIONS_INVALID, NUMBER_INFINITE, SHAPE_MISMATCH
 */
export function detectMaskClock(
  channel: string,
  values: Float64Array,
  readings: ClockReadings,
  options: MaskClockOptions = {},
): Detection {
  const detector = `mask-${readings.clock}`;
  const resolved = parseOptions(schema, options, detector);
  if (readings.values.length !== values.length) throw mismatch(readings, values.length);
  const { mask, missing } = missingMask(channel, values);
  const base = { detector, options: resolved, missing, structures: [] };
  if (missing === 0) return { ...base, status: 'none' };

  // 1. Beginnings and steps at risk of each reading.
  const atRisk = stepsAtRisk(mask);
  const last = atRisk.reduce((most, t) => Math.max(most, readings.values[t]), 0);
  const counts = { onsets: new Float64Array(last + 1), risk: new Float64Array(last + 1) };
  let onsets = 0;
  for (const t of atRisk) {
    counts.risk[readings.values[t]] += 1;
    counts.onsets[readings.values[t]] += mask[t];
    onsets += mask[t];
  }
  const rate = onsets / atRisk.length;
  const pools = onsets >= leastOnsets ? pooled(counts, rate) : [];
  if (pools.length < 2) {
    const reason = `observation breaks off ${onsets} times, too few for two pools of readings`;
    return { ...base, status: 'not-assessable', reason };
  }
  if (rate === 1) {
    return { ...base, status: 'not-assessable', reason: 'observation breaks off after every step' };
  }

  // 2. Against the same rate for all.
  const statistic = pools.reduce(
    (sum, { onsets, risk }) => sum + (onsets - rate * risk) ** 2 / (rate * (1 - rate) * risk),
    0,
  );
  const degreesOfFreedom = pools.length - 1;
  const pValue = chiSquareTail(statistic, degreesOfFreedom);
  if (pValue > resolved.significance) return { ...base, status: 'none' };
  const peak = pools.reduce((a, b) => (b.onsets / b.risk > a.onsets / a.risk ? b : a));
  return {
    ...base,
    status: 'found',
    structures: [
      {
        kind: 'missingness',
        channel,
        start: 0,
        end: values.length,
        statistic,
        threshold: sizeAtTail((x) => chiSquareTail(x, degreesOfFreedom), resolved.significance),
        scale: 1,
        detector,
        pValue,
        details: {
          degreesOfFreedom,
          onsets,
          rate,
          peakFrom: peak.from,
          peakTo: peak.to,
          peakRate: peak.onsets / peak.risk,
        },
      },
    ],
  };
}

interface Pool {
  readonly from: number;
  readonly to: number;
  readonly onsets: number;
  readonly risk: number;
}

/** Neighbouring readings together, until each pool expects enough beginnings; what is left at the end joins the last. */
function pooled(
  counts: { readonly onsets: Float64Array; readonly risk: Float64Array },
  rate: number,
): Pool[] {
  const pools: Pool[] = [];
  let open: Pool | undefined;
  for (let reading = 0; reading < counts.risk.length; reading++) {
    if (counts.risk[reading] === 0) continue;
    open = {
      from: open?.from ?? reading,
      to: reading,
      onsets: (open?.onsets ?? 0) + counts.onsets[reading],
      risk: (open?.risk ?? 0) + counts.risk[reading],
    };
    if (open.risk * rate < leastExpected) continue;
    pools.push(open);
    open = undefined;
  }
  const last = pools.pop();
  if (last === undefined) return [];
  if (open === undefined) return [...pools, last];
  return [
    ...pools,
    { from: last.from, to: open.to, onsets: last.onsets + open.onsets, risk: last.risk + open.risk },
  ];
}

function mismatch({ clock, values }: ClockReadings, length: number): TesseraError {
  return new TesseraError({
    code: 'SHAPE_MISMATCH',
    argument: `readings of the clock "${clock}"`,
    expected: `${length}, one for each step of the channel`,
    found: String(values.length),
    wayOut: 'Give the time axis of this channel',
  });
}
