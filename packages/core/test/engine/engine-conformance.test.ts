/** Every engine means the same: values against the cpu reference, gradients against it and against finite differences. */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import { type NdArray, ndArray } from '../../src/engine/nd-array.js';
import { openEngine } from '../../src/engine/open-engine.js';
import { foldIn, RandomStream, randomKey } from '../../src/random/key.js';
import { comparedEngines } from './kernels/opened-engine.js';
import { compositeCases, elementwiseCases, type OperationCase, structureCases } from './operations.js';

const cases: readonly OperationCase[] = [...elementwiseCases, ...structureCases, ...compositeCases];
/** float32 kernels of different libraries agree to a few units in the last place, times the length of a sum. */
const tolerance = 2e-5;
/** Central differences in float32 with this step are good to about step^2 + 1e-7 / step. */
const step = 1e-2;
const slopeTolerance = 2e-2;

/**
 * Shuffled points of a grid, shifted a little differently for each input: no two are closer than a finite difference reaches,
 * and none lies on a kink at a whole number.
 */
function inputsOf({ shapes, range = [-2, 2] }: OperationCase, index: number): NdArray[] {
  return shapes.map((shape, k) => {
    const size = shape.reduce((product, each) => product * each, 1);
    const grid = Array.from(
      { length: size },
      (_, i) => range[0] + ((i + 0.5) / size) * (range[1] - range[0]),
    );
    const stream = new RandomStream(foldIn(foldIn(randomKey(7), index), k));
    return ndArray(
      Float32Array.from(stream.shuffle(grid), (value) => value + 0.021 + 0.04 * k),
      shape,
    );
  });
}

/** A weighted sum of the result, so that every element of it has its own slope. */
function scalarOf(result: tf.Tensor): tf.Tensor {
  const weights = tf.tensor(
    Float32Array.from({ length: result.size }, (_, i) => Math.sin(i + 1)),
    result.shape,
  );
  return tf.sum(tf.mul(tf.cast(result, 'float32'), weights));
}

async function valueOn(engine: Engine, each: OperationCase, inputs: readonly NdArray[]): Promise<NdArray> {
  const compiled = engine.compile((...list: tf.Tensor[]) => each.fn(...list), { name: each.name });
  const held = await compiled(...inputs);
  const value = await held.read();
  held.dispose();
  compiled.dispose();
  return value;
}

async function slopesOn(engine: Engine, each: OperationCase, inputs: readonly NdArray[]): Promise<NdArray[]> {
  const compiled = engine.compile(
    (...list: tf.Tensor[]) => tf.grads((...given: tf.Tensor[]) => scalarOf(each.fn(...given)))(list),
    { name: each.name },
  );
  const held = await compiled(...inputs);
  const slopes = await Promise.all(held.map((one) => one.read()));
  for (const one of held) one.dispose();
  compiled.dispose();
  return slopes;
}

describe.each(await comparedEngines())('engine $name', ({ engine, reason }) => {
  if (engine === undefined) {
    it('is not run', (context) => context.skip(reason));
    return;
  }
  let reference: Engine;
  beforeAll(async () => {
    reference = await openEngine('cpu');
  });
  afterAll(() => {
    engine.dispose();
    reference.dispose();
  });

  it.each(cases.map((each, index) => ({ ...each, index })))(
    'gives the reference value: $name',
    async (each) => {
      const inputs = inputsOf(each, each.index);
      const expected = await valueOn(reference, each, inputs);
      const actual = await valueOn(engine, each, inputs);
      expect(actual.shape).toEqual(expected.shape);
      expect(actual.dtype).toEqual(expected.dtype);
      for (const [i, value] of expected.data.entries()) {
        expect(Math.abs((actual.data[i] ?? Number.NaN) - value)).toBeLessThanOrEqual(
          tolerance * (1 + Math.abs(value)),
        );
      }
    },
  );

  const smooth = cases.map((each, index) => ({ ...each, index })).filter((each) => each.smooth !== false);
  it.each(smooth)('gives the reference slope: $name', async (each) => {
    const inputs = inputsOf(each, each.index);
    const expected = await slopesOn(reference, each, inputs);
    const actual = await slopesOn(engine, each, inputs);
    for (const [k, slope] of expected.entries()) {
      expect(actual[k]?.shape).toEqual(slope.shape);
      for (const [i, value] of slope.data.entries()) {
        const found = actual[k]?.data[i] ?? Number.NaN;
        expect(Math.abs(found - value)).toBeLessThanOrEqual(5 * tolerance * (1 + Math.abs(value)));
      }
    }
  });
});

describe('gradients on the reference', () => {
  let reference: Engine;
  beforeAll(async () => {
    reference = await openEngine('cpu');
  });
  const smooth = cases.map((each, index) => ({ ...each, index })).filter((each) => each.smooth !== false);

  it.each(smooth)('agree with finite differences: $name', async (each) => {
    const inputs = inputsOf(each, each.index);
    const slopes = await slopesOn(reference, each, inputs);
    const compiled = reference.compile((...list: tf.Tensor[]) => scalarOf(each.fn(...list)));
    const at = async (k: number, i: number, shift: number) => {
      const moved = inputs.map((input, j) => {
        const data = input.data.slice();
        if (j === k) data[i] = (data[i] ?? 0) + shift;
        return { ...input, data };
      });
      const held = await compiled(...moved);
      const { data } = await held.read();
      held.dispose();
      return data[0] ?? Number.NaN;
    };
    for (const [k, slope] of slopes.entries()) {
      for (const [i, value] of slope.data.entries()) {
        const numeric = ((await at(k, i, step)) - (await at(k, i, -step))) / (2 * step);
        expect(Math.abs(numeric - value)).toBeLessThanOrEqual(slopeTolerance * (1 + Math.abs(value)));
      }
    }
  });
});

describe('composites on the reference', () => {
  let reference: Engine;
  beforeAll(async () => {
    reference = await openEngine('cpu');
  });

  it.each(compositeCases.map((each, index) => ({ ...each, index })))(
    'mean what they stand for: $name',
    async (each) => {
      const inputs = inputsOf(each, each.index);
      const plain = { ...each, fn: each.plain };
      const pairs = [
        [await valueOn(reference, each, inputs), await valueOn(reference, plain, inputs)],
        ...(await slopesOn(reference, each, inputs)).map((slope) => [slope]),
      ];
      const plainSlopes = await slopesOn(reference, plain, inputs);
      for (const [k, [actual, expected = plainSlopes[k - 1]]] of pairs.entries()) {
        expect(actual?.shape).toEqual(expected?.shape);
        for (const [i, value] of (expected?.data ?? []).entries()) {
          expect(Math.abs((actual?.data[i] ?? Number.NaN) - value)).toBeLessThanOrEqual(
            5 * tolerance * (1 + Math.abs(value)),
          );
        }
      }
    },
  );
});
