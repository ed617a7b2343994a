import type * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import { type NdArray, ndArray, scalarArray } from '../../src/engine/nd-array.js';
import { openEngine } from '../../src/engine/open-engine.js';
import {
  type AdamwOptions,
  type AdamwScalars,
  type AdamwState,
  adamwOptionsSchema,
  adamwScalars,
  adamwUpdate,
} from '../../src/nn/optimizer/adamw.js';
import { clipByGlobalNorm } from '../../src/nn/optimizer/clip-by-global-norm.js';
import { averageShare, updateAverage } from '../../src/nn/optimizer/ema.js';
import { learningRateAt } from '../../src/nn/optimizer/schedule.js';
import { expectNear, noise } from './layer-run.js';

const size = 12;
const updates = 30;
const rateAt = (step: number) => 0.01 / step;
const gradientAt = (step: number) => noise([size], 100 + step).data.map((each) => each * 10 ** (step % 5));

/** AdamW as its paper writes it, element by element in doubles. Algorithm 2 multiplies decay by the schedule alone; PyTorch, as here, by the learning rate. */
function textbook(initial: ArrayLike<number>, options: AdamwOptions, mask?: ArrayLike<number>): number[] {
  const { beta1, beta2, epsilon, weightDecay } = options;
  const gradients = Array.from({ length: updates }, (_, i) => gradientAt(i + 1));
  return Array.from(initial, (start, i) => {
    let [value, m, v] = [start, 0, 0];
    for (let t = 1; t <= updates; t++) {
      const g = gradients[t - 1][i];
      m = beta1 * m + (1 - beta1) * g;
      v = beta2 * v + (1 - beta2) * g * g;
      const decay = weightDecay * (mask?.[i] ?? 0) * value;
      const direction = m / (1 - beta1 ** t) / (Math.sqrt(v / (1 - beta2 ** t)) + epsilon);
      value -= rateAt(t) * (direction + decay);
    }
    return value;
  });
}

describe.each(['cpu', 'onnxruntime'] as const)('optimizer on %s', (name) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine(name);
  });

  async function adamw(initial: NdArray, options: AdamwOptions, mask?: NdArray): Promise<Float32Array> {
    const compiled = engine.compile(
      (state: AdamwState, gradient: tf.Tensor, scalars: AdamwScalars, masks: tf.Tensor[]) =>
        adamwUpdate(state, gradient, scalars, options, masks[0]),
    );
    const zeros = () => engine.hold(ndArray(new Float32Array(size)));
    let state = { params: engine.hold(initial), first: zeros(), second: zeros() };
    for (let step = 1; step <= updates; step++) {
      const { rate, epsilon, decay } = adamwScalars(options, step, rateAt(step));
      const scalars = { rate: scalarArray(rate), epsilon: scalarArray(epsilon), decay: scalarArray(decay) };
      const gradient = ndArray(Float32Array.from(gradientAt(step)));
      const next = await compiled(state, gradient, scalars, mask === undefined ? [] : [mask]);
      for (const old of Object.values(state)) old.dispose();
      state = next;
    }
    const { data } = await state.params.read();
    for (const each of Object.values(state)) each.dispose();
    compiled.dispose();
    return Float32Array.from(data);
  }

  it('makes the updates of textbook Adam without decay', async () => {
    const options = adamwOptionsSchema.parse({ weightDecay: 0 });
    const initial = noise([size], 1);
    expectNear(await adamw(initial, options), textbook(initial.data, options), 1e-6);
  });

  it.each([
    { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.5 },
    { beta1: 0, beta2: 0, epsilon: 1e-3, weightDecay: 0.1 },
    { beta1: 0.5, beta2: 0.999, epsilon: 10, weightDecay: 0 },
  ])('makes the updates of textbook AdamW, decaying what the mask says: %j', async (options) => {
    const initial = noise([size], 2);
    const mask = Float32Array.from({ length: size }, (_, i) => i % 2);
    const found = await adamw(initial, options, ndArray(mask));
    expectNear(found, textbook(initial.data, options, mask), 1e-6);
  });

  it('shortens a gradient that is longer than the limit and leaves others to the bit', async () => {
    const clip = async (gradient: readonly number[], limit: number) => {
      const compiled = engine.compile((each: tf.Tensor) => clipByGlobalNorm(each, limit));
      const held = await compiled(ndArray(Float32Array.from(gradient)));
      const result = {
        gradient: Array.from((await held.gradient.read()).data),
        norm: (await held.norm.read()).data[0],
      };
      compiled.dispose();
      return result;
    };
    const long = await clip([3, 0, -4], 1);
    expect(long.norm).toBe(5);
    expectNear(long.gradient, [0.6, 0, -0.8], 1e-7);
    expect(await clip([3, 0, -4], 5)).toEqual({ gradient: [3, 0, -4], norm: 5 });
    expect(await clip([3, 0, -4], 7)).toEqual({ gradient: [3, 0, -4], norm: 5 });
    expect(await clip([0, 0], 1)).toEqual({ gradient: [0, 0], norm: 0 });
  });

  it('moves an average by its share', async () => {
    const compiled = engine.compile(updateAverage);
    const held = await compiled(
      ndArray(Float32Array.of(1, -2)),
      ndArray(Float32Array.of(3, 2)),
      scalarArray(0.25),
    );
    expect(Array.from((await held.read()).data)).toEqual([1.5, -1]);
    compiled.dispose();
  });
});

describe('AdamW scalars', () => {
  it('make the first step as long as the learning rate, whatever the gradient', () => {
    const options = adamwOptionsSchema.parse({});
    const { rate, epsilon, decay } = adamwScalars(options, 1, 0.1);
    // g / (|g| + e) times the rate, by hand.
    for (const g of [0.5, 1000]) expect((rate * g) / (g + epsilon)).toBeCloseTo((0.1 * g) / (g + 1e-8), 12);
    expect(decay).toBeCloseTo(0.1 * 0.01, 15);
  });
});

describe('learning rate', () => {
  const schedule = { peak: 2, warmup: 0.1, floor: 0.1 };
  it.each([
    [1, 0.2],
    [5, 1],
    [10, 2],
    [55, 2 * (0.1 + 0.9 * 0.5)],
    [40, 2 * (0.1 + 0.9 * 0.75)],
    [100, 0.2],
  ])('at step %d of 100 is %d', (step, expected) => {
    expect(learningRateAt(schedule, step, 100)).toBeCloseTo(expected, 12);
  });

  it('without warm-up begins at the peak, and one step is the peak', () => {
    expect(learningRateAt({ ...schedule, warmup: 0 }, 1, 100)).toBe(2);
    expect(learningRateAt(schedule, 1, 1)).toBe(2);
  });

  it('with warm-up alone rises to the end', () => {
    expect(learningRateAt({ ...schedule, warmup: 1 }, 50, 100)).toBe(1);
    expect(learningRateAt({ ...schedule, warmup: 1 }, 100, 100)).toBe(2);
  });

  it('never leaves the range from zero to the peak, rises, then falls', () => {
    const rates = Array.from({ length: 1000 }, (_, i) => learningRateAt(schedule, i + 1, 1000));
    for (let i = 1; i < 1000; i++) expect(Math.sign(rates[i] - rates[i - 1])).toBe(i < 100 ? 1 : -1);
    expect(Math.max(...rates)).toBe(2);
    expect(rates[999]).toBeCloseTo(0.2, 12);
  });
});

describe('share of an average', () => {
  it.each([
    [0.999, 1, 1 - 2 / 11],
    [0.999, 90, 1 - 91 / 100],
    [0.9, 79, 9 / 89],
    [0.9, 200, 0.1],
  ])('for decay %d at step %d is %d', (decay, step, expected) => {
    expect(averageShare(decay, step)).toBeCloseTo(expected, 12);
  });
});
