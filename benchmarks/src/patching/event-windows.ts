/** Event tasks as sets of series: one window each, so that every window is seen from one origin, and apart from them windows to test on. */
import { regularTimeAxis, SeriesFrame, SeriesSet } from '@tessera/core';
import { eventTaskByName } from '@tessera/datasets';
import { z } from 'zod';

export const eventDataSchema = z.strictObject({
  name: z.string(),
  lookback: z.int().min(1),
  horizon: z.int().min(1),
  /** Windows to train on. */
  windows: z.int().min(1),
  /** Windows to stop and choose by. */
  validation: z.int().min(1),
  test: z.int().min(1),
});
export type EventData = z.output<typeof eventDataSchema>;

export interface EventSplit {
  /** Training windows, then validation windows. */
  readonly fit: SeriesSet;
  readonly test: SeriesSet;
  /** First step of the event that decides each window’s future, by id; nothing for tasks without one. */
  readonly deciding: ReadonlyMap<string, number>;
  /** Mean squared errors of who knows the event and of who learned nothing. */
  readonly floors: { readonly oracle: number; readonly uninformed: number };
}

/** Test windows are far from the others in the numbering, so more training windows never reach them. */
const testOffset = 1_000_000;

export function eventSplit({ name, lookback, horizon, windows, validation, test }: EventData): EventSplit {
  const task = eventTaskByName(name, { lookback, horizon });
  const deciding = new Map<string, number>();
  const time = regularTimeAxis({ start: 0, frequency: 'h', length: lookback + horizon });
  const setOf = (count: number, offset: number) => {
    const { lookbacks, futures, truths } = task.windows({ count, offset });
    return new SeriesSet(
      truths.map((truth, i) => {
        const id = `window-${offset + i}`;
        if (truth.deciding !== undefined) deciding.set(id, truth.deciding.start);
        const values = new Float64Array(lookback + horizon);
        values.set(lookbacks.subarray(i * lookback, (i + 1) * lookback));
        values.set(futures.subarray(i * horizon, (i + 1) * horizon), lookback);
        return new SeriesFrame({ id, time, channels: [{ name: 'y', values }] });
      }),
    );
  };
  return {
    fit: setOf(windows + validation, 0),
    test: setOf(test, testOffset),
    deciding,
    floors: task.floors,
  };
}
