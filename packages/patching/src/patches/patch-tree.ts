/**
 * Partitions of the same steps at several levels, from fine to coarse: every coarse end is also an end one level finer,
 * so a coarse patch is a run of whole fine ones. Checked when built, immutable after. Holds at least one level, and
 * says nothing of how many a model wants.
 */
import { TesseraError } from '@tessera/core';
import { z } from 'zod';
import { Patches, type PatchesData } from './patches.js';
import { patchesError, readStored } from './patches-error.js';

/** The form in which a tree is stored. */
export interface PatchTreeData {
  readonly version: 1;
  /** From fine to coarse. */
  readonly levels: readonly PatchesData[];
}

const storedForm = z.object({ version: z.literal(1), levels: z.array(z.unknown()) });

export class PatchTree {
  /** From fine to coarse, shape `[M]`. */
  readonly levels: readonly Patches[];
  /** For every level but the finest, its patches as a partition of the patches one level finer. */
  readonly #groups: readonly Patches[];

  /**
   * @param levels from fine to coarse, at least one, all of the same length
   * @throws TesseraError PATCHES_INVALID
   */
  constructor(levels: readonly Patches[]) {
    if (levels.length === 0) throw patchesError('levels', 'at least one level', 'none');
    this.levels = Object.freeze([...levels]);
    this.#groups = this.levels.slice(1).map((coarse, i) => group(this.levels[i], coarse, i + 1));
    Object.freeze(this);
  }

  /** What `toJSON` gave, from a source that need not be trusted. @throws TesseraError PATCHES_INVALID */
  static fromJSON(data: unknown): PatchTree {
    return new PatchTree(readStored(storedForm, data, 'stored tree').levels.map(Patches.fromJSON));
  }

  /** Number of levels, M. */
  get depth(): number {
    return this.levels.length;
  }

  /** Number of steps. */
  get length(): number {
    return this.finest.length;
  }

  get finest(): Patches {
    return this.levels[0];
  }

  get coarsest(): Patches {
    return this.levels[this.levels.length - 1];
  }

  /** One level, 0 the finest. @throws TesseraError INDEX_INVALID */
  level(level: number): Patches {
    this.#checkLevel(level, 0);
    return this.levels[level];
  }

  /**
   * The patches of a level as a partition of the patches one level finer: its steps are the finer level’s indices.
   *
   * @param level from 1, since the finest has no children
   * @throws TesseraError INDEX_INVALID
   */
  childrenAt(level: number): Patches {
    this.#checkLevel(level, 1);
    return this.#groups[level - 1];
  }

  /**
   * The half-open range of finer patches that one patch is made of.
   *
   * @param level from 1, since the finest has no children
   * @throws TesseraError INDEX_INVALID
   */
  children(level: number, index: number): { readonly start: number; readonly end: number } {
    const groups = this.childrenAt(level);
    return { start: groups.start(index), end: groups.end(index) };
  }

  /** Whether two trees are the same in every level. */
  equals(other: PatchTree): boolean {
    return this.depth === other.depth && this.levels.every((level, i) => level.equals(other.levels[i]));
  }

  toJSON(): PatchTreeData {
    return { version: 1, levels: this.levels.map((level) => level.toJSON()) };
  }

  #checkLevel(level: number, from: 0 | 1): void {
    if (Number.isInteger(level) && level >= from && level < this.depth) return;
    throw new TesseraError({
      code: 'INDEX_INVALID',
      argument: 'level',
      expected: `a whole number in [${from}, ${this.depth})`,
      found: String(level),
      wayOut: from === 0 ? 'Count from 0, the finest' : 'Count from 1; the finest level has no children',
    });
  }
}

/** Coarse patches as a partition of the fine ones; O(fine + coarse). */
function group(fine: Patches, coarse: Patches, level: number): Patches {
  if (fine.length !== coarse.length) {
    throw patchesError(`length of level ${level}`, `${fine.length}, as level ${level - 1}`, coarse.length);
  }
  const ends = new Uint32Array(coarse.count);
  let child = 0;
  for (const { index, end } of coarse) {
    while (fine.end(child) < end) child += 1;
    if (fine.end(child) !== end) {
      throw patchesError(`end ${index} of level ${level}`, `an end of level ${level - 1}`, end);
    }
    child += 1;
    ends[index] = child;
  }
  return Patches.fromEnds(ends, fine.count);
}
