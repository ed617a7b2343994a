/**
 * Data on which the charge for erasure is judged: series to train on, windows to forecast, and series whose events the checker is told
 * of. Births on holidays as in the demo, and windows whose future follows from one spike among larger pulses that mean nothing.
 */
import { regularTimeAxis, SeriesFrame as Series, type SeriesFrame, SeriesSet } from '@tessera/core';
import { eventTaskByName, loadDataset } from '@tessera/datasets';
import { z } from 'zod';

export const penaltyDataSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('births'),
    /** Days at the end that are forecast and never trained on. */
    testDays: z.int().min(1),
  }),
  z.strictObject({
    kind: z.literal('decoy'),
    decoys: z.int().min(0),
    /** Windows to train on, to stop by, and to forecast. */
    windows: z.int().min(1),
    validation: z.int().min(1),
    test: z.int().min(1),
  }),
]);

/** An event of one step that decides something. */
export interface KnownSpike {
  readonly start: number;
  readonly end: number;
  /** Whether it counts; others are named so that the checker knows that they are no level. */
  readonly counts: boolean;
}

export interface PenaltyData {
  readonly fit: SeriesSet;
  /** Windows of lookback and horizon. */
  readonly forecasts: readonly SeriesFrame[];
  readonly audited: readonly { readonly frame: SeriesFrame; readonly events: readonly KnownSpike[] }[];
}

/** Test windows are far from the others in the numbering, so more training windows never reach them. */
const testOffset = 1_000_000;

export async function penaltyData(
  data: z.output<typeof penaltyDataSchema>,
  lookback: number,
  horizon: number,
): Promise<PenaltyData> {
  if (data.kind === 'births') return birthsData(data.testDays, lookback, horizon);
  const task = eventTaskByName('decoy', { lookback, horizon, decoys: data.decoys });
  const time = regularTimeAxis({ start: 0, frequency: 'h', length: lookback + horizon });
  const windowsFrom = (offset: number, count: number) => {
    const { lookbacks, futures, truths } = task.windows({ count, offset });
    return truths.map((truth, i) => {
      const values = new Float64Array(lookback + horizon);
      values.set(lookbacks.subarray(i * lookback, (i + 1) * lookback));
      values.set(futures.subarray(i * horizon, (i + 1) * horizon), lookback);
      const frame = new Series({ id: `window-${offset + i}`, time, channels: [{ name: 'y', values }] });
      const events = [
        ...(truth.deciding === undefined ? [] : [{ ...spanOf(truth.deciding), counts: true }]),
        ...truth.distractions.map((span) => ({ ...spanOf(span), counts: false })),
      ];
      return { frame, events };
    });
  };
  const fit = windowsFrom(0, data.windows + data.validation).map(({ frame }) => frame);
  const test = windowsFrom(testOffset, data.test);
  return {
    fit: new SeriesSet(fit),
    forecasts: test.map(({ frame }) => frame),
    audited: test.map(({ frame, events }) => ({ frame: frame.slice(0, lookback), events })),
  };
}

function spanOf({ start, end }: { readonly start: number; readonly end: number }) {
  return { start, end };
}

async function birthsData(testDays: number, lookback: number, horizon: number): Promise<PenaltyData> {
  const [frame] = (await loadDataset('us-births')).frames;
  const trained = frame.length - testDays;
  const count = Math.floor(testDays / horizon);
  const forecasts = Array.from({ length: count }, (_, i) => {
    const origin = trained + i * horizon;
    return frame.slice(origin - lookback, origin + horizon);
  });
  const events = frame.interventions.map((holiday) => {
    const start = frame.time.countBefore(holiday.time);
    return { start, end: start + 1, counts: true };
  });
  return {
    fit: new SeriesSet([frame.slice(0, trained)]),
    forecasts,
    // Holidays last a day: they are judged as spikes, not as the beginning of a new level.
    audited: [{ frame: frame.withInterventions([]), events }],
  };
}
