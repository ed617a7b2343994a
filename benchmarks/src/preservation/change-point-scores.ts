/**
 * How well found change points agree with those that several people marked: F1 with a margin, and the covering of their segments. Both
 * read a change point as an index, and take 0 for one that everybody knows.
 *
 * Source: van den Burg and Williams, An Evaluation of Change Point Detection Algorithms (2020), arXiv:2003.06222, section 3.
 */

/** Marks by annotator; an empty list says that there is none. */
export type Annotations = Readonly<Record<string, readonly number[]>>;

/** Farthest that a mark and what was found may lie apart. */
const margin = 5;

/** Precision against all marks together, recall averaged over annotators, and their harmonic mean. @param found indices, any order */
export function changePointF1(annotations: Annotations, found: readonly number[]): number {
  const guesses = withZero(found);
  const marks = Object.values(annotations).map(withZero);
  const precision = countMatches(withZero(marks.flat()), guesses) / guesses.length;
  const recalls = marks.map((each) => countMatches(each, guesses) / each.length);
  const recall = recalls.reduce((sum, each) => sum + each, 0) / recalls.length;
  return (2 * precision * recall) / (precision + recall);
}

/** Mean over annotators of sum over their segments of (share of the series) times (best Jaccard index of a found segment). */
export function segmentCovering(annotations: Annotations, found: readonly number[], length: number): number {
  const guesses = segments(found, length);
  const covers = Object.values(annotations).map((marks) =>
    segments(marks, length).reduce((sum, [start, end]) => {
      const best = Math.max(...guesses.map((guess) => jaccard([start, end], guess)));
      return sum + ((end - start) / length) * best;
    }, 0),
  );
  return covers.reduce((sum, each) => sum + each, 0) / covers.length;
}

/** Distinct, increasing, 0 included. */
function withZero(indices: readonly number[]): number[] {
  return [...new Set([0, ...indices])].sort((a, b) => a - b);
}

/** Marks that have a guess within the margin of their own: each takes the nearest that is left. */
function countMatches(marks: readonly number[], guesses: readonly number[]): number {
  const left = new Set(guesses);
  let matches = 0;
  for (const mark of marks) {
    const near = [...left].filter((guess) => Math.abs(guess - mark) <= margin);
    if (near.length === 0) continue;
    left.delete(
      near.reduce((best, guess) => (Math.abs(guess - mark) < Math.abs(best - mark) ? guess : best)),
    );
    matches += 1;
  }
  return matches;
}

type Segment = readonly [start: number, end: number];

function segments(changes: readonly number[], length: number): Segment[] {
  const starts = withZero(changes).filter((start) => start < length);
  return starts.map((start, i) => [start, starts[i + 1] ?? length]);
}

function jaccard([a, b]: Segment, [c, d]: Segment): number {
  const shared = Math.max(0, Math.min(b, d) - Math.max(a, c));
  return shared / (b - a + d - c - shared);
}
