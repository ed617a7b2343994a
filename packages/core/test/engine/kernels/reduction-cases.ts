/** Cases of kernels that fold axes away, or run along one, and of products of matrices. */
import * as tf from '@tensorflow/tfjs-core';
import type { OperationCase } from '../operations.js';
import { alsoWhole, caseOf, type KernelCases, type KernelTable } from './kernel-cases.js';
import { highestRank, perRank, type Shape, type ShapeDraw } from './shape-draw.js';

type Fold = (x: tf.Tensor, axes: number[] | undefined, keepDims: boolean) => tf.Tensor;

/** Over all axes, some axes, no axes, and past axes without elements. */
function folds(draw: ShapeDraw, fn: Fold, more: Partial<OperationCase> = {}): OperationCase[] {
  const make = (shape: Shape, axes: number[] | undefined, keepDims: boolean) =>
    caseOf(`fold ${axes ?? 'all'}${keepDims ? ' kept' : ''}`, [shape], (x) => fn(x, axes, keepDims), more);
  return [
    ...perRank(0, (rank) => [
      make(draw.shape(rank), draw.axes(rank), draw.flag()),
      make(draw.shape(rank), undefined, draw.flag()),
    ]),
    make([2, 3], [], false),
    make([2, 3], [-1], true),
    make([2, 0, 3], [0, 2], false),
    make([0, 3], [1], true),
  ];
}

/** Over an axis without elements, where a fold has a value there. */
const overNothing = (fn: Fold): OperationCase[] =>
  [[0], [3, 0], [2, 0, 2]].map((shape) =>
    caseOf('fold nothing', [shape], (x) => fn(x, [shape.indexOf(0)], false)),
  );

/** One axis of the shapes of every rank. */
function alongAxis(
  draw: ShapeDraw,
  fn: (x: tf.Tensor, axis: number) => tf.Tensor,
  more: Partial<OperationCase> = {},
): OperationCase[] {
  const make = (shape: Shape, axis: number) => caseOf(`along ${axis}`, [shape], (x) => fn(x, axis), more);
  return [
    ...perRank(1, (rank) => [make(draw.shape(rank), draw.axis(rank)), make(draw.shape(rank), -1)]),
    make([0, 3], 1),
    make([2, 0, 3], 0),
  ];
}

const reduction = (fn: Fold, more: { readonly empty: boolean; readonly whole: boolean }): KernelCases => ({
  draw: (draw) => [
    ...folds(draw, fn).flatMap((each) => (more.whole ? alsoWhole(each) : [each])),
    ...(more.empty ? overNothing(fn) : []),
  ],
});

/** Products with and without transposes, with broadcast leading axes. */
function products(draw: ShapeDraw): OperationCase[] {
  const make = (rows: number, inner: number, columns: number, batches: readonly [Shape, Shape]) => {
    const [transA, transB] = [draw.flag(), draw.flag()];
    const a = [...batches[0], ...(transA ? [inner, rows] : [rows, inner])];
    const b = [...batches[1], ...(transB ? [columns, inner] : [inner, columns])];
    return caseOf(`product ${transA ? 'T' : 'N'}${transB ? 'T' : 'N'}`, [a, b], (x, y) =>
      tf.matMul(x, y, transA, transB),
    );
  };
  const size = () => draw.whole(1, 3);
  const ones = (shape: Shape) => shape.map((each) => (draw.flag() ? 1 : each));
  return [
    ...perRank(2, (rank) =>
      [0, 1, 2, 3].map(() => {
        const batch = draw.shape(rank - 2);
        const wide = draw.flag();
        return make(size(), size(), size(), [wide ? batch : ones(batch), wide ? ones(batch) : batch]);
      }),
    ),
    ...[
      [0, 2, 3],
      [2, 0, 3],
      [2, 3, 0],
    ].flatMap(([m = 0, k = 0, n = 0]) => [make(m, k, n, [[], []]), make(m, k, n, [[2], [2]])]),
    make(2, 2, 2, [[0], [0]]),
  ];
}

export const reductionTable: KernelTable = {
  Sum: reduction((x, axes, kept) => tf.sum(x, axes, kept), { empty: true, whole: true }),
  Mean: reduction((x, axes, kept) => tf.mean(x, axes, kept), { empty: true, whole: true }),
  Max: reduction((x, axes, kept) => tf.max(x, axes, kept), { empty: true, whole: true }),
  Min: reduction((x, axes, kept) => tf.min(x, axes, kept), { empty: true, whole: true }),
  Prod: {
    draw: (draw) => [
      ...reduction((x, axes, kept) => tf.prod(x, axes, kept), { empty: true, whole: false }).draw(draw),
      // Few factors, so that whole numbers do not overflow.
      ...alsoWhole(caseOf('fold few', [[2, 3]], (x) => tf.prod(x, 1))),
      // Zeros among the factors, one and two in a row: a division by the factor would not do.
      caseOf('fold with zeros', [[3, 5]], (x) =>
        tf.prod(tf.mul(x, tf.tensor([1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 0, 1, 0, 1], [3, 5])), 1),
      ),
    ],
  },
  All: reduction((x, axes, kept) => tf.all(tf.greater(x, -1), axes, kept), { empty: true, whole: false }),
  Any: reduction((x, axes, kept) => tf.any(tf.greater(x, 1), axes, kept), { empty: true, whole: false }),
  ArgMax: {
    ranks: [1, highestRank],
    draw: (draw) => alongAxis(draw, (x, axis) => tf.argMax(x, axis)).flatMap(alsoWhole),
  },
  ArgMin: {
    ranks: [1, highestRank],
    draw: (draw) => alongAxis(draw, (x, axis) => tf.argMin(x, axis)).flatMap(alsoWhole),
  },
  Cumsum: {
    ranks: [1, highestRank],
    draw: (draw) =>
      alongAxis(draw, (x, axis) =>
        tf.cumsum(x, axis < 0 ? axis + x.rank : axis, x.rank % 2 === 0, x.rank % 3 === 0),
      ).flatMap(alsoWhole),
  },
  Softmax: {
    ranks: [1, highestRank],
    draw: (draw) => [
      ...perRank(1, (rank) => [caseOf('softmax', [draw.shape(rank)], (x) => tf.softmax(x))]),
      caseOf('softmax', [[0, 3]], (x) => tf.softmax(x)),
    ],
  },
  BatchMatMul: { ranks: [2, highestRank], draw: products },
};
