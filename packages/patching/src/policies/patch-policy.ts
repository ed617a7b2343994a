/**
 * What places patch boundaries. A policy sees windows of raw values and knows nothing of the model that reads its patches, so that it
 * can be taken off, stored, and put in front of another. Deterministic: what is drawn while learning is drawn elsewhere.
 */
import type { LongWorkOptions } from '@tessera/core';
import type { PatchTree } from '../patches/patch-tree.js';

/** One window to cut. */
export interface PolicyWindow {
  /** Shape `[T]`; NaN where not observed. */
  readonly values: Float64Array;
  /** UTC milliseconds of each step, shape `[T]`, where known. */
  readonly times?: Float64Array | undefined;
  readonly id?: string | undefined;
}

/** A policy as data: stored with results, and enough to make it again. */
export interface PolicyRecipe {
  /** Registered name, e.g. `uniform`. */
  readonly name: string;
  /** Resolved options, plain JSON data. */
  readonly options: Readonly<Record<string, unknown>>;
}

export interface PatchPolicy {
  readonly name: string;
  readonly recipe: PolicyRecipe;
  /** Whether a boundary depends on what came before it alone, so that appended data moves no old one. */
  readonly isCausal: boolean;
  /** Steps per patch that each level keeps at least on average, the finest level first; 1 where nothing is promised. */
  readonly rates: readonly number[];
  /** The patches of each window, in order. @throws TesseraError OPTIONS_INVALID, OPERATION_ABORTED */
  segment(windows: readonly PolicyWindow[], options?: LongWorkOptions): Promise<PatchTree[]>;
}
