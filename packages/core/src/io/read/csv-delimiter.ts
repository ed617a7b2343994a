/** Which character separates the cells of a text table, by its first lines. */
import { CsvTokenizer } from './csv-tokenizer.js';

/** Tried in this order; the earlier one wins a tie. Spaces stand in names and times too, so they come into question last. */
const candidates = [',', ';', '\t', '|'] as const;
const space = ' ';
/** Records compared; a handful is enough to tell a delimiter from a decimal comma. */
const sampled = 20;

/**
 * The delimiter under which the records of the sample have equally many cells, and most of them; where there is none,
 * the one that gives the first record most cells. A space only where no other occurs in the first record. O(sample).
 *
 * @param sample the beginning of the text; its last record may be cut off
 * @param isWhole whether the sample is the whole text
 */
export function detectDelimiter(sample: Uint8Array, isWhole: boolean): string {
  let best: Candidate | undefined;
  for (const delimiter of candidates) {
    const candidate = judge(sample, delimiter, isWhole);
    if (candidate.cells > 1 && (best === undefined || isBetter(candidate, best))) best = candidate;
  }
  if (best !== undefined) return best.delimiter;
  const spaced = judge(sample, space, isWhole);
  return spaced.cells > 1 && spaced.agrees ? space : candidates[0];
}

interface Candidate {
  readonly delimiter: string;
  /** Cells of the first record. */
  readonly cells: number;
  /** Whether all records have equally many. */
  readonly agrees: boolean;
}

function judge(sample: Uint8Array, delimiter: string, isWhole: boolean): Candidate {
  const counts = countCells(sample, delimiter, isWhole);
  const cells = counts[0] ?? 1;
  return { delimiter, cells, agrees: counts.every((count) => count === cells) };
}

function isBetter(a: Candidate, b: Candidate): boolean {
  return a.agrees === b.agrees ? a.cells > b.cells : a.agrees;
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
