/** What a strided slice takes of each axis, once its masks for whole, new and dropped axes are read. */
import { type NamedAttrMap, slice_util } from '@tensorflow/tfjs-core';
import { numberAttribute, numbersAttribute } from './kernel-attributes.js';

export interface StridedSlice {
  /** First index of each axis of the input. */
  readonly begin: readonly number[];
  /** Never 0; negative where the axis is read backwards. */
  readonly strides: readonly number[];
  /** Elements taken of each axis of the input. */
  readonly counts: readonly number[];
  /** Shape of the result, with axes added and dropped. */
  readonly shape: readonly number[];
}

export function stridedSliceOf(attributes: NamedAttrMap, shape: readonly number[]): StridedSlice {
  const { begin, end, strides, finalShape } = slice_util.sliceInfo(
    [...shape],
    numbersAttribute(attributes, 'begin'),
    numbersAttribute(attributes, 'end'),
    numbersAttribute(attributes, 'strides'),
    numberAttribute(attributes, 'beginMask'),
    numberAttribute(attributes, 'endMask'),
    numberAttribute(attributes, 'ellipsisMask'),
    numberAttribute(attributes, 'newAxisMask'),
    numberAttribute(attributes, 'shrinkAxisMask'),
  );
  const counts = begin.map((from, i) => Math.max(0, Math.ceil(((end[i] ?? 0) - from) / (strides[i] ?? 1))));
  return { begin, strides, counts, shape: finalShape };
}
