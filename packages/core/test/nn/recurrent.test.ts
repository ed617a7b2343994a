import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import { type NdArray, ndArray } from '../../src/engine/nd-array.js';
import { openEngine } from '../../src/engine/open-engine.js';
import { applyRecurrence, planRecurrence, type RecurrenceConfig } from '../../src/nn/layers/recurrent.js';
import { initializeParams, paramValues } from '../../src/nn/params/param-layout.js';
import { randomKey } from '../../src/random/key.js';
import {
  expectNear,
  expectSlopes,
  type Layer,
  layerOf,
  noise,
  outputOf,
  prefixOf,
  slopesOf,
  withOtherSuffix,
} from './layer-run.js';

const config: RecurrenceConfig = { from: 3, to: 4, memory: 50 };

const recurrence = (observed?: () => tf.Tensor) =>
  layerOf(
    (plan) => planRecurrence(plan, config),
    (params, x) => applyRecurrence(params, x, config, observed?.()),
  );

/** The definition, step by step in doubles. */
function slowRecurrence({ layout, flat }: Layer, x: NdArray, observed?: readonly number[]): Float64Array {
  const { from, to, memory } = config;
  const [batch, steps] = x.shape;
  const values = (path: string) => paramValues(layout, flat, path);
  const affine = (name: string, row: ArrayLike<number>, o: number) => {
    let sum = values(`${name}.bias`)[o];
    for (let c = 0; c < from; c++) sum += row[c] * values(`${name}.weight`)[c * to + o];
    return sum;
  };
  const states = new Float64Array(batch * steps * to);
  for (let b = 0; b < batch; b++) {
    const state = new Float64Array(to);
    for (let t = 0; t < steps; t++) {
      const at = b * steps + t;
      const row = x.data.slice(at * from, (at + 1) * from);
      for (let o = 0; o < to; o++) {
        if (observed === undefined || observed[at] === 1) {
          const z = 1 / (1 + Math.exp(Math.log(memory) / 2 - affine('gate', row, o)));
          state[o] = (1 - z) * state[o] + z * affine('candidate', row, o);
        }
        states[at * to + o] = state[o];
      }
    }
  }
  return states;
}

describe.each(['cpu', 'onnxruntime'] as const)('recurrence on %s', (name) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine(name);
  });

  it.each([1, 2, 8, 9, 30, 64, 131])('is its definition over %d steps', async (steps) => {
    const x = noise([2, steps, config.from], steps);
    expectNear((await outputOf(engine, recurrence(), x)).data, slowRecurrence(recurrence(), x));
  });

  it('has the slopes of finite differences', async () => {
    await expectSlopes(engine, recurrence(), noise([2, 11, config.from], 1));
  });

  it('does not see later steps', async () => {
    const x = noise([2, 40, config.from], 2);
    const whole = await outputOf(engine, recurrence(), x);
    for (const from of [1, 7, 8, 23]) {
      const changed = await outputOf(engine, recurrence(), withOtherSuffix(x, from));
      expect(prefixOf(changed, from)).toEqual(prefixOf(whole, from));
      expect(changed.data).not.toEqual(whole.data);
    }
  });

  it('skips what was not observed, whatever it holds', async () => {
    const steps = 20;
    const observed = Array.from({ length: 2 * steps }, (_, i) => (i % 7 < 3 ? 1 : 0));
    const layer = recurrence(() => tf.tensor2d(observed, [2, steps]));
    const x = noise([2, steps, config.from], 3);
    const hostile = ndArray(
      Float32Array.from(x.data, (value, i) =>
        observed[Math.floor(i / config.from)] === 1 ? value : Number.NaN,
      ),
      x.shape,
    );
    const clean = await outputOf(engine, layer, x);
    expectNear(clean.data, slowRecurrence(layer, x, observed));
    expect((await outputOf(engine, layer, hostile)).data).toEqual(clean.data);
    expect(await slopesOf(engine, layer, hostile)).toEqual(await slopesOf(engine, layer, x));
  });

  it('begins with time scales from one step to its memory', async () => {
    const wide = { from: 1, to: 400, memory: 200 };
    const layer = layerOf(
      (plan) => planRecurrence(plan, wide),
      (params, x) => applyRecurrence(params, x, wide),
    );
    const flat = initializeParams(layer.layout, randomKey(1));
    // An input of zero leaves the biases: the state after one step is z c, so z is known.
    const { data } = await outputOf(engine, { ...layer, flat }, ndArray(new Float32Array(1), [1, 1, 1]));
    const bias = paramValues(layer.layout, flat, 'candidate.bias');
    const scales = Array.from(data, (value, o) => bias[o] / value).sort((a, b) => a - b);
    expect(scales[0]).toBeLessThan(2.5);
    expect(scales[200]).toBeGreaterThan(8);
    expect(scales[200]).toBeLessThan(30);
    expect(scales[399]).toBeGreaterThan(150);
    expect(scales[399]).toBeLessThan(202);
  });
});
