/** Cases of kernels that move, cut, join, repeat or make elements. */
import * as tf from '@tensorflow/tfjs-core';
import type { OperationCase } from '../operations.js';
import { alsoWhole, caseOf, type KernelCases, type KernelTable } from './kernel-cases.js';
import { highestRank, perRank, type Shape, type ShapeDraw } from './shape-draw.js';

type Move = (draw: ShapeDraw, shape: Shape) => OperationCase;

/** A case of each rank, and two without elements. */
function moved(make: Move, least = 0, most = highestRank): KernelCases {
  return {
    ranks: [least, most],
    draw: (draw) =>
      [
        ...perRank(least, (rank) => [make(draw, draw.shape(rank)), make(draw, draw.shape(rank))], most),
        make(draw, draw.emptyShape(Math.max(1, least))),
        make(draw, draw.emptyShape(Math.min(4, most))),
      ].flatMap(alsoWhole),
  };
}

const joined = (parts: readonly tf.Tensor[], axis: number) => tf.concat([...parts].reverse(), axis);

/** A slice with steps in both directions, ends out of range, and axes that are masked, added or dropped. */
function stridedSlice(draw: ShapeDraw, shape: Shape): OperationCase {
  const numbers = shape.map((size) => {
    const [from, to] = [draw.whole(-1, size), draw.whole(-size - 1, size + 1)];
    return { from, to, stride: draw.whole(1, 3) * (draw.flag() ? 1 : -1) };
  });
  const bits = () => shape.reduce((mask, _, axis) => mask + (draw.whole(0, 3) === 0 ? 2 ** axis : 0), 0);
  const [beginMask, endMask] = [bits(), bits()];
  const dropped = shape.length > 1 && (shape[0] ?? 0) > 0 && draw.flag() ? 1 : 0;
  const [begin, end, strides] = [
    numbers.map(({ from }, axis) => (dropped === 1 && axis === 0 ? 0 : from)),
    numbers.map(({ to }) => to),
    numbers.map(({ stride }, axis) => (dropped === 1 && axis === 0 ? 1 : stride)),
  ];
  return caseOf(
    `from ${begin} to ${end} by ${strides}, masks ${beginMask} ${endMask} ${dropped}`,
    [shape],
    (x) => tf.stridedSlice(x, begin, end, strides, beginMask, endMask, 0, 0, dropped),
  );
}

/** An axis that has elements, where there is one. */
function fullAxis(draw: ShapeDraw, shape: Shape): number {
  return shape.includes(0) ? (shape.indexOf(0) + 1) % shape.length : draw.axis(shape.length);
}

function gathered(draw: ShapeDraw, shape: Shape): OperationCase {
  const filled = shape.map((size) => Math.max(1, size));
  const axis = fullAxis(draw, shape);
  const form = draw.shape(Math.min(draw.whole(0, 2), highestRank + 1 - shape.length));
  // Indices repeat, so that gradients have to be added.
  const indices = Int32Array.from({ length: tf.util.sizeFromShape(form) }, () =>
    draw.whole(0, (filled[axis] ?? 1) - 1),
  );
  const whole = shape.map((size, i) => (i === axis ? (filled[i] ?? 1) : size));
  return caseOf(`gather along ${axis} by [${form}]`, [whole], (x) =>
    tf.gather(x, tf.tensor(indices, form, 'int32'), axis),
  );
}

/** Segments that repeat, stay empty, and elements that lie in none. */
function segments(draw: ShapeDraw, shape: Shape): OperationCase {
  const count = draw.whole(1, 3);
  const ids = Int32Array.from({ length: shape[0] ?? 0 }, () => draw.whole(-1, count));
  return caseOf(`${count} segments ${ids}`, [shape], (x) =>
    // tfjs sums whole numbers to float32.
    tf.unsortedSegmentSum(tf.cast(x, 'float32'), tf.tensor1d(ids, 'int32'), count),
  );
}

export const structureTable: KernelTable = {
  Identity: moved((_, shape) => caseOf('copy', [shape], (x) => tf.clone(x))),
  Reshape: moved((draw, shape) => {
    const other = draw.permutation(shape.length).map((i) => shape[i] ?? 1);
    return caseOf(`to [${other}]`, [shape], (x) => tf.reshape(x, other));
  }),
  ExpandDims: moved(
    (draw, shape) => {
      const dim = draw.whole(-shape.length - 1, shape.length);
      return caseOf(`axis ${dim}`, [shape], (x) => tf.expandDims(x, dim));
    },
    0,
    highestRank - 1,
  ),
  Transpose: moved((draw, shape) => {
    const perm = draw.permutation(shape.length);
    return caseOf(`by ${perm}`, [shape], (x) => tf.transpose(x, perm));
  }, 2),
  Concat: moved((draw, shape) => {
    const axis = draw.axis(shape.length);
    const shapes = [0, 1, 2].map(() => shape.map((size, i) => (i === axis ? draw.whole(0, 2) : size)));
    return caseOf(`along ${axis}`, shapes, (...parts) => tf.concat(parts, axis));
  }, 1),
  Pack: moved(
    (draw, shape) => {
      const axis = draw.whole(0, shape.length);
      return caseOf(`along ${axis}`, [shape, shape], (...parts) => tf.stack(parts, axis));
    },
    0,
    highestRank - 1,
  ),
  Unpack: moved((draw, given) => {
    const axis = fullAxis(draw, given);
    const shape = given.map((size, i) => (i === axis ? Math.max(1, size) : size));
    return caseOf(`along ${axis}`, [shape], (x) => tf.stack([...tf.unstack(x, axis)].reverse(), axis));
  }, 1),
  Slice: moved((draw, shape) => {
    const begin = shape.map((size) => draw.whole(0, size));
    const size = shape.map((all, i) => draw.whole(0, all - (begin[i] ?? 0)));
    return caseOf(`${size} from ${begin}`, [shape], (x) => tf.slice(x, begin, size));
  }, 1),
  SplitV: moved((draw, shape) => {
    const axis = draw.axis(shape.length);
    const sizes = draw.parts(shape[axis] ?? 0);
    return caseOf(`into ${sizes} along ${axis}`, [shape], (x) => joined(tf.split(x, sizes, axis), axis));
  }, 1),
  PadV2: moved((draw, shape) => {
    const around = shape.map((): [number, number] => [draw.whole(0, 1), draw.whole(0, 1)]);
    return caseOf(`by ${around.join(' ')}`, [shape], (x) => tf.pad(x, around, 2));
  }, 1),
  Tile: moved((draw, shape) => {
    const reps = shape.map(() => draw.whole(1, 2));
    return caseOf(`by ${reps}`, [shape], (x) => tf.tile(x, reps));
  }, 1),
  Reverse: moved((draw, shape) => {
    const axes = draw.axes(shape.length);
    return caseOf(`along ${axes}`, [shape], (x) => tf.reverse(x, axes));
  }, 1),
  GatherV2: moved(gathered, 1),
  UnsortedSegmentSum: moved(segments, 1),
  StridedSlice: moved(stridedSlice, 1),
  OneHot: moved(
    (draw, shape) => {
      const depth = draw.whole(2, 4);
      return caseOf(`depth ${depth}`, [shape], (x) =>
        tf.oneHot(tf.cast(tf.mul(x, 2), 'int32'), depth, 3, -1),
      );
    },
    0,
    highestRank - 1,
  ),
  Fill: moved((_, shape) => caseOf('filled', [shape], (x) => tf.add(x, tf.fill([...shape], 2)))),
  Range: moved((draw, shape) => {
    const [start, step] = [draw.whole(-3, 3), draw.flag() ? 2 : -1];
    const stop = start + step * draw.whole(0, 3);
    return caseOf(`${start} to ${stop} by ${step}`, [shape], (x) =>
      tf.add(tf.sum(x), tf.range(start, stop, step, x.dtype === 'int32' ? 'int32' : 'float32')),
    );
  }),
};
