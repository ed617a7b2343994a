/** Random cases of composites with hand-written gradients, each beside the plain operations that it stands for. */
import * as tf from '@tensorflow/tfjs-core';
import { attention } from '../../../src/engine/composites/attention.js';
import { feedForward, gelu } from '../../../src/engine/composites/feed-forward.js';
import { type FoldedNorm, foldedNorm } from '../../../src/engine/composites/folded-norm.js';
import { linear } from '../../../src/engine/composites/linear.js';
import { linearRecurrence } from '../../../src/engine/composites/linear-recurrence.js';
import { layerNorm, rmsNorm } from '../../../src/engine/composites/normalization.js';
import type { CompositeCase, OperationCase } from '../operations.js';
import { caseOf } from './kernel-cases.js';
import { perRank, type Shape, type ShapeDraw } from './shape-draw.js';

type Fn = (...inputs: tf.Tensor[]) => tf.Tensor;

const composite = (
  what: string,
  shapes: readonly Shape[],
  fn: Fn,
  plain: Fn,
  more: Partial<OperationCase> = {},
): CompositeCase => ({ ...caseOf(what, shapes, fn, more), plain });

/** Rows of a width under leading axes of every rank, and no rows at all. */
function rows(draw: ShapeDraw, width: number): Shape[] {
  return [...perRank(2, (rank) => [[...draw.shape(rank - 1), width]]), [0, width], [2, 0, width]];
}

const overRows = (x: tf.Tensor, w: tf.Tensor, b?: tf.Tensor): tf.Tensor => {
  const [inner = 0, outer = 0] = w.shape;
  const count = tf.util.sizeFromShape(x.shape.slice(0, -1));
  const product = tf.matMul(tf.reshape(x, [count, inner]), w);
  return tf.reshape(b === undefined ? product : tf.add(product, b), [...x.shape.slice(0, -1), outer]);
};

const rootMeanSquare = (x: tf.Tensor) => tf.sqrt(tf.add(tf.mean(tf.square(x), -1, true), 1e-5));
const centred = (x: tf.Tensor) => tf.sub(x, tf.mean(x, -1, true));
const sigmoidGelu = (x: tf.Tensor) => tf.mul(x, tf.sigmoid(tf.mul(x, 1.702)));

/** Heads one after another, each by its own columns and its own part of the bias. */
const plainAttention = (q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, heads: number, bias: tf.Tensor) =>
  tf.concat(
    Array.from({ length: heads }, (_, head) => {
      const [own, keys, values] = [q, k, v].map((x) => tf.split(x, heads, 2)[head] ?? x);
      const scores = tf.mul(tf.matMul(own, keys, false, true), 1 / Math.sqrt(own.shape[2] ?? 1));
      const ofHead = bias.rank === 4 && bias.shape[1] === heads ? tf.split(bias, heads, 1)[head] : bias;
      const over = tf.reshape(ofHead ?? bias, [ofHead?.shape[0] ?? 1, ...bias.shape.slice(-2)]);
      return tf.matMul(tf.softmax(tf.add(scores, over)), values);
    }),
    2,
  );

/** h_t = a_t h_{t-1} + b_t, one step after another, from zero. */
const plainRecurrence = (a: tf.Tensor, b: tf.Tensor) => {
  const states: tf.Tensor[] = [];
  const inputs = tf.unstack(b, 1);
  for (const [t, factor] of tf.unstack(a, 1).entries()) {
    states.push(tf.add(tf.mul(factor, states[t - 1] ?? tf.zerosLike(factor)), inputs[t]));
  }
  return tf.stack(states, 1);
};

/** By the name of the composite. */
export const compositeTable: Readonly<Record<string, (draw: ShapeDraw) => readonly CompositeCase[]>> = {
  linear: (draw) =>
    rows(draw, 3).flatMap((shape) => {
      const outer = draw.whole(1, 3);
      return [
        composite('with a bias', [shape, [3, outer], [outer]], (x, w, b) => linear(x, w, b), overRows),
        composite(
          'without',
          [shape, [3, outer]],
          (x, w) => linear(x, w),
          (x, w) => overRows(x, w),
        ),
      ];
    }),
  gelu: (draw) =>
    [...perRank(0, (rank) => [draw.shape(rank)]), [0], [2, 0]].map((shape) =>
      composite('gelu', [shape], (x) => gelu(x), sigmoidGelu),
    ),
  feedForward: (draw) =>
    rows(draw, 2).map((shape) => {
      const [hidden, outer] = [draw.whole(1, 4), draw.whole(1, 3)];
      return composite(
        `${hidden} hidden`,
        [shape, [2, hidden], [hidden], [hidden, outer], [outer]],
        (x, w1, b1, w2, b2) => feedForward(x, { in: w1, inBias: b1, out: w2, outBias: b2 }),
        (x, w1, b1, w2, b2) => overRows(sigmoidGelu(overRows(x, w1, b1)), w2, b2),
      );
    }),
  layerNorm: (draw) =>
    rows(draw, draw.whole(3, 4)).map((shape) =>
      composite(
        'norm',
        [shape, shape.slice(-1), shape.slice(-1)],
        (x, g, b) => layerNorm(x, g, b),
        (x, g, b) => tf.add(tf.mul(tf.div(centred(x), rootMeanSquare(centred(x))), g), b),
      ),
    ),
  rmsNorm: (draw) =>
    rows(draw, draw.whole(2, 4)).map((shape) =>
      composite(
        'norm',
        [shape, shape.slice(-1)],
        (x, g) => rmsNorm(x, g),
        (x, g) => tf.mul(tf.div(x, rootMeanSquare(x)), g),
      ),
    ),
  attention: (draw) =>
    [0, 1, 2, 3].flatMap((turn) => {
      const batch = turn === 0 ? 0 : draw.whole(1, 3);
      const heads = draw.whole(1, 3);
      const [queries, keys, width] = [draw.whole(1, 4), draw.whole(1, 4), heads * draw.whole(1, 2)];
      const shapes = [
        [batch, queries, width],
        [batch, keys, width],
        [batch, keys, width],
      ];
      // The last key of several is masked, of every window and head alike, of each window, or of the first head alone.
      const masks = [
        [1, 1, queries],
        [batch, 1, 1],
        [1, heads, queries],
      ].map(([windows = 1, parts = 1, rows = 1]) => ({
        shape: [windows, parts, rows, keys],
        data: Float32Array.from({ length: windows * parts * rows * keys }, (_, i) => {
          const head = Math.floor(i / (rows * keys)) % parts;
          return keys > 1 && i % keys === keys - 1 && head === 0 ? -1e9 : 0;
        }),
      }));
      return [
        composite(
          `${heads} heads, of all`,
          shapes,
          (q, k, v) => attention(q, k, v, { heads }),
          (q, k, v) => plainAttention(q, k, v, heads, tf.zeros([1, 1, 1, 1])),
        ),
        ...masks.map(({ shape, data }) =>
          composite(
            `${heads} heads, of some, [${shape}]`,
            shapes,
            (q, k, v) => attention(q, k, v, { heads, bias: tf.tensor(data, shape) }),
            (q, k, v) => plainAttention(q, k, v, heads, tf.tensor(data, shape)),
          ),
        ),
      ];
    }),
  // As it is read: by products with the weights that it folded.
  foldedNorm: (draw) =>
    rows(draw, draw.whole(3, 4)).flatMap((shape) => {
      const [width = 1, outer] = [shape.at(-1), draw.whole(1, 3)];
      const read = (norm: FoldedNorm, w: tf.Tensor, b?: tf.Tensor) => {
        const { weight, bias } = norm.fold(w, b);
        return linear(norm.rows, weight, bias);
      };
      return [
        composite(
          'layer, with a bias',
          [shape, [width], [width], [width, outer], [outer]],
          (x, scale, offset, w, b) => read(foldedNorm(x, { scale, offset }), w, b),
          (x, g, o, w, b) =>
            overRows(tf.add(tf.mul(tf.div(centred(x), rootMeanSquare(centred(x))), g), o), w, b),
        ),
        composite(
          'layer, without',
          [shape, [width], [width], [width, outer]],
          (x, scale, offset, w) => read(foldedNorm(x, { scale, offset }), w),
          (x, g, o, w) => overRows(tf.add(tf.mul(tf.div(centred(x), rootMeanSquare(centred(x))), g), o), w),
        ),
        composite(
          'root mean square',
          [shape, [width], [width, outer], [outer]],
          (x, scale, w, b) => read(foldedNorm(x, { scale }), w, b),
          (x, g, w, b) => overRows(tf.mul(tf.div(x, rootMeanSquare(x)), g), w, b),
        ),
      ];
    }),
  // One step, one block, full blocks, uneven blocks, and blocks of blocks.
  linearRecurrence: (draw) =>
    [1, 2, 8, 9, 16, draw.whole(17, 30), draw.whole(65, 80)].map((steps) => {
      const shape = [draw.whole(1, 2), steps, draw.whole(1, 2)];
      return composite('steps', [shape, shape], linearRecurrence, plainRecurrence, { range: [-0.9, 0.9] });
    }),
};
