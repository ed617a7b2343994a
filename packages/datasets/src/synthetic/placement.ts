/**
 * Where things lie in a series: half-open spans, and random arrangements of them that keep their distance. Every
 * arrangement that fits is equally likely; what does not fit is an error, never a smaller number of spans.
 */
import { type RandomStream, TesseraError } from '@tessera/core';

/** The steps `[start, end)`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * `count` distinct whole numbers of `[0, size)`, ascending; every set is equally likely. O(count log count).
 *
 * Source: Bentley and Floyd, Programming Pearls: A Sample of Brilliance, CACM 30(9), 1987, algorithm F2.
 */
export function chooseSorted(stream: RandomStream, count: number, size: number): number[] {
  const chosen = new Set<number>();
  for (let last = size - count; last < size; last++) {
    const candidate = stream.integer(0, last + 1);
    chosen.add(chosen.has(candidate) ? last : candidate);
  }
  return [...chosen].sort((a, b) => a - b);
}

export interface PlacementPlan {
  /** Steps of each span, in order of position. */
  readonly widths: readonly number[];
  /** Least number of steps between the end of one span and the start of the next. */
  readonly gap: number;
  /** The spans lie in here. */
  readonly within: Span;
  /** Names the plan in errors, e.g. `structure "spikes"`. */
  readonly subject: string;
}

/** The steps that an arrangement leaves free. @throws TesseraError PLAN_IMPOSSIBLE where the spans do not fit */
export function freeSteps({ widths, gap, within, subject }: PlacementPlan): number {
  const count = widths.length;
  if (count === 0) return Math.max(0, within.end - within.start);
  const taken = widths.reduce((sum, width) => sum + width, 0) + gap * (count - 1);
  const free = within.end - within.start - taken;
  if (free < 0) {
    throw impossible(
      subject,
      `at least ${taken} steps to hold ${count} spans ${gap} steps apart`,
      `${Math.max(0, within.end - within.start)} steps in [${within.start}, ${within.end})`,
    );
  }
  return free;
}

/** A random arrangement of spans, ascending. @throws TesseraError PLAN_IMPOSSIBLE where they do not fit */
export function placeSpans(stream: RandomStream, plan: PlacementPlan): Span[] {
  const { widths, gap, within } = plan;
  const free = freeSteps(plan);
  const count = widths.length;
  // Free steps and spans are shuffled as one row: the spans take `count` of `free + count` places.
  const places = chooseSorted(stream, count, free + count);
  let before = within.start;
  return widths.map((width, i) => {
    const start = before + places[i] - i;
    before += width + gap;
    return { start, end: start + width };
  });
}

/** Spans that begin where the caller says, ascending. @throws TesseraError PLAN_IMPOSSIBLE where they do not fit */
export function fixedSpans(starts: readonly number[], plan: PlacementPlan): Span[] {
  const { widths, gap, within, subject } = plan;
  const sorted = [...starts].sort((a, b) => a - b);
  const spans = sorted.map((start, i) => ({ start, end: start + widths[i] }));
  spans.forEach(({ start, end }, i) => {
    const earliest = i === 0 ? within.start : spans[i - 1].end + gap;
    if (start >= earliest && end <= within.end) return;
    throw impossible(
      subject,
      `spans in [${within.start}, ${within.end}), ${gap} steps apart`,
      `[${start}, ${end})${i === 0 ? '' : ` after [${spans[i - 1].start}, ${spans[i - 1].end})`}`,
    );
  });
  return spans;
}

/**
 * `total` steps dealt to `count` parts of at least `minimum` each; every way is equally likely.
 *
 * @throws TesseraError PLAN_IMPOSSIBLE
 */
export function dealSteps(
  stream: RandomStream,
  plan: {
    readonly total: number;
    readonly count: number;
    readonly minimum: number;
    readonly subject: string;
  },
): number[] {
  const { total, count, minimum, subject } = plan;
  if (count === 0) return [];
  const free = total - count * minimum;
  if (free < 0) {
    throw impossible(
      subject,
      `at least ${count * minimum} steps for ${count} parts of ${minimum} or more`,
      `${total} steps`,
    );
  }
  const bars = chooseSorted(stream, count - 1, free + count - 1);
  return Array.from({ length: count }, (_, i) => {
    const from = i === 0 ? -1 : bars[i - 1];
    const to = i === count - 1 ? free + count - 1 : bars[i];
    return minimum + to - from - 1;
  });
}

function impossible(subject: string, expected: string, found: string): TesseraError {
  return new TesseraError({
    code: 'PLAN_IMPOSSIBLE',
    argument: subject,
    expected,
    found,
    wayOut: 'Plan fewer or shorter ones, let them lie closer, or make the series longer',
  });
}
