/**
 * How patch boundaries lie to the changes of a channel. Recall is corrected for chance, because short patches have a boundary near
 * everything; F1 and covering are left out on purpose: they reward predicting nothing over cutting evenly.
 */
import type { Patches } from '../../patches/index.js';
import type { BoundaryScores } from '../report/report-schema.js';

/**
 * Scores of one channel; O(changes log patches + patches).
 *
 * @param changes first steps after each change, ascending and distinct
 * @param margin steps by which a boundary may miss
 */
export function boundaryScores(
  channel: string,
  changes: readonly number[],
  patches: Patches,
  margin: number,
): BoundaryScores {
  const boundaries = Math.max(0, patches.count - 1);
  const meanLength = patches.length / Math.max(1, patches.count);
  let [hits, straddle] = [0, 0];
  const offsets: number[] = [];
  for (const change of changes) {
    const patch = patches.patchOf(change);
    const [start, end] = [patches.start(patch), patches.end(patch)];
    const share = (change - start) / (end - start);
    straddle += 2 * Math.min(share, 1 - share);
    const offset = nearestOffset(change, start, end, patches.length);
    if (Math.abs(offset) <= margin) hits += 1;
    if (Number.isFinite(offset)) offsets.push(offset / (end - start));
  }
  const count = changes.length;
  const recall = count === 0 ? null : hits / count;
  const chanceRecall = boundaries === 0 ? 0 : Math.min(1, (2 * margin + 1) / meanLength);
  return {
    channel,
    margin,
    changes: count,
    boundaries,
    recall,
    chanceRecall,
    correctedRecall:
      recall === null || chanceRecall === 1 ? null : (recall - chanceRecall) / (1 - chanceRecall),
    medianOffset: median(offsets),
    straddleRate: count === 0 ? null : straddle / count,
    purity: patches.count === 0 ? null : meanPurity(changes, patches),
  };
}

/** Nearest inner boundary less the change; Infinity without one. */
function nearestOffset(change: number, start: number, end: number, length: number): number {
  const early = start > 0 ? start - change : Number.NEGATIVE_INFINITY;
  const late = end < length ? end - change : Number.POSITIVE_INFINITY;
  return -early <= late ? early : late;
}

/** Mean over patches of the share of the segment that prevails in each. */
function meanPurity(changes: readonly number[], patches: Patches): number {
  let total = 0;
  let next = 0;
  for (const { start, end } of patches) {
    let longest = 0;
    let from = start;
    for (; next < changes.length && changes[next] < end; next++) {
      longest = Math.max(longest, changes[next] - from);
      from = Math.max(from, changes[next]);
    }
    total += Math.max(longest, end - from) / (end - start);
  }
  return total / patches.count;
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}
