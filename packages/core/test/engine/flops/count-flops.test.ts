import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attention } from '../../../src/engine/composites/attention.js';
import { feedForward } from '../../../src/engine/composites/feed-forward.js';
import { linear } from '../../../src/engine/composites/linear.js';
import { linearRecurrence } from '../../../src/engine/composites/linear-recurrence.js';
import { layerNorm, rmsNorm } from '../../../src/engine/composites/normalization.js';
import { countFlops, graphFlops } from '../../../src/engine/flops/count-flops.js';
import { ndArray } from '../../../src/engine/nd-array.js';
import { OnnxGraphBuilder } from '../../../src/engine/onnx/onnx-graph.js';
import { traceKernels } from '../../../src/engine/trace/trace-function.js';
import { randomKey } from '../../../src/random/key.js';
import { elementwiseTable } from '../kernels/elementwise-cases.js';
import type { KernelTable } from '../kernels/kernel-cases.js';
import { reductionTable } from '../kernels/reduction-cases.js';
import { ShapeDraw } from '../kernels/shape-draw.js';
import { structureTable } from '../kernels/structure-cases.js';
import { compositeCases } from '../operations.js';

const float = (...shape: number[]) => ({ shape, dtype: 'float32' as const });
const whole = (...shape: number[]) => ({ shape, dtype: 'int32' as const });
/** The count of a function of tensors in a list. */
const flopsOf = (fn: (...inputs: tf.Tensor[]) => unknown, ...forms: ReturnType<typeof float>[]) =>
  countFlops((list: readonly tf.Tensor[]) => fn(...list), [forms]);

describe('the operations of a function', () => {
  it('are those of a linear layer and a softmax, by hand', () => {
    // x [2, 3] W [3, 4]: 2 x 4 results of 3 products and 3 sums each, and a bias for each; softmax takes 5 for each.
    const { total, byOperator } = flopsOf(
      (x, w, b) => tf.softmax(linear(x, w, b)),
      float(2, 3),
      float(3, 4),
      float(4),
    );
    expect(byOperator).toEqual({ Gemm: 2 * 4 * (3 + 3) + 2 * 4, Softmax: 5 * 2 * 4 });
    expect(total).toBe(96);
  });

  it.each<readonly [string, number, () => number]>([
    ['a broadcast sum, by its result', 6, () => flopsOf((a, b) => tf.add(a, b), float(2, 3), float(3)).total],
    [
      'means of three: two sums and a quotient each',
      6,
      () => flopsOf((x) => tf.mean(x, 1), float(2, 3)).total,
    ],
    ['sums of three in two rows', 4, () => flopsOf((x) => tf.sum(x, 1), float(2, 3)).total],
    ['a maximum of two', 6, () => flopsOf((a, b) => tf.maximum(a, b), float(2, 3), float(2, 3)).total],
    [
      'a list of three',
      8,
      () => flopsOf((a, b, c) => tf.addN([a, b, c]), float(4), float(4), float(4)).total,
    ],
    ['a logistic function', 12, () => flopsOf((x) => tf.sigmoid(x), float(3)).total],
    ['a root and its reciprocal', 6, () => flopsOf((x) => tf.rsqrt(x), float(3)).total],
    [
      'a batch of products',
      5 * 2 * 4 * 6,
      () => flopsOf((a, b) => tf.matMul(a, b), float(5, 2, 3), float(5, 3, 4)).total,
    ],
    [
      'one with transposes',
      5 * 2 * 4 * 6,
      () => flopsOf((a, b) => tf.matMul(a, b, true, true), float(5, 3, 2), float(5, 4, 3)).total,
    ],
    [
      'a layer norm of two rows',
      7 * 6 + 5 * 2,
      () => flopsOf((x, g, o) => layerNorm(x, g, o), float(2, 3), float(3), float(3)).total,
    ],
    [
      'a root-mean-square norm of two rows',
      4 * 6 + 4 * 2,
      () => flopsOf((x, g) => rmsNorm(x, g), float(2, 3), float(3)).total,
    ],
    [
      'sums over segments, by what is added',
      8,
      () =>
        flopsOf((x) => tf.unsortedSegmentSum(x, tf.tensor1d([0, 0, 1, 1], 'int32'), 2), float(4, 2)).total,
    ],
    [
      'a recurrence, by the products and sums of two steps after the first',
      2 * 2 * 4,
      () => flopsOf((a, b) => linearRecurrence(a, b), float(2, 3, 2), float(2, 3, 2)).total,
    ],
    [
      'a function without elements',
      0,
      () => flopsOf((x, g, o) => layerNorm(x, g, o), float(0, 3), float(3), float(3)).total,
    ],
  ])('count %s', (_name, expected, count) => {
    expect(count()).toBe(expected);
  });

  it('count what is fused into a product: scales and what is added', () => {
    // Scores of one head: 3 x 5 of 2 products, scaled; softmax; 2 x 3 of 5 products.
    const [scores, mixed] = [3 * 5 * (2 * 2 + 1), 2 * 3 * 10];
    const forms = [float(1, 3, 2), float(1, 5, 2), float(1, 5, 2)];
    expect(flopsOf((q, k, v) => attention(q, k, v, { heads: 1 }), ...forms)).toEqual({
      total: scores + 5 * 15 + mixed,
      byOperator: { FusedMatMul: scores + mixed, Softmax: 5 * 15, Transpose: 0 },
    });
    // z = 1.702 (x W1) + 1.702 b1, sigmoid, product, G W2 / 1.702 + b2; 2 rows, widths 3 and 4.
    const { byOperator } = flopsOf(
      (x, w1, b1, w2, b2) => feedForward(x, { in: w1, inBias: b1, out: w2, outBias: b2 }),
      float(2, 3),
      float(3, 4),
      float(4),
      float(4, 3),
      float(3),
    );
    const [first, second] = [2 * 4 * (6 + 1 + 1) + 4, 2 * 3 * (8 + 1 + 1)];
    expect(byOperator).toEqual({ Gemm: first + second, Sigmoid: 4 * 8, Mul: 8 });
  });

  it('count nothing for moving elements, and say so', () => {
    const moved = flopsOf(
      (x) => {
        const padded = tf.transpose(
          tf.tile(
            tf.pad(x, [
              [0, 1],
              [0, 0],
            ]),
            [2, 1],
          ),
        );
        const [left, right] = tf.split(padded, 2, 1);
        const chosen = tf.gather(tf.concat([left ?? x, right ?? x]), tf.tensor1d([2, 0], 'int32'));
        return tf.where(
          tf.cast(chosen, 'bool'),
          tf.reverse(chosen, 0),
          tf.slice(chosen, [0, 0], chosen.shape),
        );
      },
      float(2, 3),
    );
    expect(moved.total).toBe(0);
    const operators = ['Cast', 'Concat', 'Gather', 'Pad', 'Slice', 'Split', 'Tile', 'Transpose', 'Where'];
    expect(Object.keys(moved.byOperator)).toEqual(expect.arrayContaining(operators));
  });

  it('are floating-point: whole numbers and truth values count nothing', () => {
    const count = (form: { shape: number[]; dtype: 'float32' | 'int32' }) =>
      countFlops((a: tf.Tensor, b: tf.Tensor) => tf.greater(tf.add(a, b), a), [form, form]).total;
    expect(count(float(3))).toBe(6);
    expect(count(whole(3))).toBe(0);
  });

  it('include gradients, and only those that are asked for', () => {
    const loss = (x: tf.Tensor, w: tf.Tensor) => tf.sum(linear(x, w));
    const forward = 2 * 2 * 4 * 3;
    const gemm = (fn: (x: tf.Tensor, w: tf.Tensor) => unknown) =>
      countFlops(fn, [float(2, 3), float(3, 4)]).byOperator.Gemm;
    expect(gemm(loss)).toBe(forward);
    // The product itself is not needed for the slope of its sum; dW = x^T dy is as large.
    expect(gemm((x, w) => tf.grad((v: tf.Tensor) => loss(x, v))(w))).toBe(forward);
    expect(gemm((x, w) => tf.valueAndGrads((a: tf.Tensor, b: tf.Tensor) => loss(a, b))([x, w]))).toBe(
      3 * forward,
    );
  });

  it('leave out what no result needs', () => {
    const count = flopsOf((x) => {
      tf.exp(x);
      return tf.neg(x);
    }, float(7));
    expect(count).toEqual({ total: 7, byOperator: { Neg: 7 } });
  });

  it('take arrays for forms, in records and lists, and leave the backend as it was', () => {
    const before = tf.getBackend();
    const count = countFlops(
      (params: { readonly w: tf.Tensor }, [x]: readonly [tf.Tensor]) => tf.mul(params.w, x),
      [{ w: ndArray(new Float32Array(3)) }, [ndArray(new Float32Array(3))]],
    );
    expect(count.total).toBe(3);
    expect(tf.getBackend()).toBe(before);
  });
});

/** Counts multiplications and additions one by one, as a program without libraries does them. */
function slowProduct(rows: number, inner: number, columns: number): number {
  let operations = 0;
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) for (let k = 0; k < inner; k++) operations += 2;
  return operations;
}

const size = fc.integer({ min: 1, max: 7 });

describe('counts', () => {
  it('of products are those of three loops', () => {
    fc.assert(
      fc.property(size, size, size, fc.boolean(), fc.boolean(), (m, k, n, transA, transB) => {
        const a = transA ? float(k, m) : float(m, k);
        const b = transB ? float(n, k) : float(k, n);
        expect(flopsOf((x, y) => tf.matMul(x, y, transA, transB), a, b).total).toBe(slowProduct(m, k, n));
      }),
    );
  });

  it('add up over functions one after another', () => {
    fc.assert(
      fc.property(size, size, (rows, width) => {
        const first = (x: tf.Tensor) => tf.softmax(tf.sin(x));
        const second = (x: tf.Tensor) => tf.matMul(x, x, true, false);
        const both = flopsOf((x) => second(first(x)), float(rows, width)).total;
        const apart = flopsOf(first, float(rows, width)).total + flopsOf(second, float(rows, width)).total;
        expect(both).toBe(apart);
      }),
    );
  });

  it('of a square product grow eightfold with the side, and fourfold with the width at fixed rows', () => {
    const gemm = (rows: number, width: number) =>
      flopsOf((x, w) => linear(x, w), float(rows, width), float(width, width)).byOperator.Gemm;
    expect(gemm(10, 10)).toBe(8 * (gemm(5, 5) ?? 0));
    expect(gemm(5, 10)).toBe(4 * (gemm(5, 5) ?? 0));
    expect(gemm(5, 5)).toBe(250);
  });
});

describe('rules', () => {
  const table: KernelTable = { ...elementwiseTable, ...reductionTable, ...structureTable };

  it('stand for every kernel that can be traced', () => {
    expect(Object.keys(table).sort()).toEqual(Object.keys(traceKernels).sort());
    for (const [index, { draw }] of Object.values(table).entries()) {
      for (const { shapes, fn, name } of draw(new ShapeDraw(randomKey(11), index))) {
        const { total } = flopsOf(fn, ...shapes.map((shape) => float(...shape)));
        expect(total >= 0 && Number.isInteger(total), name).toBe(true);
      }
    }
  });

  it('stand for every composite and its slopes, which never cost less than the value alone', () => {
    for (const { shapes, fn, name } of compositeCases) {
      const forms = shapes.map((shape) => float(...shape));
      const value = flopsOf((...inputs) => tf.sum(fn(...inputs)), ...forms).total;
      const slopes = flopsOf(
        (...inputs) => tf.valueAndGrads((...given: tf.Tensor[]) => tf.sum(fn(...given)))(inputs),
        ...forms,
      ).total;
      expect(slopes, name).toBeGreaterThanOrEqual(value);
    }
  });

  it.each([
    ['Conv', ''],
    ['Add', 'of.somebody.else'],
    ['toString', ''],
  ])('refuse what they do not know: %s of domain "%s"', (operator, domain) => {
    const builder = new OnnxGraphBuilder();
    const x = builder.input('x', 'float', [1, 1, 4]);
    const y = builder.emit(operator, [x], { type: 'float', shape: [1, 1, 2] }, { domain });
    const graph = builder.finish([{ name: 'y', value: y }]);
    expect(() => graphFlops(graph, 'forward')).toThrowError(
      expect.objectContaining({ code: 'TRACE_UNSUPPORTED', argument: 'function "forward"' }),
    );
  });
});
