/** Event tasks as sets of series: one window each, so that every window is seen from one origin, and apart from them windows to test on. */
import { regularTimeAxis, SeriesFrame, SeriesSet } from '@tessera/core';
import { type EventDecision, eventTaskByName } from '@tessera/datasets';
import type { LabelledEvent } from '@tessera/patching/preservation';
import { z } from 'zod';
import type { PatchingSplit, WindowEvents } from './patching-split.js';

export const eventDataSchema = z.strictObject({
  kind: z.literal('event'),
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

/** Test windows are far from the others in the numbering, so more training windows never reach them. */
const testOffset = 1_000_000;

/** As what the checker is told of an event. */
const kinds: Readonly<Record<EventDecision['kind'], LabelledEvent['kind'] | undefined>> = {
  echo: 'spike',
  motif: 'regime',
  'last-change': 'mean-change',
  seasonal: undefined,
  noise: undefined,
};

export function eventSplit(data: EventData): PatchingSplit {
  const { name, lookback, horizon, windows, validation, test } = data;
  const task = eventTaskByName(name, { lookback, horizon });
  const deciding = new Map<string, number>();
  const events = new Map<string, WindowEvents>();
  const time = regularTimeAxis({ start: 0, frequency: 'h', length: lookback + horizon });
  const frameOf = (number: number): SeriesFrame => {
    const window = task.window(number);
    const id = `window-${number}`;
    const kind = kinds[window.decision.kind];
    if (window.deciding !== undefined && kind !== undefined) {
      deciding.set(id, window.deciding.start);
      // A mean that a distraction raises says nothing of the event.
      const alone = window.lookback.map((value, t) => value - window.signalWithoutEvent[t]);
      if (number >= testOffset) events.set(id, { events: [{ kind, ...window.deciding }], alone });
    }
    const values = Float64Array.of(...window.lookback, ...window.future);
    return new SeriesFrame({ id, time, channels: [{ name: 'y', values }] });
  };
  const setOf = (count: number, offset: number) =>
    new SeriesSet(Array.from({ length: count }, (_, i) => frameOf(offset + i)));
  const fit = setOf(windows + validation, 0);
  return {
    fit,
    training: {
      validation: 'series',
      validationShare: validation / (windows + validation),
      history: lookback,
    },
    validation: new SeriesSet(fit.frames.slice(windows)),
    test: setOf(test, testOffset),
    deciding,
    events,
    oracle: task.floors.oracle,
  };
}
