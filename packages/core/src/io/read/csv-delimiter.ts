/** Which character separates the cells of a text table, by its first lines. */
import { CsvTokenizer } from './csv-tokenizer.js';

/** Tried in this order; the earlier one wins a tie. */
const candidates = [',', ';', '\t', '|'] as const;
/** Records compared; a handful is enough to tell a delimiter from a decimal comma. */
const sampled = 20;

/**
 * The delimiter under which the records of the sample have equally many cells, and most of them; where there is none,
 * the one that gives the first record most cells. O(sample).
 *
 * @param sample the beginning of the text; its last record may be cut off
 * @param isWhole whether the sample is the whole text
 */
export function detectDelimiter(sample: Uint8Array, isWhole: boolean): string {
  let best: string = candidates[0];
  let bestScore = 0;
  for (const candidate of candidates) {
    const counts = countCells(sample, candidate, isWhole);
    const first = counts[0] ?? 1;
    const agree = counts.every((count) => count === first);
    const score = first > 1 ? first + (agree ? 1e9 : 0) : 0;
    if (score > bestScore) {
      best = candidate;
      bestScore = score;
    }
  }
  return best;
}

function countCells(sample: Uint8Array, delimiter: string, isWhole: boolean): number[] {
  const tokenizer = new CsvTokenizer(delimiter.charCodeAt(0), 'sample');
  const counts: number[] = [];
  let at = 0;
  try {
    while (at < sample.length && counts.length < sampled) {
      at = tokenizer.next(sample, at, sample.length, isWhole);
      if (at < 0) break;
      if (!tokenizer.isBlank) counts.push(tokenizer.cells);
    }
  } catch {
    // Under the wrong delimiter quotes may look misplaced; under the right one the reader will say so.
  }
  return counts;
}
