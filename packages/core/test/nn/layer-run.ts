/** Runs a layer on an engine, and differentiates it with respect to its parameters and input, there and by finite differences. */
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import { type NdArray, ndArray } from '../../src/engine/nd-array.js';
import {
  initializeParams,
  type ParamLayout,
  type ParamPlan,
  type Params,
  planParams,
  readParams,
} from '../../src/nn/params/param-layout.js';
import { foldIn, RandomStream, randomKey } from '../../src/random/key.js';

/** A layer with its parameters, as a function of one input. */
export interface Layer {
  readonly layout: ParamLayout;
  readonly flat: Float32Array;
  readonly apply: (params: Params, x: tf.Tensor) => tf.Tensor;
}

/** A layer with parameters of a seed; constants are moved off their neutral values, so that each of them matters. */
export function layerOf(plan: (root: ParamPlan) => void, apply: Layer['apply'], seed = 3): Layer {
  const layout = planParams(plan);
  const flat = initializeParams(layout, randomKey(seed));
  const stream = new RandomStream(foldIn(randomKey(seed), 1_000_000));
  return { layout, apply, flat: flat.map((value) => value + 0.1 * stream.normal()) };
}

/** Standard normal numbers of a seed. */
export function noise(shape: readonly number[], seed: number): NdArray {
  const stream = new RandomStream(randomKey(seed));
  const size = shape.reduce((product, each) => product * each, 1);
  return ndArray(
    Float32Array.from({ length: size }, () => stream.normal()),
    shape,
  );
}

/** The layer’s output. */
export async function outputOf(engine: Engine, { layout, flat, apply }: Layer, x: NdArray): Promise<NdArray> {
  const compiled = engine.compile((params: tf.Tensor, given: tf.Tensor) =>
    apply(readParams(layout, params), given),
  );
  const held = await compiled(ndArray(flat), x);
  const value = await held.read();
  held.dispose();
  compiled.dispose();
  return value;
}

/** A weighted sum of the output, so that every element of it has its own slope. */
function scalarOf(result: tf.Tensor): tf.Tensor {
  const weights = Float32Array.from({ length: result.size }, (_, i) => Math.sin(i + 1));
  return tf.sum(tf.mul(result, tf.tensor(weights, result.shape)));
}

/** Slopes of a weighted sum of the output, by parameter and by input element. */
export async function slopesOf(
  engine: Engine,
  { layout, flat, apply }: Layer,
  x: NdArray,
): Promise<readonly NdArray[]> {
  const compiled = engine.compile((params: tf.Tensor, given: tf.Tensor) =>
    tf.grads((p: tf.Tensor, each: tf.Tensor) => scalarOf(apply(readParams(layout, p), each)))([
      params,
      given,
    ]),
  );
  const held = await compiled(ndArray(flat), x);
  const slopes = await Promise.all(held.map((each) => each.read()));
  for (const each of held) each.dispose();
  compiled.dispose();
  return slopes;
}

/** Central differences in float32 with this step are good to about step^2 + 1e-7 / step. */
const step = 1e-2;

/** Expects the slopes of the engine at up to `count` places of parameters and input to be those of central differences. */
export async function expectSlopes(engine: Engine, layer: Layer, x: NdArray, count = 40): Promise<void> {
  const slopes = await slopesOf(engine, layer, x);
  const compiled = engine.compile((params: tf.Tensor, given: tf.Tensor) =>
    scalarOf(layer.apply(readParams(layer.layout, params), given)),
  );
  const inputs = [ndArray(layer.flat), x] as const;
  const at = async (k: number, i: number, shift: number) => {
    const moved = inputs.map(({ data, shape }, j) => {
      const copy = Float32Array.from(data);
      if (j === k) copy[i] = copy[i] + shift;
      return ndArray(copy, shape);
    });
    const held = await compiled(moved[0] ?? x, moved[1] ?? x);
    const { data } = await held.read();
    held.dispose();
    return data[0];
  };
  for (const [k, { data }] of slopes.entries()) {
    const stride = Math.max(1, Math.floor(data.length / count));
    for (let i = 0; i < data.length; i += stride) {
      const numeric = ((await at(k, i, step)) - (await at(k, i, -step))) / (2 * step);
      expect(Math.abs(numeric - data[i])).toBeLessThanOrEqual(2e-2 * (1 + Math.abs(data[i])));
    }
  }
  compiled.dispose();
}

/** Expects numbers within a tolerance relative to their size, 2e-5 unless given, as float32 kernels of different libraries agree. */
export function expectNear(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 2e-5): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const off = Math.abs(actual[i] - expected[i]);
    if (!(off <= tolerance * (1 + Math.abs(expected[i]))))
      expect.fail(`at ${i}: ${actual[i]} instead of ${expected[i]}`);
  }
}

/** x with every step from `from` on replaced by numbers of another seed. @param x shape `[B, T, C]` */
export function withOtherSuffix(x: NdArray, from: number): NdArray {
  const [, steps, channels] = x.shape;
  const other = noise(x.shape, 999).data;
  const data = Float32Array.from(x.data, (value, i) =>
    Math.floor(i / channels) % steps < from ? value : 5 * other[i],
  );
  return ndArray(data, x.shape);
}

/** The elements of the steps before `to`. @param x shape `[B, T, C]` */
export function prefixOf({ data, shape: [, steps, channels] }: NdArray, to: number): number[] {
  return Array.from(data).filter((_, i) => Math.floor(i / channels) % steps < to);
}
