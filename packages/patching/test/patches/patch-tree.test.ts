/** Trees of partitions: every coarse end is a fine end, and the children of a patch are what it is made of. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PatchTree } from '../../src/patches/patch-tree.js';
import { Patches } from '../../src/patches/patches.js';
import { arbitraryPatches, arbitraryTree } from './arbitrary-patches.js';

const wayOut = 'Give patches that cover every step once, in order.';

const fine = Patches.fromEnds([1, 3, 4, 8, 9], 9);
const middle = Patches.fromEnds([3, 8, 9], 9);
const coarse = Patches.fromEnds([8, 9], 9);
const tree = new PatchTree([fine, middle, coarse]);

describe('a patch tree', () => {
  it('knows its levels from fine to coarse', () => {
    expect([tree.depth, tree.length]).toEqual([3, 9]);
    expect(tree.level(1).equals(middle)).toBe(true);
    expect(tree.finest.equals(fine)).toBe(true);
    expect(tree.coarsest.equals(coarse)).toBe(true);
  });

  it('knows the children of a coarse patch as a range of finer ones', () => {
    // Steps [3, 8) of the middle level are the fine patches [3, 4) and [4, 8), numbers 2 and 3.
    expect(tree.children(1, 1)).toEqual({ start: 2, end: 4 });
    expect(tree.children(2, 0)).toEqual({ start: 0, end: 2 });
    expect(tree.children(2, 1)).toEqual({ start: 2, end: 3 });
    expect(tree.childrenAt(1).toEnds()).toEqual(Uint32Array.of(2, 4, 5));
    // Fine patch 3 belongs to patch 1 of the middle level.
    expect(tree.childrenAt(1).patchOf(3)).toBe(1);
  });

  it('may have one level, equal levels, or no steps', () => {
    expect(new PatchTree([fine]).depth).toBe(1);
    expect(new PatchTree([fine, fine]).childrenAt(1).toLengths()).toEqual(Uint32Array.of(1, 1, 1, 1, 1));
    const empty = new PatchTree([Patches.fromLengths([]), Patches.fromLengths([])]);
    expect([empty.length, empty.childrenAt(1).count]).toEqual([0, 0]);
  });

  it('cannot be changed', () => {
    const levels = [fine, middle];
    const made = new PatchTree(levels);
    levels.pop();
    expect(made.depth).toBe(2);
    expect(Object.isFrozen(made)).toBe(true);
    expect(Object.isFrozen(made.levels)).toBe(true);
  });

  it('differs from trees with another level', () => {
    expect(tree.equals(new PatchTree([fine, middle, coarse]))).toBe(true);
    expect(tree.equals(new PatchTree([fine, middle]))).toBe(false);
    expect(tree.equals(new PatchTree([fine, middle, middle]))).toBe(false);
  });
});

describe('every patch tree', () => {
  it('has children that cover exactly the steps of their parent', () => {
    fc.assert(
      fc.property(arbitraryTree, (any) => {
        for (let level = 1; level < any.depth; level++) {
          const [finer, parents] = [any.level(level - 1), any.level(level)];
          for (const { index, start, end } of parents) {
            const children = any.children(level, index);
            const inside = [...finer].filter((patch) => start <= patch.start && patch.end <= end);
            expect(inside.map((patch) => patch.index)).toEqual(
              Array.from({ length: children.end - children.start }, (_, i) => children.start + i),
            );
            const covered = inside.reduce((sum, patch) => sum + patch.end - patch.start, 0);
            expect(covered).toBe(end - start);
          }
        }
      }),
    );
  });

  it('comes back from JSON', () => {
    fc.assert(
      fc.property(arbitraryTree, (any) => {
        expect(PatchTree.fromJSON(JSON.parse(JSON.stringify(any))).equals(any)).toBe(true);
      }),
    );
  });

  it('is refused exactly where a coarse end is not a fine end', () => {
    // Two independent partitions of equal length: the first padded to the second, or the other way round.
    const pad = (patches: Patches, length: number) =>
      patches.length === length
        ? patches
        : Patches.fromLengths([...patches.toLengths(), length - patches.length]);
    fc.assert(
      fc.property(arbitraryPatches, arbitraryPatches, (first, second) => {
        const length = Math.max(first.length, second.length);
        const [a, b] = [pad(first, length), pad(second, length)];
        const fineEnds = new Set(a.toEnds());
        const nests = [...b.toEnds()].every((end) => fineEnds.has(end));
        if (nests) expect(new PatchTree([a, b]).depth).toBe(2);
        else expect(() => new PatchTree([a, b])).toThrowError('PATCHES_INVALID: end ');
      }),
    );
  });
});

describe('what is not a tree', () => {
  it('is refused where it has no level', () => {
    expect(() => new PatchTree([])).toThrowError(
      `PATCHES_INVALID: levels: expected at least one level, found none. ${wayOut}`,
    );
  });

  it('is refused where levels have different lengths', () => {
    expect(() => new PatchTree([fine, Patches.fromEnds([8], 8)])).toThrowError(
      `PATCHES_INVALID: length of level 1: expected 9, as level 0, found 8. ${wayOut}`,
    );
  });

  it('is refused where a coarse end is not a fine end', () => {
    expect(() => new PatchTree([fine, middle, Patches.fromEnds([3, 4, 9], 9)])).toThrowError(
      `PATCHES_INVALID: end 1 of level 2: expected an end of level 1, found 4. ${wayOut}`,
    );
  });

  it.each([
    ['null', null, 'stored tree: expected the form that toJSON writes'],
    [
      'another version',
      { version: 0, levels: [] },
      'stored tree.version: expected the form that toJSON writes',
    ],
    ['no levels', { version: 1, levels: [] }, 'levels: expected at least one level'],
    [
      'a level of text',
      { version: 1, levels: ['a'] },
      'stored patches: expected the form that toJSON writes',
    ],
  ])('is refused from JSON: %s', (_, data, message) => {
    expect(() => PatchTree.fromJSON(data)).toThrowError(`PATCHES_INVALID: ${message}`);
  });
});

describe('an index outside the tree', () => {
  it.each([-1, 3, 0.5])('is refused for levels: %s', (level) => {
    expect(() => tree.level(level)).toThrowError(
      `INDEX_INVALID: level: expected a whole number in [0, 3), found ${level}. Count from 0, the finest.`,
    );
  });

  it('is refused for the children of the finest level', () => {
    expect(() => tree.children(0, 0)).toThrowError(
      'INDEX_INVALID: level: expected a whole number in [1, 3), found 0. ' +
        'Count from 1; the finest level has no children.',
    );
  });

  it('is refused for a patch that the level does not have', () => {
    expect(() => tree.children(2, 2)).toThrowError(
      'INDEX_INVALID: patch index: expected a whole number in [0, 2), found 2. Count from 0.',
    );
  });
});
