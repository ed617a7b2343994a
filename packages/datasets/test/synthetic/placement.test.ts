/** Spans: every arrangement that fits is equally likely, distances are kept, and what does not fit is refused. */
import { RandomStream, randomKey } from '@tessera/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseSorted, dealSteps, fixedSpans, freeSteps, placeSpans } from '../../src/synthetic/placement.js';
import { thrown } from './thrown.js';

/** How often each outcome came, over many keys. */
function tally(runs: number, draw: (stream: RandomStream) => readonly number[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (let run = 0; run < runs; run++) {
    const outcome = draw(new RandomStream(randomKey(run))).join(' ');
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  return counts;
}

/** Every outcome came, and each about equally often: within 5 standard deviations of a binomial count. */
function expectUniform(counts: Map<string, number>, outcomes: number, runs: number): void {
  expect(counts.size).toBe(outcomes);
  const expected = runs / outcomes;
  for (const count of counts.values())
    expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected));
}

describe('chooseSorted', () => {
  it('draws every set of numbers equally often', () => {
    // 6 over 3 = 20 sets.
    expectUniform(
      tally(8000, (stream) => chooseSorted(stream, 3, 6)),
      20,
      8000,
    );
  });

  it('can draw none and all', () => {
    const stream = new RandomStream(randomKey(1));
    expect(chooseSorted(stream, 0, 0)).toEqual([]);
    expect(chooseSorted(stream, 5, 5)).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('placeSpans', () => {
  it('draws every arrangement equally often', () => {
    // Widths 2 and 1 with a gap of 1 in 7 steps leave 3 free: 5 over 2 = 10 arrangements.
    const plan = { widths: [2, 1], gap: 1, within: { start: 3, end: 10 }, subject: 'test' };
    const counts = tally(6000, (stream) => placeSpans(stream, plan).map(({ start }) => start));
    expectUniform(counts, 10, 6000);
  });

  it('keeps widths, distances and bounds in every plan that fits, and refuses every other', () => {
    const plans = fc.record({
      widths: fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 6 }),
      gap: fc.integer({ min: 0, max: 4 }),
      start: fc.integer({ min: 0, max: 10 }),
      size: fc.integer({ min: 0, max: 60 }),
      seed: fc.integer({ min: 0, max: 1000 }),
    });
    fc.assert(
      fc.property(plans, ({ widths, gap, start, size, seed }) => {
        const plan = { widths, gap, within: { start, end: start + size }, subject: 'test' };
        const stream = new RandomStream(randomKey(seed));
        const needed = widths.reduce((sum, width) => sum + width, 0) + gap * Math.max(0, widths.length - 1);
        if (needed > size) {
          expect(thrown(() => placeSpans(stream, plan)).code).toBe('PLAN_IMPOSSIBLE');
          return;
        }
        expect(freeSteps(plan)).toBe(size - needed);
        const spans = placeSpans(stream, plan);
        expect(spans.map((span) => span.end - span.start)).toEqual(widths);
        spans.forEach((span, i) => {
          expect(span.start).toBeGreaterThanOrEqual(i === 0 ? start : spans[i - 1].end + gap);
          expect(span.end).toBeLessThanOrEqual(start + size);
        });
      }),
    );
  });

  it('fills the room to the last step', () => {
    const plan = { widths: [2, 3, 1], gap: 2, within: { start: 5, end: 15 }, subject: 'test' };
    const spans = placeSpans(new RandomStream(randomKey(1)), plan);
    expect(spans).toEqual([
      { start: 5, end: 7 },
      { start: 9, end: 12 },
      { start: 14, end: 15 },
    ]);
  });

  it('says how much room is missing', () => {
    const plan = { widths: [4, 4], gap: 3, within: { start: 0, end: 10 }, subject: 'structure "x"' };
    expect(thrown(() => placeSpans(new RandomStream(randomKey(1)), plan)).message).toBe(
      'PLAN_IMPOSSIBLE: structure "x": expected at least 11 steps to hold 2 spans 3 steps apart, found 10 steps in [0, 10). Plan fewer or shorter ones, let them lie closer, or make the series longer.',
    );
  });
});

describe('fixedSpans', () => {
  const plan = { widths: [1, 1], gap: 2, within: { start: 2, end: 20 }, subject: 'test' };

  it('sorts what the caller gives and leaves it where it is', () => {
    const given = [15, 4];
    expect(fixedSpans(given, plan)).toEqual([
      { start: 4, end: 5 },
      { start: 15, end: 16 },
    ]);
    expect(given).toEqual([15, 4]);
  });

  it.each([
    [[1, 10], '[1, 2)'],
    [[10, 20], '[20, 21) after [10, 11)'],
    [[5, 7], '[7, 8) after [5, 6)'],
    [[5, 5], '[5, 6) after [5, 6)'],
  ])('refuses %j', (starts, found) => {
    const error = thrown(() => fixedSpans(starts, plan));
    expect(error.code).toBe('PLAN_IMPOSSIBLE');
    expect(error.found).toBe(found);
  });
});

describe('dealSteps', () => {
  it('deals every way equally often', () => {
    // 4 free steps to 3 parts: 6 over 2 = 15 ways.
    const plan = { total: 10, count: 3, minimum: 2, subject: 'test' };
    const counts = tally(8000, (stream) => dealSteps(stream, plan));
    expectUniform(counts, 15, 8000);
    for (const way of counts.keys()) {
      const parts = way.split(' ').map(Number);
      expect(parts.reduce((sum, part) => sum + part, 0)).toBe(10);
      expect(Math.min(...parts)).toBeGreaterThanOrEqual(2);
    }
  });

  it('refuses parts that are too many for the steps', () => {
    const plan = { total: 5, count: 3, minimum: 2, subject: 'test' };
    const error = thrown(() => dealSteps(new RandomStream(randomKey(1)), plan));
    expect(error.code).toBe('PLAN_IMPOSSIBLE');
    expect(error.expected).toBe('at least 6 steps for 3 parts of 2 or more');
  });
});
