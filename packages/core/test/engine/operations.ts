/** Operations that models use, as data: each is run on every engine, and differentiated where it is smooth there. */
import * as tf from '@tensorflow/tfjs-core';
import { attention } from '../../src/engine/composites/attention.js';
import { feedForward, gelu } from '../../src/engine/composites/feed-forward.js';
import { foldedNorm } from '../../src/engine/composites/folded-norm.js';
import { linear } from '../../src/engine/composites/linear.js';
import { linearRecurrence } from '../../src/engine/composites/linear-recurrence.js';
import { layerNorm, rmsNorm } from '../../src/engine/composites/normalization.js';

export interface OperationCase {
  readonly name: string;
  /** Shapes of the float32 inputs. */
  readonly shapes: readonly (readonly number[])[];
  readonly fn: (...inputs: tf.Tensor[]) => tf.Tensor;
  /** Inputs are drawn from this open range, away from kinks. Default [-2, 2]. */
  readonly range?: readonly [number, number];
  /** Whether finite differences make sense. Default true. */
  readonly smooth?: boolean;
}

const positive = [0.2, 2.5] as const;
const one = (
  name: string,
  fn: (x: tf.Tensor) => tf.Tensor,
  more: Partial<OperationCase> = {},
): OperationCase[] =>
  [[3, 4], [5], [], [2, 1, 3]].map((shape) => ({
    name: `${name} of [${shape}]`,
    shapes: [shape],
    fn: (x: tf.Tensor | undefined) => fn(x ?? tf.scalar(0)),
    ...more,
  }));
const two = (
  name: string,
  fn: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  more: Partial<OperationCase> = {},
): OperationCase[] =>
  [
    [
      [3, 4],
      [3, 4],
    ],
    [[3, 4], [4]],
    [
      [3, 1],
      [1, 4],
    ],
    [[], [2, 3]],
    [
      [2, 3, 4],
      [3, 1],
    ],
  ].map(([a = [], b = []]) => ({
    name: `${name} of [${a}] and [${b}]`,
    shapes: [a, b],
    fn: (x: tf.Tensor, y: tf.Tensor) => fn(x, y),
    ...more,
  }));
const flat = { smooth: false } as const;

export const elementwiseCases: readonly OperationCase[] = [
  ...one('abs', tf.abs),
  ...one('neg', tf.neg),
  ...one('exp', tf.exp),
  ...one('expm1', tf.expm1),
  ...one('log', tf.log, { range: positive }),
  ...one('log1p', tf.log1p, { range: positive }),
  ...one('sqrt', tf.sqrt, { range: positive }),
  ...one('rsqrt', tf.rsqrt, { range: positive }),
  ...one('square', tf.square),
  ...one('reciprocal', tf.reciprocal, { range: positive }),
  ...one('sin', tf.sin),
  ...one('cos', tf.cos),
  ...one('tanh', tf.tanh),
  ...one('sigmoid', tf.sigmoid),
  ...one('softplus', tf.softplus),
  ...one('relu', tf.relu),
  ...one('leakyRelu', (x) => tf.leakyRelu(x, 0.1)),
  ...one('elu', tf.elu),
  ...one('erf', tf.erf),
  ...one('asinh', tf.asinh),
  ...one('atan', tf.atan),
  ...one('clip', (x) => tf.clipByValue(x, -1, 1)),
  ...one('floor', tf.floor, flat),
  ...one('ceil', tf.ceil, flat),
  ...one('round', tf.round, flat),
  ...one('sign', tf.sign, flat),
  ...one('step', (x) => tf.step(x, 0.25), flat),
  ...one('cast to int32', (x) => tf.cast(x, 'int32'), flat),
  ...one('is NaN', tf.isNaN, flat),
  ...two('add', tf.add),
  ...two('sub', tf.sub),
  ...two('mul', tf.mul),
  ...two('div', tf.div, { range: positive }),
  ...two('pow', tf.pow, { range: positive }),
  ...two('maximum', tf.maximum),
  ...two('minimum', tf.minimum),
  ...two('squaredDifference', tf.squaredDifference),
  ...two('greater', tf.greater, flat),
  ...two('greaterEqual', tf.greaterEqual, flat),
  ...two('less', tf.less, flat),
  ...two('lessEqual', tf.lessEqual, flat),
  ...two('equal', tf.equal, flat),
  ...two('notEqual', tf.notEqual, flat),
  ...two('logicalAnd', (a, b) => tf.logicalAnd(tf.greater(a, 0), tf.greater(b, 0)), flat),
  ...two('logicalOr', (a, b) => tf.logicalOr(tf.greater(a, 0), tf.greater(b, 0)), flat),
  ...one('logicalNot', (x) => tf.logicalNot(tf.greater(x, 0)), flat),
  ...two('where', (a, b) => tf.where(tf.greater(a, 0), tf.square(a), b)),
];

const shaped = (
  name: string,
  shape: readonly number[],
  fn: (x: tf.Tensor) => tf.Tensor,
  more: Partial<OperationCase> = {},
) => ({
  name: `${name} of [${shape}]`,
  shapes: [shape],
  fn: (x: tf.Tensor | undefined) => fn(x ?? tf.scalar(0)),
  ...more,
});
/** Two inputs without elements, and one that is spread over none. */
const hollow = (name: string, fn: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): OperationCase[] =>
  [
    [
      [2, 0],
      [2, 0],
    ],
    [
      [2, 0],
      [2, 1],
    ],
    [[0], []],
  ].map(([a = [], b = []]) => ({
    name: `${name} of [${a}] and [${b}]`,
    shapes: [a, b],
    fn: (x: tf.Tensor, y: tf.Tensor) => fn(x, y),
  }));
const product = (
  a: readonly number[],
  b: readonly number[],
  transA: boolean,
  transB: boolean,
): OperationCase => ({
  name: `matMul of [${a}]${transA ? '^T' : ''} and [${b}]${transB ? '^T' : ''}`,
  shapes: [a, b],
  fn: (x: tf.Tensor, y: tf.Tensor) => tf.matMul(x, y, transA, transB),
});

export const structureCases: readonly OperationCase[] = [
  shaped('sum of all', [3, 4], (x) => tf.sum(x)),
  shaped('sum over the last axis', [2, 3, 4], (x) => tf.sum(x, -1)),
  shaped('sum over two axes, kept', [2, 3, 4], (x) => tf.sum(x, [0, 2], true)),
  shaped('mean of all', [3, 4], (x) => tf.mean(x)),
  shaped('mean over an axis', [2, 3, 4], (x) => tf.mean(x, 1)),
  shaped('mean over an axis, kept', [2, 3, 4], (x) => tf.mean(x, 1, true)),
  shaped('max', [3, 5], (x) => tf.max(x, 1)),
  shaped('min', [3, 5], (x) => tf.min(x, 0, true)),
  shaped('prod', [3, 3], (x) => tf.prod(x, 1), flat),
  shaped('any', [3, 3], (x) => tf.any(tf.greater(x, 0), 1), flat),
  shaped('all', [3, 3], (x) => tf.all(tf.greater(x, -1), 0), flat),
  shaped('argMax', [3, 5], (x) => tf.argMax(x, 1), flat),
  shaped('argMin', [3, 5], (x) => tf.argMin(x, 0), flat),
  shaped('cumsum', [2, 5], (x) => tf.cumsum(x, 1)),
  shaped('cumsum, exclusive and reversed', [2, 5], (x) => tf.cumsum(x, 1, true, true)),
  shaped('softmax', [3, 5], (x) => tf.softmax(x)),
  shaped('logSoftmax', [3, 5], (x) => tf.logSoftmax(x)),
  product([3, 4], [4, 5], false, false),
  product([4, 3], [4, 5], true, false),
  product([3, 4], [5, 4], false, true),
  product([4, 3], [5, 4], true, true),
  product([2, 3, 4], [2, 4, 5], false, false),
  product([2, 3, 4], [2, 5, 4], false, true),
  product([2, 4, 3], [2, 4, 5], true, false),
  product([2, 2, 3, 4], [2, 2, 4, 2], false, false),
  product([2, 3, 4], [1, 4, 5], false, false),
  product([0, 4], [4, 5], false, false),
  shaped('reshape', [3, 4], (x) => tf.reshape(x, [2, -1])),
  shaped('reshape to nothing', [0, 4], (x) => tf.reshape(x, [4, 0]), flat),
  shaped('expandDims', [3, 4], (x) => tf.expandDims(x, -1)),
  shaped('squeeze', [3, 1, 4], (x) => tf.squeeze(x)),
  shaped('transpose', [2, 3, 4], (x) => tf.transpose(x, [2, 0, 1])),
  shaped('slice', [4, 5], (x) => tf.slice(x, [1, 2], [2, -1])),
  shaped('slice to the ends', [4, 5], (x) => tf.slice(x, [1, 2])),
  shaped('slice of the first axis', [4, 5], (x) => tf.slice(x, 1)),
  shaped('strided slice', [6, 5], (x) => tf.stridedSlice(x, [0, 1], [6, 5], [2, 2]), flat),
  shaped('pad', [2, 3], (x) =>
    tf.pad(
      x,
      [
        [1, 2],
        [0, 1],
      ],
      0.5,
    ),
  ),
  shaped('tile', [2, 3], (x) => tf.tile(x, [2, 3])),
  shaped('broadcastTo', [2, 1, 3], (x) => tf.broadcastTo(x, [2, 4, 3])),
  shaped('reverse', [3, 4], (x) => tf.reverse(x, 1)),
  shaped('reverse of every axis', [3, 4], (x) => tf.reverse(x)),
  shaped('gather', [5, 3], (x) => tf.gather(x, tf.tensor1d([4, 0, 0], 'int32'))),
  shaped('gather along the last axis', [2, 5], (x) => tf.gather(x, tf.tensor1d([4, 0, 4, 1], 'int32'), 1)),
  shaped('split', [2, 6], (x) => tf.mul(tf.split(x, [1, 2, 3], 1)[2] ?? x, 2)),
  shaped('split into one', [2, 3], (x) => tf.square(tf.split(x, [3], 1)[0] ?? x)),
  shaped('unstack of one', [1, 4], (x) => tf.square(tf.unstack(x, 0)[0] ?? x)),
  shaped('unstack and stack', [3, 4], (x) => tf.stack([...tf.unstack(x, 0)].reverse(), 1)),
  shaped('oneHot', [4], (x) => tf.oneHot(tf.cast(tf.abs(x), 'int32'), 3), flat),
  shaped('zeros and ones', [3], (x) => tf.add(tf.zerosLike(x), tf.mul(tf.onesLike(x), tf.fill([3], 2)))),
  shaped('range', [3], (x) => tf.add(tf.mul(x, 0), tf.range(0, 3)), flat),
  shaped(
    'segment sums',
    [4, 2],
    (x) => tf.unsortedSegmentSum(x, tf.tensor1d([0, 2, 0, 1], 'int32'), 3),
    flat,
  ),
  // Nothing along an axis.
  shaped('exp', [0, 3], tf.exp),
  shaped('sum over nothing', [0, 3], (x) => tf.sum(x, 0)),
  shaped('sum beside nothing', [0, 3], (x) => tf.sum(x, 1, true)),
  shaped('transpose', [2, 0, 3], (x) => tf.transpose(x, [2, 0, 1])),
  shaped('slice to nothing', [4, 3], (x) => tf.slice(x, [2, 0], [0, 3])),
  shaped('pad of nothing', [0, 3], (x) =>
    tf.pad(x, [
      [1, 1],
      [0, 0],
    ]),
  ),
  shaped('softmax', [0, 3], (x) => tf.softmax(x)),
  shaped('gather of nothing', [4, 3], (x) => tf.gather(x, tf.tensor1d([], 'int32'))),
  ...hollow('add', tf.add),
  ...hollow('mul', tf.mul),
  ...hollow('maximum', tf.maximum),
  {
    name: 'concat with nothing',
    shapes: [
      [2, 0],
      [2, 3],
      [2, 0],
    ],
    fn: (...inputs) => tf.concat(inputs, 1),
  },
  {
    name: 'concat',
    shapes: [
      [2, 3],
      [2, 1],
      [2, 2],
    ],
    fn: (...inputs) => tf.concat(inputs, 1),
  },
  {
    name: 'addN',
    shapes: [
      [2, 3],
      [2, 3],
      [2, 3],
    ],
    fn: (...inputs) => tf.addN(inputs),
  },
];

const many = (
  name: string,
  shapes: readonly (readonly number[])[],
  fn: (...inputs: tf.Tensor[]) => tf.Tensor,
  more: Partial<OperationCase> = {},
): OperationCase => ({ name, shapes, fn, ...more });

/** A composite beside the plain operations it stands for. */
export interface CompositeCase extends OperationCase {
  readonly plain: (...inputs: tf.Tensor[]) => tf.Tensor;
}

const normalized = (x: tf.Tensor) => {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  return tf.div(centred, tf.sqrt(tf.add(tf.mean(tf.square(centred), -1, true), 1e-5)));
};
const plainAttention = (q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, bias: tf.Tensor) => {
  const scores = tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(q.shape[2] ?? 1));
  return tf.matMul(tf.softmax(tf.add(scores, bias)), v);
};
const noLookAhead = () => tf.tensor([0, -1e9, -1e9, 0, 0, -1e9, 0, 0, 0], [3, 3]);
/** h_t = a_t h_{t-1} + b_t, one step after another, from zero. */
const plainRecurrence = (a: tf.Tensor, b: tf.Tensor) => {
  const states: tf.Tensor[] = [];
  const inputs = tf.unstack(b, 1);
  for (const [t, factor] of tf.unstack(a, 1).entries()) {
    states.push(tf.add(tf.mul(factor, states[t - 1] ?? 0), inputs[t]));
  }
  return tf.stack(states, 1);
};

export const compositeCases: readonly CompositeCase[] = [
  {
    ...many('linear with a bias', [[4, 3], [3, 5], [5]], (x, w, b) => linear(x, w, b)),
    plain: (x, w, b) => tf.add(tf.matMul(x, w), b),
  },
  {
    ...many(
      'linear over three axes, without a bias',
      [
        [2, 4, 3],
        [3, 5],
      ],
      (x, w) => linear(x, w),
    ),
    plain: (x, w) => tf.reshape(tf.matMul(tf.reshape(x, [8, 3]), w), [2, 4, 5]),
  },
  {
    ...many('layer norm', [[4, 5], [5], [5]], (x, g, b) => layerNorm(x, g, b)),
    plain: (x, g, b) => tf.add(tf.mul(normalized(x), g), b),
  },
  {
    ...many('RMS norm over three axes', [[2, 3, 4], [4]], (x, g) => rmsNorm(x, g)),
    plain: (x, g) => tf.mul(tf.div(x, tf.sqrt(tf.add(tf.mean(tf.square(x), -1, true), 1e-5))), g),
  },
  { ...many('gelu', [[3, 4]], (x) => gelu(x)), plain: (x) => tf.mul(x, tf.sigmoid(tf.mul(x, 1.702))) },
  {
    ...many('feed forward', [[4, 3], [3, 5], [5], [5, 3], [3]], (x, a, b, c, d) =>
      feedForward(x, { in: a, inBias: b, out: c, outBias: d }),
    ),
    plain: (x, a, b, c, d) => {
      const u = tf.add(tf.matMul(x, a), b);
      return tf.add(tf.matMul(tf.mul(u, tf.sigmoid(tf.mul(u, 1.702))), c), d);
    },
  },
  {
    ...many(
      'attention',
      [
        [2, 3, 4],
        [2, 5, 4],
        [2, 5, 4],
      ],
      (q, k, v) => attention(q, k, v, { heads: 1 }),
    ),
    plain: (q, k, v) => plainAttention(q, k, v, tf.scalar(0)),
  },
  {
    ...many(
      'attention of two heads that may not look ahead',
      [
        [2, 3, 4],
        [2, 3, 4],
        [2, 3, 4],
      ],
      (q, k, v) => attention(q, k, v, { heads: 2, bias: noLookAhead() }),
    ),
    plain: (...inputs) => {
      const halves = inputs.map((x) => tf.split(x, 2, 2));
      const [first, second] = [0, 1].map((head) => {
        const [q, k, v] = halves.map((parts) => parts[head]);
        return plainAttention(q, k, v, noLookAhead());
      });
      return tf.concat([first, second], 2);
    },
  },
  {
    ...many(
      'a layer norm that the weights of a product take up',
      [[6, 4], [4], [4], [4, 3], [3]],
      (x, scale, offset, w, b) => {
        const { rows, fold } = foldedNorm(x, { scale, offset });
        const { weight, bias } = fold(w, b);
        return linear(rows, weight, bias);
      },
    ),
    plain: (x, g, o, w, b) => tf.add(tf.matMul(tf.add(tf.mul(normalized(x), g), o), w), b),
  },
  // One step, one block, full blocks, uneven blocks, and blocks of blocks.
  ...[1, 5, 16, 21, 70].map((steps) => {
    const shape = [2, steps, 2];
    return {
      ...many(`linear recurrence of [${shape}]`, [shape, shape], (a, b) => linearRecurrence(a, b), {
        range: [-0.9, 0.9],
      }),
      plain: plainRecurrence,
    };
  }),
];
