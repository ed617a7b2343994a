/**
 * What a plan of a window may be: at each level so many patches at most, anchors that are always on, and the fewest steps between
 * a chosen boundary and another, chosen or fixed. Depends on the configuration and the length alone. This, not a penalty, holds the
 * compression rate.
 */
import type { PolicyConfig } from './policy-config.js';

export interface PlanLevel {
  /** Most patches, at least 1. */
  readonly maxPatches: number;
  /** Steps where a patch always begins, ascending, without step 0, which is one in any case. */
  readonly anchors: Uint32Array;
  /** Fewest steps between two chosen boundaries. */
  readonly spacing: number;
  /** Fewest steps between a chosen boundary and an anchor, or step 0. */
  readonly anchorSpacing: number;
  /** Boundaries left to choose: maxPatches - 1 - anchors. */
  readonly picks: number;
}

export interface PlanSpace {
  /** Steps of the window, L. */
  readonly length: number;
  /** From fine to coarse. A coarse level chooses among the boundaries of the finer one. */
  readonly levels: readonly PlanLevel[];
}

/** The plans of windows of this length. O(levels anchors). */
export function planSpace(config: PolicyConfig, length: number): PlanSpace {
  const levels: PlanLevel[] = [];
  for (let level = 0; level < config.rates.length; level++) {
    const maxPatches = Math.max(1, Math.floor(length / config.rates[level]));
    const spacing = levelSpacing(config, level);
    const finer = levels[level - 1]?.anchors;
    const anchorSpacing = levelAnchorSpacing(config, level);
    const grid = anchorGrid(config, level, length, maxPatches - 1, anchorSpacing);
    const anchors = finer === undefined ? grid : grid.filter((step) => finer.includes(step));
    levels.push({ maxPatches, anchors, spacing, anchorSpacing, picks: maxPatches - 1 - anchors.length });
  }
  return { length, levels };
}

/** Fewest steps between two chosen boundaries at a level, 0 the finest. */
export function levelSpacing({ spacing, rates }: PolicyConfig, level: number): number {
  return atLevel(spacing ?? Math.max(1, Math.floor(rates[0] / 8)), rates, level);
}

/** Fewest steps between a chosen boundary and an anchor, or step 0, at a level. */
export function levelAnchorSpacing(config: PolicyConfig, level: number): number {
  const { anchorSpacing, rates } = config;
  return anchorSpacing === undefined ? levelSpacing(config, level) : atLevel(anchorSpacing, rates, level);
}

function atLevel(finest: number, rates: readonly number[], level: number): number {
  return Math.max(1, Math.floor((finest * rates[level]) / rates[0]));
}

/** Steps between two anchors of a level, a multiple of those of every finer one; infinite without anchors. */
export function anchorPeriod({ anchors, rates }: PolicyConfig, level: number): number {
  if (anchors.kind === 'none') return Number.POSITIVE_INFINITY;
  let period = anchors.kind === 'season' ? anchors.period : 1;
  for (let m = 0; m <= level; m++) period *= Math.max(1, Math.ceil(rates[m] / anchors.share / period));
  return period;
}

function anchorGrid(
  config: PolicyConfig,
  level: number,
  length: number,
  most: number,
  fromStart: number,
): Uint32Array {
  const period = anchorPeriod(config, level);
  const steps: number[] = [];
  for (let i = 1; i * period < length && steps.length < most; i++) {
    const step = config.isCausal ? i * period : length - i * period;
    if (step >= fromStart) steps.push(step);
  }
  return Uint32Array.from(steps).sort();
}
