import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import { type NdArray, ndArray } from '../../src/engine/nd-array.js';
import { openEngine } from '../../src/engine/open-engine.js';
import { fourierFeatures, rotaryAngles, rotationOf } from '../../src/nn/layers/positions.js';
import { applyAttention, planAttention, rotate } from '../../src/nn/layers/transformer.js';
import { expectNear, expectSlopes, layerOf, noise, outputOf } from './layer-run.js';

describe('Fourier features', () => {
  it('are sines, then cosines, of periods from the shortest to the longest', () => {
    const { data, shape } = fourierFeatures([0, 1, 2, 5], { features: 6, shortest: 4, longest: 100 });
    expect(shape).toEqual([4, 6]);
    const expected = [0, 1, 2, 5].flatMap((p) => [
      ...[4, 20, 100].map((period) => Math.sin((2 * Math.PI * p) / period)),
      ...[4, 20, 100].map((period) => Math.cos((2 * Math.PI * p) / period)),
    ]);
    expectNear(data, expected, 1e-7);
  });

  it('of one period take the shortest', () => {
    const { data } = fourierFeatures([1], { features: 2, shortest: 4, longest: 100 });
    expectNear(data, [1, 0], 1e-7);
  });

  it('repeat after the longest period, also far from zero', () => {
    const options = { features: 8, shortest: 8, longest: 8 };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 40 }), (p) => {
        expectNear(fourierFeatures([p], options).data, fourierFeatures([p % 8], options).data, 1e-6);
      }),
    );
  });

  it('follow the axes of the positions', () => {
    const options = { features: 4, shortest: 2, longest: 32 };
    const wide = fourierFeatures([1, 2, 3, 4, 5, 6], options, [2, 3]);
    expect(wide.shape).toEqual([2, 3, 4]);
    expect(wide.data).toEqual(fourierFeatures([1, 2, 3, 4, 5, 6], options).data);
    expect(() => fourierFeatures([1, 2, 3], options, [2, 2])).toThrow(/SHAPE_MISMATCH/);
  });

  it.each([
    { features: 3, shortest: 1, longest: 2 },
    { features: 4, shortest: 3, longest: 2 },
    { features: 4, shortest: 0, longest: 2 },
  ])('refuse options that mean nothing: %j', (options) => {
    expect(() => fourierFeatures([1], options)).toThrow(/OPTIONS_INVALID/);
  });
});

describe('rotary angles', () => {
  it('are positions times falling paces', () => {
    const { data, shape } = rotaryAngles([0, 1, 3], { width: 4, base: 100 });
    expect(shape).toEqual([3, 2]);
    expectNear(data, [0, 0, 1, 0.1, 3, 0.3], 1e-7);
  });

  it('of time stamps are those of the steps between them, up to one common turn', () => {
    const hour = 3_600_000;
    const origin = Date.UTC(2024, 1, 29);
    const stamps = [0, 1, 2, 40].map((n) => origin + n * hour);
    const angles = rotaryAngles(stamps, { width: 8, unit: hour }).data;
    const plain = rotaryAngles([0, 1, 2, 40], { width: 8 }).data;
    for (let n = 1; n < 4; n++) {
      for (let i = 0; i < 4; i++) {
        const turned = angles[4 * n + i] - angles[i] - plain[4 * n + i];
        expect(Math.abs(Math.sin(turned / 2))).toBeLessThan(2e-6);
      }
    }
  });

  it('refuse an odd width', () => {
    expect(() => rotaryAngles([1], { width: 5 })).toThrow(/OPTIONS_INVALID/);
  });
});

describe.each(['cpu', 'onnxruntime'] as const)('rotation on %s', (name) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine(name);
  });

  async function run(fn: (...inputs: tf.Tensor[]) => tf.Tensor, ...inputs: NdArray[]): Promise<NdArray> {
    const compiled = engine.compile(fn);
    const held = await compiled(...inputs);
    const value = await held.read();
    held.dispose();
    compiled.dispose();
    return value;
  }

  it('turns pairs by their angles', async () => {
    const x = noise([2, 3, 4], 1);
    const angles = rotaryAngles([0, 2, 5], { width: 4, base: 50 });
    const y = await run((given, turn) => rotate(given, rotationOf(turn)), x, angles);
    const expected = new Float64Array(24);
    for (let g = 0; g < 2; g++)
      for (let n = 0; n < 3; n++)
        for (let i = 0; i < 2; i++) {
          const at = (g * 3 + n) * 4 + i;
          const [a, b, angle] = [x.data[at], x.data[at + 2], angles.data[2 * n + i]];
          expected[at] = a * Math.cos(angle) - b * Math.sin(angle);
          expected[at + 2] = b * Math.cos(angle) + a * Math.sin(angle);
        }
    expectNear(y.data, expected);
  });

  it('keeps lengths', async () => {
    const x = noise([1, 6, 8], 2);
    const angles = rotaryAngles([0, 1, 7, 30, 1000, 12345], { width: 8 });
    const squares = (each: tf.Tensor) => tf.sum(tf.square(each), -1);
    const turned = await run((given, turn) => squares(rotate(given, rotationOf(turn))), x, angles);
    expectNear(turned.data, (await run(squares, x)).data);
  });

  it('gives scores that depend on differences of positions only', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 100_000 }), async (shift) => {
        const positions = [0, 1, 3, 4, 9];
        const score = (q: tf.Tensor, k: tf.Tensor, turn: tf.Tensor) =>
          tf.matMul(rotate(q, rotationOf(turn)), rotate(k, rotationOf(turn)), false, true);
        const [q, k] = [noise([2, 5, 8], 3), noise([2, 5, 8], 4)];
        const here = rotaryAngles(positions, { width: 8 });
        const there = rotaryAngles(
          positions.map((p) => p + shift),
          { width: 8 },
        );
        expectNear((await run(score, q, k, there)).data, (await run(score, q, k, here)).data, 1e-5);
      }),
      { numRuns: 10, seed: 1 },
    );
  });

  it('of windows with their own positions is the rotation of each window, head by head', async () => {
    const config = { width: 8, heads: 2 };
    const attend = (angles: (given: tf.Tensor) => tf.Tensor) =>
      layerOf(
        (plan) => planAttention(plan, config),
        (params, x) => applyAttention(params, x, x, config, { rotation: rotationOf(angles(x)) }),
      );
    const x = noise([3, 4, 8], 5);
    const stamps = [0, 1, 2, 3, 0, 2, 4, 6, 1, 5, 6, 20];
    const angles = rotaryAngles(stamps, { width: 4 }, [3, 4]);
    const together = await outputOf(
      engine,
      attend(() => tf.tensor(Float32Array.from(angles.data), [3, 4, 2])),
      x,
    );
    for (let b = 0; b < 3; b++) {
      const own = rotaryAngles(stamps.slice(4 * b, 4 * b + 4), { width: 4 });
      const window = ndArray(x.data.slice(32 * b, 32 * b + 32), [1, 4, 8]);
      const alone = await outputOf(
        engine,
        attend(() => tf.tensor(Float32Array.from(own.data), [4, 2])),
        window,
      );
      expectNear(together.data.slice(32 * b, 32 * b + 32), alone.data);
    }
  });

  it('has the slopes of finite differences', async () => {
    const config = { width: 8, heads: 2 };
    const layer = layerOf(
      (plan) => planAttention(plan, config),
      (params, x) =>
        applyAttention(params, x, x, config, {
          rotation: rotationOf(
            tf.tensor(Float32Array.from(rotaryAngles([0, 1, 4], { width: 4 }).data), [3, 2]),
          ),
        }),
    );
    await expectSlopes(engine, layer, noise([2, 3, 8], 6));
  });
});
