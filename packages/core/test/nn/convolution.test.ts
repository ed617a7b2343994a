import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import { type NdArray, ndArray } from '../../src/engine/nd-array.js';
import { openEngine } from '../../src/engine/open-engine.js';
import {
  applyConvolution,
  type ConvolutionConfig,
  planConvolution,
  receptiveField,
} from '../../src/nn/layers/convolution.js';
import { paramValues } from '../../src/nn/params/param-layout.js';
import {
  expectNear,
  expectSlopes,
  type Layer,
  layerOf,
  noise,
  outputOf,
  prefixOf,
  withOtherSuffix,
} from './layer-run.js';

const convolution = (config: ConvolutionConfig) =>
  layerOf(
    (plan) => planConvolution(plan, config),
    (params, x) => applyConvolution(params, x, config),
  );

/** The definition, step by step and tap by tap. */
function slowConvolution({ layout, flat }: Layer, x: NdArray, config: ConvolutionConfig): Float64Array {
  const { from, to, kernel, dilation = 1, alignment = 'causal' } = config;
  const [batch, steps] = x.shape;
  const weight = paramValues(layout, flat, 'weight');
  const bias = paramValues(layout, flat, 'bias');
  const last = alignment === 'causal' ? 0 : dilation * (kernel - 1 - Math.floor(kernel / 2));
  const y = new Float64Array(batch * steps * to);
  for (let b = 0; b < batch; b++)
    for (let t = 0; t < steps; t++)
      for (let o = 0; o < to; o++) {
        let sum = bias[o];
        for (let tap = 0; tap < kernel; tap++) {
          const at = t + last - dilation * (kernel - 1 - tap);
          if (at < 0 || at >= steps) continue;
          for (let c = 0; c < from; c++)
            sum += weight[(tap * from + c) * to + o] * x.data[(b * steps + at) * from + c];
        }
        y[(b * steps + t) * to + o] = sum;
      }
  return y;
}

const configs = fc.record({
  from: fc.integer({ min: 1, max: 3 }),
  to: fc.integer({ min: 1, max: 3 }),
  kernel: fc.integer({ min: 1, max: 4 }),
  dilation: fc.integer({ min: 1, max: 5 }),
  alignment: fc.constantFrom('causal' as const, 'centred' as const),
});

describe.each(['cpu', 'onnxruntime'] as const)('convolution on %s', (name) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine(name);
  });

  it('is the sum over taps of its definition', async () => {
    await fc.assert(
      fc.asyncProperty(configs, fc.integer({ min: 1, max: 9 }), async (config, steps) => {
        const layer = convolution(config);
        const x = noise([2, steps, config.from], 5);
        expectNear((await outputOf(engine, layer, x)).data, slowConvolution(layer, x, config));
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  it.each([
    { from: 2, to: 3, kernel: 3, dilation: 2, alignment: 'causal' },
    { from: 2, to: 2, kernel: 2, dilation: 1, alignment: 'centred' },
  ] as const)('has the slopes of finite differences: $alignment', async (config) => {
    await expectSlopes(engine, convolution(config), noise([2, 6, 2], 6));
  });

  it('does not let the causal form see later steps', async () => {
    const config = { from: 2, to: 2, kernel: 3, dilation: 2 };
    const layer = convolution(config);
    const x = noise([2, 9, 2], 7);
    const whole = await outputOf(engine, layer, x);
    const changed = await outputOf(engine, layer, withOtherSuffix(x, 5));
    expect(prefixOf(changed, 5)).toEqual(prefixOf(whole, 5));
    expect(changed.data).not.toEqual(whole.data);
  });

  it('sees exactly its receptive field', async () => {
    const stack: ConvolutionConfig[] = [1, 2, 4].map((dilation) => ({ from: 1, to: 1, kernel: 3, dilation }));
    const layer = layerOf(
      (plan) => {
        for (const [i, config] of stack.entries()) planConvolution(plan.scope(`layer${i}`), config);
      },
      (params, x) =>
        stack.reduce((y, config, i) => applyConvolution(params.scope(`layer${i}`), y, config), x),
    );
    const field = receptiveField(stack);
    expect(field).toBe(15);
    const steps = 20;
    const x = noise([1, steps, 1], 8);
    const before = await outputOf(engine, layer, x);
    for (let back = 0; back < steps; back++) {
      const data = Float32Array.from(x.data);
      data[steps - 1 - back] += 1;
      const after = await outputOf(engine, layer, ndArray(data, x.shape));
      expect(after.data[steps - 1] !== before.data[steps - 1]).toBe(back < field);
    }
  });
});

describe('convolution', () => {
  it('begins within PyTorch’s bounds', () => {
    const { layout } = convolution({ from: 4, to: 2, kernel: 3 });
    expect(layout.entries.map(({ path, shape, initializer }) => ({ path, shape, initializer }))).toEqual([
      { path: 'weight', shape: [12, 2], initializer: { kind: 'uniform', limit: 1 / Math.sqrt(12) } },
      { path: 'bias', shape: [2], initializer: { kind: 'uniform', limit: 1 / Math.sqrt(12) } },
    ]);
  });
});
