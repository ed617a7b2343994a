/** What a policy cuts, from series: one window per target channel, over the whole length. */
import { SeriesFrame, type SeriesSet } from '@tessera/core';
import type { PolicyWindow } from './patch-policy.js';

/**
 * A window for every target channel of every series, in order. Values are shared with the series; the id is that of the series, with
 * the channel after a slash where it has several targets. O(T) per series.
 */
export function policyWindows(source: SeriesFrame | SeriesSet): PolicyWindow[] {
  const frames = source instanceof SeriesFrame ? [source] : source.frames;
  return frames.flatMap((frame) => {
    const times = frame.time.times();
    const { targets } = frame;
    return targets.map(({ name, values }) => ({
      values,
      times,
      id: targets.length === 1 ? frame.id : `${frame.id}/${name}`,
    }));
  });
}
