/** Partitions: what can be built, what cannot, and what every one of them keeps. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Patches } from '../../src/patches/patches.js';
import { arbitraryLengths, arbitraryPatches } from './arbitrary-patches.js';

const wayOut = 'Give patches that cover every step once, in order.';

// Steps 0 1 2 | 3 | 4 5 6 7.
const patches = Patches.fromEnds([3, 4, 8], 8);

describe('a partition', () => {
  it('knows the range of every patch', () => {
    expect([patches.length, patches.count]).toEqual([8, 3]);
    expect([0, 1, 2].map((i) => [patches.start(i), patches.end(i), patches.lengthOf(i)])).toEqual([
      [0, 3, 3],
      [3, 4, 1],
      [4, 8, 4],
    ]);
    expect([...patches]).toEqual([
      { index: 0, start: 0, end: 3 },
      { index: 1, start: 3, end: 4 },
      { index: 2, start: 4, end: 8 },
    ]);
  });

  it('is the same from every form it is given in', () => {
    expect(Patches.fromStarts([0, 3, 4], 8).equals(patches)).toBe(true);
    expect(Patches.fromLengths([3, 1, 4]).equals(patches)).toBe(true);
    expect(Patches.fromLabels([5, 5, 5, 0, 5, 5, 5, 5]).equals(patches)).toBe(true);
    expect(Patches.fromLabels([...'aaabcccc']).equals(patches)).toBe(true);
    expect(Patches.fromBoundaries([1, 0, 0, 1, 1, 0, 0, 0]).equals(patches)).toBe(true);
    const flags = [true, false, false, true, true, false, false, false];
    expect(Patches.fromBoundaries(flags).equals(patches)).toBe(true);
  });

  it('is given back in every form', () => {
    expect(patches.toEnds()).toEqual(Uint32Array.of(3, 4, 8));
    expect(patches.toStarts()).toEqual(Uint32Array.of(0, 3, 4));
    expect(patches.toLengths()).toEqual(Uint32Array.of(3, 1, 4));
    expect(patches.toLabels()).toEqual(Uint32Array.of(0, 0, 0, 1, 2, 2, 2, 2));
    expect(patches.toBoundaries()).toEqual(Uint8Array.of(1, 0, 0, 1, 1, 0, 0, 0));
    expect(JSON.stringify(patches)).toBe('{"version":1,"length":8,"ends":[3,4,8]}');
  });

  it('differs from partitions with other ends or another count', () => {
    expect(patches.equals(Patches.fromEnds([3, 5, 8], 8))).toBe(false);
    expect(patches.equals(Patches.fromEnds([3, 8], 8))).toBe(false);
    expect(Patches.fromEnds([3, 4], 4).equals(patches)).toBe(false);
  });

  it('cannot be changed through what it was made from or what it gives', () => {
    const ends = Uint32Array.of(3, 4, 8);
    const made = Patches.fromEnds(ends, 8);
    ends[0] = 2;
    made.toEnds()[0] = 1;
    expect(made.end(0)).toBe(3);
    expect(Object.isFrozen(made)).toBe(true);
  });

  it('has no patches where it has no steps', () => {
    const empty = [
      Patches.fromEnds([], 0),
      Patches.fromStarts([], 0),
      Patches.fromLengths([]),
      Patches.fromLabels([]),
      Patches.fromBoundaries([]),
    ];
    for (const each of empty) {
      expect([each.length, each.count, [...each], each.toEnds().length]).toEqual([0, 0, [], 0]);
      expect(Patches.fromJSON(JSON.parse(JSON.stringify(each))).equals(each)).toBe(true);
    }
    expect(empty[0].statistics()).toEqual({
      patches: 0,
      compressionRate: Number.NaN,
      minLength: Number.NaN,
      medianLength: Number.NaN,
      maxLength: Number.NaN,
    });
  });
});

describe('statistics', () => {
  it('count patches, steps per patch and their lengths', () => {
    // Lengths 3, 1, 4: 8 / 3 steps per patch; sorted 1, 3, 4.
    expect(patches.statistics()).toEqual({
      patches: 3,
      compressionRate: 8 / 3,
      minLength: 1,
      medianLength: 3,
      maxLength: 4,
    });
    // Sorted 1, 2, 10, 11: the middle two are 2 and 10.
    expect(Patches.fromLengths([10, 1, 11, 2]).statistics().medianLength).toBe(6);
  });
});

describe('every partition', () => {
  it('covers each step once: lengths sum to the length, and each patch begins where the last one ended', () => {
    fc.assert(
      fc.property(arbitraryPatches, (any) => {
        expect(any.toLengths().reduce((a, b) => a + b, 0)).toBe(any.length);
        let reached = 0;
        for (const { index, start, end } of any) {
          expect(start).toBe(reached);
          expect(end).toBeGreaterThan(start);
          expect([any.start(index), any.end(index)]).toEqual([start, end]);
          reached = end;
        }
        expect(reached).toBe(any.length);
      }),
    );
  });

  it('comes back from each of its forms', () => {
    fc.assert(
      fc.property(arbitraryPatches, (any) => {
        const again = [
          Patches.fromEnds(any.toEnds(), any.length),
          Patches.fromStarts(any.toStarts(), any.length),
          Patches.fromLengths(any.toLengths()),
          Patches.fromLabels(any.toLabels()),
          Patches.fromBoundaries(any.toBoundaries()),
          Patches.fromJSON(JSON.parse(JSON.stringify(any))),
        ];
        for (const each of again) {
          expect(each.toEnds()).toEqual(any.toEnds());
          expect(each.length).toBe(any.length);
        }
      }),
    );
  });

  it('finds the patch of each step as a walk over all patches does', () => {
    fc.assert(
      fc.property(arbitraryPatches, (any) => {
        for (let step = 0; step < any.length; step++) {
          expect(any.patchOf(step)).toBe([...any].findIndex(({ end }) => step < end));
        }
      }),
    );
  });

  it('has the statistics of its sorted lengths', () => {
    fc.assert(
      fc.property(arbitraryLengths, (lengths) => {
        fc.pre(lengths.length > 0);
        const sorted = [...lengths].sort((a, b) => a - b);
        // The median splits: as many lengths at most it as at least it.
        const { minLength, maxLength, medianLength, compressionRate } =
          Patches.fromLengths(lengths).statistics();
        expect([minLength, maxLength]).toEqual([sorted[0], sorted[sorted.length - 1]]);
        expect(compressionRate * lengths.length).toBeCloseTo(
          lengths.reduce((a, b) => a + b),
          9,
        );
        const half = sorted.length / 2;
        expect(sorted.filter((length) => length <= medianLength).length).toBeGreaterThanOrEqual(half);
        expect(sorted.filter((length) => length >= medianLength).length).toBeGreaterThanOrEqual(half);
      }),
    );
  });

  it('begins a patch where the label differs from the one before', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 })), (labels) => {
        const expected = labels.map((label, t) => (t === 0 || label !== labels[t - 1] ? 1 : 0));
        expect([...Patches.fromLabels(labels).toBoundaries()]).toEqual(expected);
      }),
    );
  });
});

describe('what is not a partition', () => {
  it.each<readonly [string, readonly number[], number, string]>([
    ['an empty patch', [3, 3, 8], 8, 'ends[1]: expected a whole number above 3 and at most 8, found 3'],
    ['ends out of order', [4, 3, 8], 8, 'ends[1]: expected a whole number above 4 and at most 8, found 3'],
    ['a first end of 0', [0, 8], 8, 'ends[0]: expected a whole number above 0 and at most 8, found 0'],
    ['a negative end', [-1, 8], 8, 'ends[0]: expected a whole number above 0 and at most 8, found -1'],
    ['half a step', [2.5, 8], 8, 'ends[0]: expected a whole number above 0 and at most 8, found 2.5'],
    ['NaN', [Number.NaN], 8, 'ends[0]: expected a whole number above 0 and at most 8, found NaN'],
    [
      'an end beyond the series',
      [3, 9],
      8,
      'ends[1]: expected a whole number above 3 and at most 8, found 9',
    ],
    ['steps that no patch holds', [3, 7], 8, 'last end: expected the length, 8, found 7'],
    ['no patch for some steps', [], 8, 'last end: expected the length, 8, found 0'],
    ['a negative length', [], -1, 'length: expected a whole number of steps from 0 to 4294967295, found -1'],
    [
      'a length that 32 bits cannot hold',
      [2 ** 32],
      2 ** 32,
      'length: expected a whole number of steps from 0 to 4294967295, found 4294967296',
    ],
  ])('is refused from ends: %s', (_, ends, length, message) => {
    expect(() => Patches.fromEnds(ends, length)).toThrowError(`PATCHES_INVALID: ${message}. ${wayOut}`);
  });

  it.each<readonly [string, readonly number[], string]>([
    ['none', [], 'starts: expected a first start of 0, found none'],
    ['a late first one', [1, 3], 'starts[0]: expected 0 and below the length, 8, found 1'],
    [
      'the same twice',
      [0, 3, 3],
      'starts[2]: expected a whole number above 3 and below the length, 8, found 3',
    ],
    [
      'beyond the series',
      [0, 8],
      'starts[1]: expected a whole number above 0 and below the length, 8, found 8',
    ],
    [
      'half a step',
      [0, 1.5],
      'starts[1]: expected a whole number above 0 and below the length, 8, found 1.5',
    ],
  ])('is refused from starts: %s', (_, starts, message) => {
    expect(() => Patches.fromStarts(starts, 8)).toThrowError(`PATCHES_INVALID: ${message}. ${wayOut}`);
  });

  it.each([0, -2, 1.5, Number.NaN])('is refused from a patch of length %s', (length) => {
    expect(() => Patches.fromLengths([2, length])).toThrowError(
      `PATCHES_INVALID: lengths[1]: expected a whole number of at least 1, found ${length}. ${wayOut}`,
    );
  });

  it('is refused from lengths that sum to more than 32 bits hold', () => {
    expect(() => Patches.fromLengths([2 ** 32 - 1, 1])).toThrowError(
      `PATCHES_INVALID: length: expected a whole number of steps from 0 to 4294967295, found 4294967296. ${wayOut}`,
    );
    expect(Patches.fromLengths([2 ** 32 - 2, 1]).length).toBe(2 ** 32 - 1);
  });

  it('is refused from a label of NaN', () => {
    expect(() => Patches.fromLabels([1, Number.NaN])).toThrowError(
      `PATCHES_INVALID: labels[1]: expected an id, found NaN. ${wayOut}`,
    );
  });

  it('is refused from flags that do not begin at step 0, or are not flags', () => {
    expect(() => Patches.fromBoundaries([0, 1])).toThrowError(
      `PATCHES_INVALID: flags[0]: expected 1, because the first patch begins there, found 0. ${wayOut}`,
    );
    expect(() => Patches.fromBoundaries([1, 0.3])).toThrowError(
      `PATCHES_INVALID: flags[1]: expected 0 or 1, found 0.3. ${wayOut}`,
    );
  });

  it.each([
    ['null', null, 'stored patches'],
    ['an array', [3, 8], 'stored patches'],
    ['another version', { version: 2, length: 8, ends: [8] }, 'stored patches.version'],
    ['no length', { version: 1, ends: [8] }, 'stored patches.length'],
    ['an end of text', { version: 1, length: 8, ends: ['8'] }, 'stored patches.ends.0'],
  ])('is refused from JSON: %s', (_, data, argument) => {
    expect(() => Patches.fromJSON(data)).toThrowError(
      `PATCHES_INVALID: ${argument}: expected the form that toJSON writes`,
    );
  });

  it('is refused from JSON whose ends are no partition', () => {
    expect(() => Patches.fromJSON({ version: 1, length: 8, ends: [3, 7] })).toThrowError(
      `PATCHES_INVALID: last end: expected the length, 8, found 7. ${wayOut}`,
    );
  });
});

describe('an index outside the partition', () => {
  it.each([-1, 3, 0.5, Number.NaN])('is refused for patches: %s', (index) => {
    for (const read of [
      () => patches.start(index),
      () => patches.end(index),
      () => patches.lengthOf(index),
    ]) {
      expect(read).toThrowError(
        `INDEX_INVALID: patch index: expected a whole number in [0, 3), found ${index}. Count from 0.`,
      );
    }
  });

  it.each([-1, 8, 0.5, Number.NaN])('is refused for steps: %s', (step) => {
    expect(() => patches.patchOf(step)).toThrowError(
      `INDEX_INVALID: step: expected a whole number in [0, 8), found ${step}. Count from 0.`,
    );
  });
});
