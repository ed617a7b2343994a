/**
 * Events that a person knows: interventions, and labelled structures of a JSON file, a list of
 * `{ "kind": "spike", "start": "1977-07-04", "end": "1977-07-05", "channel": "births", "series": "a" }`. A start or end is a moment, or a
 * step counted from 0; only kind and start must be there.
 */
import { parseOptions, parseTimes, type SeriesFrame, TesseraError } from '@tessera/core';
import { type LabelledEvent, structureKinds } from '@tessera/patching';
import { z } from 'zod';
import { readJsonFile } from './json-file.js';
import { listedNames } from './listed-names.js';

const moment = z.union([z.string('a moment or a step'), z.int('a moment or a step').min(0, 'at least 0')]);

const eventsForm = z.array(
  z.strictObject({
    kind: z.enum(structureKinds),
    start: moment,
    end: moment.optional(),
    channel: z.string('a channel').optional(),
    series: z.string('a series').optional(),
  }),
  'a list of events',
);
export type KnownEvents = Readonly<z.output<typeof eventsForm>>;

/** @param ids of the series that are audited. @throws TesseraError FILE_UNREADABLE, OPTIONS_INVALID, SERIES_UNKNOWN */
export async function readEvents(path: string, ids: readonly string[]): Promise<KnownEvents> {
  const events = parseOptions(eventsForm, await readJsonFile(path, 'a list of events'), 'events file');
  const strange = events.find(({ series }) => series !== undefined && !ids.includes(series));
  if (strange?.series === undefined) return events;
  throw new TesseraError({
    code: 'SERIES_UNKNOWN',
    argument: 'events file',
    expected: `series of the table: ${listedNames(ids)}`,
    found: strange.series,
    wayOut: 'Correct the name, or leave it out where the event is that of every series',
  });
}

/** The events of one series, in steps. @throws TesseraError RANGE_INVALID, TIME_UNPARSABLE */
export function eventsOf(frame: SeriesFrame, events: KnownEvents): LabelledEvent[] {
  return events
    .filter(({ series }) => series === undefined || series === frame.id)
    .map(({ kind, start, end, channel }) => ({
      kind,
      start: stepOf(frame, start),
      ...(end === undefined ? {} : { end: stepOf(frame, end) }),
      ...(channel === undefined ? {} : { channel }),
    }));
}

/** The frame with interventions at these moments beside its own. @throws TesseraError RANGE_INVALID, TIME_UNPARSABLE */
export function withInterventions(frame: SeriesFrame, moments: readonly string[]): SeriesFrame {
  if (moments.length === 0) return frame;
  const given = moments.map((text) => {
    const step = stepOf(frame, text);
    if (step === 0) throw outside(frame, text);
    return { name: text, time: frame.time.timeAt(step) };
  });
  return frame.withInterventions([...frame.interventions, ...given]);
}

/** The first step at or after a moment. */
function stepOf(frame: SeriesFrame, given: string | number): number {
  if (typeof given === 'number') return given;
  const [time] = parseTimes([given], { argument: 'event' }).times;
  const step = frame.time.countBefore(time);
  if (step >= frame.length || time < frame.time.timeAt(0)) throw outside(frame, given);
  return step;
}

function outside(frame: SeriesFrame, found: string): TesseraError {
  const at = (step: number) => new Date(frame.time.timeAt(step)).toISOString();
  const range = frame.length === 0 ? 'no step' : `${at(0)} to ${at(frame.length - 1)}`;
  return new TesseraError({
    code: 'RANGE_INVALID',
    argument: 'event or intervention',
    expected: `a moment within series "${frame.id}", ${range}, with steps on both sides of an intervention`,
    found: `"${found}"`,
    wayOut: 'Give a moment that the series covers',
  });
}
