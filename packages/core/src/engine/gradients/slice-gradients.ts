/** Gradients of what takes a part of a tensor: each element’s gradient goes back to where it was taken from, zeros elsewhere. */
import { type GradConfig, pad, reshape, reverse, slice, type Tensor, zeros } from '@tensorflow/tfjs-core';
import { numbersAttribute } from '../trace/kernel-attributes.js';
import { type StridedSlice, stridedSliceOf } from '../trace/strided-slice.js';
import { fromInput } from './gradient.js';

export const sliceGradients: readonly GradConfig[] = [
  fromInput('Slice', (dy, x, attributes) => {
    const begin = numbersAttribute(attributes, 'begin');
    const around = x.shape.map((size, i): [number, number] => {
      const before = begin[i] ?? 0;
      return [before, size - before - (dy.shape[i] ?? 0)];
    });
    return x.rank === 0 ? dy.clone() : pad(dy, around);
  }),
  fromInput('StridedSlice', (dy, x, attributes) => putBack(dy, x.shape, stridedSliceOf(attributes, x.shape))),
];

function putBack(dy: Tensor, shape: readonly number[], taken: StridedSlice): Tensor {
  const { begin, strides, counts } = taken;
  if (dy.size === 0) return zeros([...shape]);
  const backwards = strides.flatMap((stride, axis) => (stride < 0 ? [axis] : []));
  const ordered = reshape(dy, [...counts]);
  const forwards = backwards.length === 0 ? ordered : reverse(ordered, backwards);
  const spaced = strides.reduce((y, stride, axis) => withGaps(y, axis, Math.abs(stride)), forwards);
  const around = shape.map((size, axis): [number, number] => {
    const [from = 0, stride = 1, count = 1] = [begin[axis], strides[axis], counts[axis]];
    const before = Math.min(from, from + (count - 1) * stride);
    return [before, size - before - (spaced.shape[axis] ?? 0)];
  });
  return pad(spaced, around);
}

/** Zeros between the elements of an axis, so that they lie `stride` apart. */
function withGaps(x: Tensor, axis: number, stride: number): Tensor {
  const count = x.shape[axis] ?? 1;
  if (stride === 1 || count === 1) return x;
  const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  const inner = after.reduce((product, size) => product * size, 1);
  const apart = pad(reshape(x, [-1, 1, inner]), [
    [0, 0],
    [0, stride - 1],
    [0, 0],
  ]);
  const whole = reshape(apart, [...before, count * stride, ...after]);
  const begin = whole.shape.map(() => 0);
  return slice(whole, begin, [...before, (count - 1) * stride + 1, ...after]);
}
