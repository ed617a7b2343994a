/**
 * What a forecaster may see of a series at an origin, and nothing else. The training part is copied: a view would
 * share its buffer with the future, and a forecaster that writes into its input would spoil the next window.
 */
import { type Channel, type Intervention, SeriesFrame } from '@tessera/core';

/**
 * The steps `[from, cut)` of all channels, with what was known of interventions by then: one that began later is
 * left out, one that ended later has no end yet. O(T C).
 */
export function trainingFrame(frame: SeriesFrame, from: number, cut: number): SeriesFrame {
  const { id, statics } = frame;
  return new SeriesFrame({
    id,
    statics,
    time: frame.time.slice(from, cut),
    channels: frame.channels.map((each) => sliceOf(each, from, cut)),
    interventions: knownInterventions(frame, cut),
  });
}

/** The future covariates of the `steps` steps from `cut` on; undefined where the series has none. O(H C). */
export function futureFrame(frame: SeriesFrame, cut: number, steps: number): SeriesFrame | undefined {
  const channels = frame.withRole('future');
  if (channels.length === 0) return undefined;
  return new SeriesFrame({
    id: frame.id,
    statics: frame.statics,
    time: frame.time.slice(cut, cut + steps),
    channels: channels.map((each) => sliceOf(each, cut, cut + steps)),
  });
}

function sliceOf(source: Channel, from: number, to: number): Channel {
  return {
    ...source,
    values: source.values.subarray(from, to),
    observed: source.observed.subarray(from, to),
  };
}

function knownInterventions(frame: SeriesFrame, cut: number): Intervention[] {
  const now = frame.time.timeAt(cut - 1);
  return frame.interventions
    .filter(({ time }) => time <= now)
    .map(({ name, time, end }) => (end === undefined || end > now ? { name, time } : { name, time, end }));
}
