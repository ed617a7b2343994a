import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { linear } from '../../src/engine/composites/linear.js';
import type { Engine } from '../../src/engine/engine.js';
import { type NdArray, ndArray } from '../../src/engine/nd-array.js';
import { openEngine } from '../../src/engine/open-engine.js';
import { applyLinear, applyMlp, planLinear, planMlp } from '../../src/nn/layers/dense.js';
import { dropoutFactors } from '../../src/nn/layers/dropout.js';
import { causalBias } from '../../src/nn/layers/masks.js';
import { applyNorm, foldNorm, planNorm } from '../../src/nn/layers/norm.js';
import {
  applyAttention,
  applyBlock,
  type BlockConfig,
  flattenSteps,
  planAttention,
  planBlock,
} from '../../src/nn/layers/transformer.js';
import { paramValues } from '../../src/nn/params/param-layout.js';
import { randomKey } from '../../src/random/key.js';
import { expectNear, expectSlopes, type Layer, layerOf, noise, outputOf, slopesOf } from './layer-run.js';

/** Rows of numbers in doubles, the plain references below. */
type Rows = readonly (readonly number[])[];

const rowsOf = ({ data, shape }: NdArray): number[][] => {
  const width = shape.at(-1) ?? 1;
  return Array.from({ length: data.length / width }, (_, i) =>
    Array.from(data.slice(i * width, (i + 1) * width)),
  );
};
const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, each, i) => sum + each * b[i], 0);
const gelu = (x: number) => x / (1 + Math.exp(-1.702 * x));
const plus = (a: Rows, b: Rows) => a.map((row, i) => row.map((each, c) => each + b[i][c]));

/** The parameters of a layer by path, as the references read them. */
function reader({ layout, flat }: Layer) {
  const values = (path: string) => Array.from(paramValues(layout, flat, path));
  const columns = (path: string): number[][] => {
    const [from = 0, to = 0] = layout.entries.find((entry) => entry.path === path)?.shape ?? [];
    const all = values(path);
    return Array.from({ length: to }, (_, o) => Array.from({ length: from }, (_, i) => all[i * to + o]));
  };
  const product = (rows: Rows, path: string): number[][] => {
    const all = columns(path);
    return rows.map((row) => all.map((column) => dot(row, column)));
  };
  const linear = (rows: Rows, path: string): number[][] => {
    const bias = values(`${path}.bias`);
    return product(rows, `${path}.weight`).map((row) => row.map((each, o) => each + bias[o]));
  };
  const norm = (rows: Rows, path: string, kind: 'layer' | 'rms'): number[][] => {
    const scale = values(`${path}.scale`);
    const offset = kind === 'layer' ? values(`${path}.offset`) : [];
    return rows.map((row) => {
      const mean = kind === 'layer' ? row.reduce((sum, each) => sum + each, 0) / row.length : 0;
      const variance = row.reduce((sum, each) => sum + (each - mean) ** 2, 0) / row.length;
      return row.map((each, c) => ((each - mean) / Math.sqrt(variance + 1e-5)) * scale[c] + (offset[c] ?? 0));
    });
  };
  /** One window. */
  const attention = (
    rows: Rows,
    memory: Rows,
    path: string,
    heads: number,
    sees = (_i: number, _j: number) => true,
  ) => {
    const [q, k, v] = [
      product(rows, `${path}.query`),
      product(memory, `${path}.key`),
      product(memory, `${path}.value`),
    ];
    const each = q[0].length / heads;
    const mixed = rows.map((_, i) =>
      Array.from({ length: heads }, (_, h) => h).flatMap((h) => {
        const head = (row: readonly number[]) => row.slice(h * each, (h + 1) * each);
        const weights = memory.map((_, j) =>
          sees(i, j) ? Math.exp(dot(head(q[i]), head(k[j])) / Math.sqrt(each)) : 0,
        );
        const total = weights.reduce((sum, one) => sum + one, 0);
        return Array.from(
          { length: each },
          (_, c) =>
            dot(
              weights,
              v.map((row) => head(row)[c]),
            ) / total,
        );
      }),
    );
    return linear(mixed, `${path}.out`);
  };
  return { values, linear, norm, attention };
}

const windows = (rows: Rows, steps: number) =>
  Array.from({ length: rows.length / steps }, (_, b) => rows.slice(b * steps, (b + 1) * steps));

describe.each(['cpu', 'onnxruntime', 'wasm'] as const)('layers on %s', (name) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine(name);
  });

  it('linear: x W + b, over any axes', async () => {
    const layer = layerOf(
      (plan) => planLinear(plan.scope('l'), { from: 3, to: 4 }),
      (params, x) => applyLinear(params.scope('l'), x),
    );
    for (const shape of [
      [5, 3],
      [2, 4, 3],
      [1, 2, 2, 3],
    ]) {
      const x = noise(shape, 1);
      const y = await outputOf(engine, layer, x);
      expect(y.shape).toEqual([...shape.slice(0, -1), 4]);
      expectNear(y.data, reader(layer).linear(rowsOf(x), 'l').flat());
    }
    await expectSlopes(engine, layer, noise([2, 4, 3], 1));
  });

  it('linear without a bias has none', async () => {
    const layer = layerOf(
      (plan) => planLinear(plan, { from: 3, to: 2, bias: false }),
      (params, x) => applyLinear(params, x, { bias: false }),
    );
    expect(layer.layout.entries.map(({ path }) => path)).toEqual(['weight']);
    const { data } = await outputOf(engine, layer, ndArray(new Float32Array(3), [1, 3]));
    expect(Array.from(data)).toEqual([0, 0]);
  });

  it.each([[[3, 2]], [[3, 5, 2]], [[3, 5, 4, 2]]])(
    'MLP of %j: linear layers with GELU between them',
    async (widths) => {
      const layer = layerOf(
        (plan) => planMlp(plan, { widths }),
        (params, x) => applyMlp(params, x, { widths }),
      );
      const x = noise([6, 3], 2);
      const { linear } = reader(layer);
      const hidden = (rows: Rows) => rows.map((row) => row.map(gelu));
      const expected = widths
        .slice(1)
        .reduce((rows: Rows, _, i) => linear(i === 0 ? rows : hidden(rows), `layer${i}`), rowsOf(x));
      expectNear((await outputOf(engine, layer, x)).data, expected.flat());
      await expectSlopes(engine, layer, x);
    },
  );

  it.each(['layer', 'rms'] as const)('%s norm: rows of one size', async (kind) => {
    const layer = layerOf(
      (plan) => planNorm(plan.scope('n'), 6, kind),
      (params, x) => applyNorm(params.scope('n'), x, kind),
    );
    const x = ndArray(
      noise([2, 3, 6], 3).data.map((each, i) => 10 ** (i % 4) * each),
      [2, 3, 6],
    );
    expectNear(
      (await outputOf(engine, layer, x)).data,
      reader(layer).norm(rowsOf(x), 'n', kind).flat(),
      1e-4,
    );
    await expectSlopes(engine, layer, noise([2, 3, 6], 4));
  });

  it('norms begin neutral', () => {
    const plain = layerOf(
      (plan) => planNorm(plan, 3, 'layer'),
      (_, x) => x,
    ).layout.entries.map(({ path, initializer }) => [path, initializer]);
    expect(plain).toEqual([
      ['scale', { kind: 'constant', value: 1 }],
      ['offset', { kind: 'constant', value: 0 }],
    ]);
  });

  it.each([1, 2, 4])('attention of %d heads: softmax of scaled products, window by window', async (heads) => {
    const config = { width: 8, heads };
    const layer = layerOf(
      (plan) => planAttention(plan.scope('a'), config),
      (params, x) => applyAttention(params.scope('a'), x, x, config),
    );
    const x = noise([3, 5, 8], 5);
    const { attention } = reader(layer);
    const expected = windows(rowsOf(x), 5).flatMap((window) => attention(window, window, 'a', heads));
    expectNear((await outputOf(engine, layer, x)).data, expected.flat());
    await expectSlopes(engine, layer, x, 25);
  });

  it('attention to a memory of another length', async () => {
    const config = { width: 4, heads: 2 };
    const memory = noise([2, 7, 4], 6);
    const layer = layerOf(
      (plan) => planAttention(plan.scope('a'), config),
      (params, x) =>
        applyAttention(params.scope('a'), x, tf.tensor(Float32Array.from(memory.data), [2, 7, 4]), config),
    );
    const x = noise([2, 3, 4], 7);
    const { attention } = reader(layer);
    const expected = windows(rowsOf(x), 3).flatMap((window, b) =>
      attention(window, windows(rowsOf(memory), 7)[b], 'a', 2),
    );
    const y = await outputOf(engine, layer, x);
    expect(y.shape).toEqual([2, 3, 4]);
    expectNear(y.data, expected.flat());
  });

  // With many rows the block folds its norms into the weights where a gradient is asked for.
  it.each([
    ['layer', 4, 8],
    ['rms', 4, 8],
    ['layer', 40, 4],
    ['rms', 40, 4],
  ] as const)(
    'block with %s norm over %i steps of width %i: attention, then feed-forward, each beside its input',
    async (norm, steps, width) => {
      const config: BlockConfig = { width, heads: 2, hidden: 12, norm };
      const layer = layerOf(
        (plan) => planBlock(plan, config),
        (params, x) => applyBlock(params, x, config, { bias: causalBias(steps) }),
      );
      const x = noise([2, steps, width], 8);
      const read = reader(layer);
      const expected = windows(rowsOf(x), steps).flatMap((window) => {
        const normed = read.norm(window, 'attentionNorm', norm);
        const y = plus(
          window,
          read.attention(normed, normed, 'attention', 2, (i, j) => j <= i),
        );
        const inner = read.linear(read.norm(y, 'feedForwardNorm', norm), 'feedForward.in');
        return plus(
          y,
          read.linear(
            inner.map((row) => row.map(gelu)),
            'feedForward.out',
          ),
        );
      });
      expectNear((await outputOf(engine, layer, x)).data, expected.flat());
      await expectSlopes(engine, layer, x, 15);
    },
  );

  it('a norm is left to the weights where a gradient is asked for over many rows, and only there', async () => {
    const folded: boolean[] = [];
    const layer = layerOf(
      (plan) => {
        planNorm(plan, 3, 'layer');
        planLinear(plan, { from: 3, to: 2 });
      },
      (params, x) => {
        const { rows, fold } = foldNorm(params, x, 'layer');
        folded.push(fold !== undefined);
        const read = fold?.(params.tensor('weight')) ?? { weight: params.tensor('weight'), bias: undefined };
        return linear(rows, read.weight, read.bias);
      },
    );
    for (const rows of [47, 48]) {
      await outputOf(engine, layer, noise([rows, 3], 4));
      await slopesOf(engine, layer, noise([rows, 3], 4));
    }
    expect(folded).toEqual([false, false, false, true]);
  });

  it('block with noise drops what the noise says, and nothing without it', async () => {
    const config: BlockConfig = { width: 4, heads: 1, hidden: 4, norm: 'layer' };
    const block = (rate: number | undefined) =>
      layerOf(
        (plan) => planBlock(plan, config),
        (params, x) => {
          const factors = (seed: number) =>
            tf.tensor(
              Float32Array.from(dropoutFactors(randomKey(seed), [2, 1, 4], rate ?? 0).data),
              [2, 1, 4],
            );
          const noised = { attention: factors(1), feedForward: factors(2) };
          return applyBlock(params, x, config, rate === undefined ? {} : { noise: noised });
        },
      );
    const x = noise([2, 3, 4], 9);
    const plain = await outputOf(engine, block(undefined), x);
    expectNear((await outputOf(engine, block(0), x)).data, plain.data, 1e-7);
    const dropped = await outputOf(engine, block(0.5), x);
    // A channel that both draws drop is the input, untouched by the block.
    const [first, second] = [1, 2].map((seed) => dropoutFactors(randomKey(seed), [2, 1, 4], 0.5).data);
    const untouched = Array.from(first, (each, i) => each === 0 && second[i] === 0);
    expect(untouched).toContain(true);
    for (const [i, value] of dropped.data.entries()) {
      if (untouched[Math.floor(i / 12) * 4 + (i % 4)]) expect(value).toBe(x.data[i]);
      else expect(value).not.toBe(x.data[i]);
    }
  });

  it('flattens steps side by side', async () => {
    const layer = layerOf(
      (plan) => plan.add('unused', [1], { kind: 'constant', value: 0 }),
      (params, x) => flattenSteps(tf.add(x, tf.mul(params.tensor('unused'), 0))),
    );
    const x = noise([2, 3, 4], 10);
    const y = await outputOf(engine, layer, x);
    expect(y.shape).toEqual([2, 12]);
    expect(y.data).toEqual(x.data);
  });
});
