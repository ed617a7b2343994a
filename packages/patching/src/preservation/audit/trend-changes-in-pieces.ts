/**
 * Changes of trend in a series too long to be searched as a whole: the search grows faster than the series where no change comes. Pieces
 * overlap, and each answers for its middle alone; the price of a change stays that of the whole series. A bend so slow that it takes
 * more than a piece to see is not found.
 */
import { detectTrendChanges, type TrendChangeOptions } from '../detectors/changes/index.js';
import type { Detection } from '../structures/detection.js';

/** Steps of a piece: a second of work without any change (measured, one core). */
export const pieceSteps = 2 ** 16;
/** Steps that two neighbours share on either side of where they meet. */
const overlap = 2 ** 11;

/** As `detectTrendChanges`, in pieces where the channel is longer than two of them. */
export function trendChangesInPieces(
  channel: string,
  values: Float64Array,
  options: TrendChangeOptions,
): Detection {
  const { length } = values;
  if (length <= 2 * pieceSteps) return detectTrendChanges(channel, values, options);
  // The price is per log n: a change in a piece costs what it costs in the whole. 3 is the detector’s default.
  const penalty = ((options.penalty ?? 3) * Math.log(length)) / Math.log(pieceSteps + 2 * overlap);
  const pieces: Detection[] = [];
  for (let from = 0; from < length; from += pieceSteps) {
    const start = Math.max(0, from - overlap);
    const found = detectTrendChanges(channel, values.slice(start, from + pieceSteps + overlap), {
      ...options,
      penalty,
    });
    const structures = found.structures
      .map((each) => ({ ...each, start: each.start + start, end: each.end + start }))
      .filter((each) => each.start >= from && each.start < from + pieceSteps)
      .map((each) => ({ ...each, pValue: Math.min(1, (each.pValue * length) / (pieceSteps + 2 * overlap)) }));
    pieces.push({ ...found, structures });
  }
  const structures = pieces.flatMap((each) => each.structures);
  const missing = values.reduce((count, value) => (Number.isNaN(value) ? count + 1 : count), 0);
  const judged = pieces.find(({ status }) => status !== 'not-assessable');
  if (judged === undefined) return { ...pieces[0], missing };
  const status = structures.length > 0 ? 'found' : 'none';
  return {
    detector: judged.detector,
    options: { ...judged.options, pieceSteps },
    structures,
    status,
    missing,
  };
}
