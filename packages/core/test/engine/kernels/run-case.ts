/** Runs a case of an operation on an engine: its inputs, its value, its slopes, and slopes from differences beside them. */
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import type { Engine } from '../../../src/engine/engine.js';
import { type NdArray, ndArray } from '../../../src/engine/nd-array.js';
import { foldIn, RandomStream, randomKey } from '../../../src/random/key.js';
import type { OperationCase } from '../operations.js';

/**
 * Inputs lie on odd multiples of 1/64. No number is closer to a whole or half number, or to one of another input, than
 * differences reach, so nothing is measured across a kink; and shifts by 1/256 are exact in float32.
 */
const lattice = 1 / 64;
const shift = 1 / 256;

export interface Outcome {
  readonly value: NdArray;
  /** One per input, where the case has slopes. */
  readonly slopes: readonly NdArray[];
}

/** Distinct points of the case’s range, as far as it has enough of them. */
export function inputsOf({ shapes, range = [-2, 2] }: OperationCase, seed: number): NdArray[] {
  const points: number[] = [];
  for (let i = Math.ceil(range[0] / lattice); i * lattice < range[1]; i++) {
    if (i % 2 !== 0) points.push(i * lattice);
  }
  return shapes.map((shape, k) => {
    const own = points.filter((_, i) => i % shapes.length === k);
    const shuffled = new RandomStream(foldIn(randomKey(seed), k)).shuffle(own);
    const size = tf.util.sizeFromShape([...shape]);
    return ndArray(
      Float32Array.from({ length: size }, (_, i) => shuffled[i % shuffled.length] ?? 0),
      shape,
    );
  });
}

/** Weights of the elements of a result, so that each has a slope of its own. */
const weightOf = (i: number) => Math.sin(i + 1);

function weightedSum(result: tf.Tensor): tf.Tensor {
  const weights = Float32Array.from({ length: result.size }, (_, i) => weightOf(i));
  return tf.sum(tf.mul(tf.cast(result, 'float32'), tf.tensor(weights, result.shape)));
}

export async function outcomeOn(
  engine: Engine,
  each: OperationCase,
  inputs: readonly NdArray[],
  hasSlopes: boolean,
): Promise<Outcome> {
  const compiled = engine.compile(
    (...list: tf.Tensor[]) => ({
      value: each.fn(...list),
      slopes: hasSlopes ? tf.grads((...given: tf.Tensor[]) => weightedSum(each.fn(...given)))(list) : [],
    }),
    { name: each.name },
  );
  const held = await compiled(...inputs);
  const value = await held.value.read();
  const slopes = await Promise.all(held.slopes.map((one) => one.read()));
  for (const one of [held.value, ...held.slopes]) one.dispose();
  compiled.dispose();
  return { value, slopes };
}

/** Slopes by central differences of fourth order, summed in double precision. */
export async function differencesOn(
  engine: Engine,
  each: OperationCase,
  inputs: readonly NdArray[],
): Promise<NdArray[]> {
  const compiled = engine.compile((...list: tf.Tensor[]) => each.fn(...list));
  const at = async (k: number, i: number, by: number) => {
    const moved = inputs.map((input, j) => {
      const data = input.data.slice();
      if (j === k) data[i] = (data[i] ?? 0) + by;
      return { ...input, data };
    });
    const held = await compiled(...moved);
    const { data } = await held.read();
    held.dispose();
    return Array.from(data).reduce((sum, value, j) => sum + value * Math.fround(weightOf(j)), 0);
  };
  const slopes: NdArray[] = [];
  for (const [k, input] of inputs.entries()) {
    const slope = new Float32Array(input.data.length);
    for (let i = 0; i < slope.length; i++) {
      const near = (await at(k, i, shift)) - (await at(k, i, -shift));
      const far = (await at(k, i, 2 * shift)) - (await at(k, i, -2 * shift));
      slope[i] = (8 * near - far) / (12 * shift);
    }
    slopes.push(ndArray(slope, input.shape));
  }
  compiled.dispose();
  return slopes;
}

/** Fails where shapes or types differ, or an element is too far from what is expected by the measure of the larger. */
export function expectClose(
  actual: NdArray | undefined,
  expected: NdArray,
  tolerance: number,
  what: string,
): void {
  expect(actual?.shape, what).toEqual(expected.shape);
  expect(actual?.dtype, what).toBe(expected.dtype);
  for (const [i, value] of expected.data.entries()) {
    const found = actual?.data[i];
    expect(farApart(found, value), `${what} [${i}]: ${found}, not ${value}`).toBeLessThanOrEqual(tolerance);
  }
}

/** 0 for the same infinity, or where both are not a number. */
function farApart(actual: number | undefined, expected: number): number {
  if (actual === undefined) return Number.POSITIVE_INFINITY;
  if (Object.is(actual, expected) || actual === expected) return 0;
  const distance = Math.abs(actual - expected) / (1 + Math.abs(expected));
  return Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance;
}
