/**
 * What the cuts of a policy do to known events: whether a boundary marks where one begins, and what the preservation checker says of it
 * when each patch is replaced by its mean. Thresholds are the checker’s own: an event is preserved where at least 1/sqrt(2) of its
 * contrast survives, in units of the noise that the means leave, and erased where less than three standard errors do.
 */
import { SeriesFrame, type SeriesSet } from '@tessera/core';
import type { Patches, PatchPolicy } from '@tessera/patching';
import { audit } from '@tessera/patching/preservation';
import type { PatchingSplit } from './patching-split.js';

/** Steps within which a boundary counts as at the event. */
const margin = 2;

export interface EventScores {
  /** Share of the events that a boundary marks. */
  readonly hits: number;
  /** Shares of the events that the checker can judge; NaN where it can judge none. */
  readonly preserved: number;
  readonly erased: number;
}

/** Undefined where no event is known. @param set windows whose first `lookback` steps are cut */
export async function eventScores(
  policy: PatchPolicy,
  set: SeriesSet,
  known: PatchingSplit['events'],
  lookback: number,
): Promise<EventScores | undefined> {
  const seen = set.frames.filter(({ id }) => known.has(id)).map((frame) => frame.slice(0, lookback));
  if (seen.length === 0) return undefined;
  const trees = await policy.segment(
    seen.map(({ id, time, targets: [{ values }] }) => {
      const times = Float64Array.from({ length: lookback }, (_, step) => time.timeAt(step));
      return { id, values, times };
    }),
  );
  let [all, hits, judged, preserved, erased] = [0, 0, 0, 0, 0];
  for (const [i, { id, time, targets }] of seen.entries()) {
    const patches = trees[i].finest;
    const { events = [], alone = targets[0].values } = known.get(id) ?? {};
    all += events.length;
    hits += events.filter((event) => isMarked(patches, event.start)).length;
    const frame = new SeriesFrame({ id, time, channels: [{ name: 'y', values: alone }] });
    const { findings } = await audit(frame, patches, { ...onlyGiven, events });
    for (const { kind, start } of events) {
      const finding = findings.find((each) => each.kind === kind && each.start === start);
      if (finding === undefined || finding.verdict === 'not-assessable') continue;
      judged += 1;
      if (finding.verdict === 'preserved') preserved += 1;
      if (finding.verdict === 'erased') erased += 1;
    }
  }
  return { hits: hits / all, preserved: preserved / judged, erased: erased / judged };
}

/** No other structures than those given, and no more of a report than its findings. */
const onlyGiven = { detectors: [], sizes: [], nullPoints: 0, drawnChannels: 0, closeUps: 0 };

function isMarked(patches: Patches, event: number): boolean {
  return patches.toStarts().some((start) => start > 0 && Math.abs(start - event) <= margin);
}
