/**
 * A series set in a form that crosses threads: all values in one shared block, everything else as plain data. Each
 * worker gets it once, whatever it runs; frames are built from it when a job needs them.
 */
import { SeriesFrame, type SeriesSet, type TimeAxisData, timeAxisFromJSON } from '@tessera/core';

interface SharedFrame {
  readonly id: string;
  readonly time: TimeAxisData;
  readonly length: number;
  readonly statics: SeriesFrame['statics'];
  readonly interventions: SeriesFrame['interventions'];
  readonly channels: readonly Omit<SeriesFrame['channels'][number], 'values' | 'observed'>[];
  /** Where the values of the first channel begin; the others follow. */
  readonly offset: number;
}

export interface SharedSet {
  /** Every value of every channel; NaN where not observed. */
  readonly values: SharedArrayBuffer;
  readonly frames: readonly SharedFrame[];
}

/** Copies a set into shared memory. O(size of the set). */
export function shareSet(set: SeriesSet): SharedSet {
  let cells = 0;
  const frames = set.frames.map((frame): SharedFrame => {
    const offset = cells;
    cells += frame.length * frame.channels.length;
    return {
      id: frame.id,
      time: frame.time.toJSON(),
      length: frame.length,
      statics: frame.statics,
      interventions: frame.interventions,
      channels: frame.channels.map(({ values, observed, ...described }) => described),
      offset,
    };
  });
  const values = new SharedArrayBuffer(cells * Float64Array.BYTES_PER_ELEMENT);
  const block = new Float64Array(values);
  set.frames.forEach((frame, i) => {
    frame.channels.forEach((each, c) => {
      block.set(each.values, frames[i].offset + c * frame.length);
    });
  });
  return { values, frames };
}

/** The frame at a position, with its own copy of the values. O(T C). */
export function frameOf(shared: SharedSet, series: number): SeriesFrame {
  const { id, time, length, statics, interventions, channels, offset } = shared.frames[series];
  return new SeriesFrame({
    id,
    time: timeAxisFromJSON(time),
    statics,
    interventions,
    channels: channels.map((described, c) => ({
      ...described,
      values: new Float64Array(shared.values, (offset + c * length) * Float64Array.BYTES_PER_ELEMENT, length),
    })),
  });
}
