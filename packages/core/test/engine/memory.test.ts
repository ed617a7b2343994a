/** Thousands of steps in the memory of a few: what the engine holds, what JavaScript holds, and the process as a whole. */
import { setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import type { EngineTensor } from '../../src/engine/engine.js';
import { ndArray, scalarArray } from '../../src/engine/nd-array.js';
import { applyBlock, type BlockConfig, planBlock } from '../../src/nn/layers/transformer.js';
import {
  type AdamwScalars,
  adamwOptionsSchema,
  adamwScalars,
  adamwUpdate,
} from '../../src/nn/optimizer/adamw.js';
import { initializeParams, planParams, readParams } from '../../src/nn/params/param-layout.js';
import { randomKey } from '../../src/random/key.js';
import { comparedEngines } from './kernels/opened-engine.js';

const config: BlockConfig = { width: 16, heads: 2, hidden: 32, norm: 'layer' };
const layout = planParams((plan) => planBlock(plan, config));
const options = adamwOptionsSchema.parse({});
const shape = [16, 8, 16];

type State = { readonly params: tf.Tensor; readonly first: tf.Tensor; readonly second: tf.Tensor };

function step(state: State, scalars: AdamwScalars, x: tf.Tensor) {
  const { value, grad } = tf.valueAndGrad((flat: tf.Tensor) =>
    tf.mean(tf.squaredDifference(applyBlock(readParams(layout, flat), x, config), tf.mul(x, 0.5))),
  )(state.params);
  return { state: adamwUpdate(state, grad, scalars, options), loss: value };
}

setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');

/** Resident memory of the process, in MB, once what nobody needs is given back. */
async function resident(): Promise<number> {
  // Native tensors are given back by finalizers, which run between tasks.
  for (let round = 0; round < 3; round++) {
    if (typeof collect === 'function') collect();
    await wait(20);
  }
  return process.memoryUsage.rss() / 2 ** 20;
}

describe.each(await comparedEngines())('memory of $name', ({ engine, reason }) => {
  if (engine === undefined) {
    it('is not measured', (context) => context.skip(reason));
    return;
  }
  afterAll(() => engine.dispose());

  it.for([
    { steps: 300, growth: 32 },
    { steps: 5000, growth: 16 },
  ])('is flat over $steps steps', { timeout: 300_000 }, async ({ steps, growth }, context) => {
    const isLong = steps > 300;
    if (isLong && process.env.TESSERA_SLOW !== '1') context.skip('takes a minute: set TESSERA_SLOW=1');
    const compiled = engine.compile(step, { name: 'step' });
    const hold = (data: Float32Array) => engine.hold(ndArray(data));
    const zeros = () => hold(new Float32Array(layout.size));
    let state: Readonly<Record<keyof State, EngineTensor>> = {
      params: hold(initializeParams(layout, randomKey(1))),
      first: zeros(),
      second: zeros(),
    };
    const size = shape.reduce((product, each) => product * each, 1);
    const once = async (count: number) => {
      const { rate, epsilon, decay } = adamwScalars(options, count, 1e-3);
      const scalars = { rate: scalarArray(rate), epsilon: scalarArray(epsilon), decay: scalarArray(decay) };
      const x = ndArray(
        Float32Array.from({ length: size }, (_, i) => Math.sin(i + count)),
        shape,
      );
      const done = await compiled(state, scalars, x);
      for (const old of Object.values(state)) old.dispose();
      state = done.state;
      const loss = (await done.loss.read()).data[0];
      done.loss.dispose();
      return loss;
    };
    // The first steps prepare the session and fill its arena.
    const warm = Math.floor(steps / 5);
    const first = await once(1);
    for (let count = 2; count <= warm; count++) await once(count);
    const [held, counted, before] = [engine.memory(), tf.engine().state.numTensors, await resident()];
    let last = first;
    for (let count = warm + 1; count <= steps; count++) last = await once(count);
    expect(last).toBeLessThan(first);
    expect(engine.memory()).toEqual(held);
    expect(held).toEqual({ tensors: 3, bytes: 3 * 4 * layout.size });
    expect(tf.engine().state.numTensors).toBe(counted);
    const grown = (await resident()) - before;
    expect(grown, `${grown.toFixed(1)} MB more than after ${warm} steps`).toBeLessThan(growth);
    for (const each of Object.values(state)) each.dispose();
    compiled.dispose();
    expect(engine.memory()).toEqual({ tensors: 0, bytes: 0 });
  });

  it('is given back by tensors, functions and the engine itself', async () => {
    const [one, two] = [
      engine.hold(ndArray(new Float32Array(10))),
      engine.hold(ndArray(Uint8Array.of(1, 0))),
    ];
    expect(engine.memory()).toEqual({ tensors: 2, bytes: 42 });
    one.dispose();
    one.dispose();
    expect(engine.memory()).toEqual({ tensors: 1, bytes: 2 });
    const compiled = engine.compile((x: tf.Tensor) => [x, tf.exp(x)]);
    const held = await compiled(ndArray(new Float32Array(4)));
    expect(engine.memory()).toEqual({ tensors: 3, bytes: 2 + 32 });
    compiled.dispose();
    expect(Array.from((await held[1].read()).data)).toEqual([1, 1, 1, 1]);
    await expect(two.read()).resolves.toMatchObject({ dtype: 'bool' });
    engine.dispose();
    expect(engine.memory()).toEqual({ tensors: 0, bytes: 0 });
    await expect(Promise.resolve().then(() => two.read())).rejects.toThrow(/disposed/);
  });
});
