/** Which axes a reduction folds, what shape is left, and what a fold over no elements is. */
import type { NamedAttrMap } from '@tensorflow/tfjs-core';
import { booleanAttribute, numbersAttribute } from './kernel-attributes.js';

export interface Fold {
  /** Ascending. */
  readonly axes: readonly number[];
  readonly keepDims: boolean;
  /** Of the result. */
  readonly shape: readonly number[];
}

export function foldOf(attributes: NamedAttrMap, shape: readonly number[]): Fold {
  // tfjs names the axes of max differently from those of every other reduction.
  const name = attributes.reductionIndices === undefined ? 'axis' : 'reductionIndices';
  const given = attributes[name];
  const axes =
    given === undefined || given === null ? shape.map((_, i) => i) : numbersAttribute(attributes, name);
  const ascending = axes.map((axis) => (axis < 0 ? axis + shape.length : axis)).sort((a, b) => a - b);
  const keepDims = booleanAttribute(attributes, 'keepDims');
  return { axes: ascending, keepDims, shape: foldedShape(shape, ascending, keepDims) };
}

export function foldedShape(shape: readonly number[], axes: readonly number[], keepDims: boolean): number[] {
  return shape.flatMap((size, i) => (axes.includes(i) ? (keepDims ? [1] : []) : [size]));
}

/** What a fold over no elements gives, by kernel. An extreme or a mean of nothing is missing, not a number. */
export const emptyFolds = {
  Sum: 0,
  Mean: Number.NaN,
  Prod: 1,
  Max: Number.NaN,
  Min: Number.NaN,
  All: 1,
  Any: 0,
} as const;
