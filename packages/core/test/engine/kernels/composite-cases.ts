/** Random cases of composites with hand-written gradients, each beside the plain operations that it stands for. */
import * as tf from '@tensorflow/tfjs-core';
import { attention, joinHeads, projectToHeads } from '../../../src/engine/composites/attention.js';
import { feedForward, gelu } from '../../../src/engine/composites/feed-forward.js';
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

const plainAttention = (q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, bias: tf.Tensor) =>
  tf.matMul(
    tf.softmax(tf.add(tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(q.shape[2] ?? 1)), bias)),
    v,
  );

/** Heads one after another, each by its own columns of the weight. */
const plainHeads = (x: tf.Tensor, w: tf.Tensor, heads: number) =>
  tf.concat(
    tf.split(w, heads, 1).map((own) => overRows(x, own)),
    0,
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
      const hidden = draw.whole(1, 4);
      return composite(
        `${hidden} hidden`,
        [shape, [2, hidden], [hidden], [hidden, 2], [2]],
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
      const groups = turn === 0 ? 0 : draw.whole(1, 3);
      const [queries, keys, width] = [draw.whole(1, 4), draw.whole(1, 4), draw.whole(1, 3)];
      const shapes = [
        [groups, queries, width],
        [groups, keys, width],
        [groups, keys, width],
      ];
      // The last key of several is masked.
      const masked = Float32Array.from({ length: queries * keys }, (_, i) =>
        keys > 1 && i % keys === keys - 1 ? -1e9 : 0,
      );
      const bias = () => tf.tensor(masked, [1, queries, keys]);
      return [
        composite(
          'of all',
          shapes,
          (q, k, v) => attention(q, k, v),
          (q, k, v) => plainAttention(q, k, v, tf.scalar(0)),
        ),
        composite(
          'of some',
          shapes,
          (q, k, v) => attention(q, k, v, bias()),
          (q, k, v) => plainAttention(q, k, v, bias()),
        ),
      ];
    }),
  projectToHeads: (draw) =>
    [0, 1, 2, 3].map((batch) => {
      const [steps, width, heads, each] = [
        draw.whole(1, 3),
        draw.whole(1, 3),
        draw.whole(1, 3),
        draw.whole(1, 2),
      ];
      return composite(
        `${heads} heads`,
        [
          [batch, steps, width],
          [width, heads * each],
        ],
        (x, w) => projectToHeads(x, w, heads),
        (x, w) => plainHeads(x, w, heads),
      );
    }),
  joinHeads: (draw) =>
    [1, 2, 3].map((batch) => {
      const [steps, heads, each] = [draw.whole(1, 3), draw.whole(1, 3), draw.whole(1, 2)];
      return composite(
        `${heads} heads`,
        [[heads * batch, steps, each]],
        (x) => joinHeads(x, heads),
        (x) => tf.concat(tf.split(x, heads, 0), 2),
      );
    }),
  // One step, one block, full blocks, uneven blocks, and blocks of blocks.
  linearRecurrence: (draw) =>
    [1, 2, 8, 9, 16, draw.whole(17, 30), draw.whole(65, 80)].map((steps) => {
      const shape = [draw.whole(1, 2), steps, draw.whole(1, 2)];
      return composite('steps', [shape, shape], linearRecurrence, plainRecurrence, { range: [-0.9, 0.9] });
    }),
};
