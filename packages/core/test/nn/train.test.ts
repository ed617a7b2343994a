import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine, EngineTensor } from '../../src/engine/engine.js';
import { ndArray } from '../../src/engine/nd-array.js';
import { openEngine } from '../../src/engine/open-engine.js';
import { applyMlp, planMlp } from '../../src/nn/layers/dense.js';
import { averageShare } from '../../src/nn/optimizer/ema.js';
import { initializeParams, learningMask, planParams } from '../../src/nn/params/param-layout.js';
import { type TrainingTask, type TrainOptions, train } from '../../src/nn/training/train.js';
import { foldIn, RandomStream, randomKey } from '../../src/random/key.js';
import { expectNear } from './layer-run.js';

const widths = [3, 8, 1];
const layout = planParams((plan) => planMlp(plan.scope('mlp'), { widths }));
const key = randomKey(11);

/** y = x0 - 2 x1 x2 with fresh inputs each step. */
function batch(step: number) {
  const stream = new RandomStream(foldIn(key, 1000 + step));
  const x = Float32Array.from({ length: 32 * 3 }, () => stream.normal());
  const y = Float32Array.from(
    { length: 32 },
    (_, i) => (x[3 * i] ?? 0) - 2 * (x[3 * i + 1] ?? 0) * (x[3 * i + 2] ?? 0),
  );
  return { x: ndArray(x, [32, 3]), y: ndArray(y, [32, 1]) };
}

function task(engine: Engine, more: Partial<TrainingTask> = {}): TrainingTask {
  return {
    engine,
    layout,
    initial: initializeParams(layout, key),
    loss: (params, { x, y }) =>
      tf.mean(
        tf.squaredDifference(applyMlp(params.scope('mlp'), x ?? tf.scalar(0), { widths }), y ?? tf.scalar(0)),
      ),
    batch,
    ...more,
  };
}

const options: TrainOptions = { steps: 60, schedule: { peak: 1e-2 }, average: 0.9, checkpointEvery: 7 };

describe('train', () => {
  let engine: Engine;
  let folder = '';
  beforeAll(async () => {
    engine = await openEngine('onnxruntime');
    folder = await mkdtemp(join(tmpdir(), 'train-'));
  });
  afterAll(async () => {
    engine.dispose();
    await rm(folder, { recursive: true });
  });

  it('lowers the loss', async () => {
    const { losses } = await train(task(engine), { ...options, steps: 400, average: 0 });
    const mean = (part: Float64Array) => part.reduce((sum, each) => sum + each, 0) / part.length;
    expect(mean(losses.slice(-20))).toBeLessThan(0.3 * mean(losses.slice(0, 20)));
  });

  it('gives the same bits for the same key', async () => {
    const [one, two] = [await train(task(engine), options), await train(task(engine), options)];
    expect(one.params).toEqual(two.params);
  });

  it('holds no tensor after it ends', async () => {
    await train(task(engine), options);
    expect(engine.memory().tensors).toBe(0);
  });

  it('hands on what a batch throws and holds nothing after it', async () => {
    const failing = task(engine, {
      batch: (step) => {
        if (step === 5) throw new RangeError('no batch 5');
        return batch(step);
      },
    });
    await expect(train(failing, options)).rejects.toThrow('no batch 5');
    expect(engine.memory().tensors).toBe(0);
  });

  it('goes on from an abort to the bits of the run that was not aborted', async () => {
    const whole = await train(task(engine), options);
    const checkpoint = join(folder, 'abort');
    const stop = new AbortController();
    const aborted = train(task(engine, { checkpoint }), options, {
      signal: stop.signal,
      onProgress: ({ done }) => done === 23 && stop.abort(),
    });
    await expect(aborted).rejects.toMatchObject({ code: 'OPERATION_ABORTED' });
    const rest = await train(task(engine, { checkpoint }), options);
    expect(rest.losses.length).toBe(60 - 23);
    expect(rest.params).toEqual(whole.params);
    expect((await readdir(checkpoint)).sort()).toEqual(['manifest.json', 'state-60.safetensors']);
  });

  it('goes on with whatever learns along, from where both were', async () => {
    // A companion that follows the first parameter and shifts what is asked for: any difference on the way shows in the end.
    const online = (checkpoint?: string) => {
      let followed = new Float32Array([0]);
      return task(engine, {
        ...(checkpoint === undefined ? {} : { checkpoint }),
        batch: {
          batch: async (step, params) => {
            const { data } = await params.read();
            followed = new Float32Array([0.9 * followed[0] + 0.1 * Number(data[0])]);
            const { x, y } = batch(step);
            return {
              x,
              y: ndArray(
                Float32Array.from(y.data, (value) => value + followed[0]),
                [32, 1],
              ),
            };
          },
          state: async () => ({ followed }),
          restore: (state) => {
            followed = state.followed.slice();
          },
        },
      });
    };
    const whole = await train(online(), options);
    const checkpoint = join(folder, 'companion');
    const stop = new AbortController();
    const aborted = train(online(checkpoint), options, {
      signal: stop.signal,
      onProgress: ({ done }) => done === 17 && stop.abort(),
    });
    await expect(aborted).rejects.toMatchObject({ code: 'OPERATION_ABORTED' });
    const rest = await train(online(checkpoint), options);
    expect(rest.losses.length).toBe(60 - 17);
    expect(rest.params).toEqual(whole.params);
    expect(whole.params).not.toEqual((await train(task(engine), options)).params);
    expect(engine.memory().tensors).toBe(0);
  });

  it('refuses a checkpoint of other options, and a damaged one', async () => {
    const checkpoint = join(folder, 'refuse');
    await train(task(engine, { checkpoint }), options);
    const other = train(task(engine, { checkpoint }), { ...options, clipNorm: 2 });
    await expect(other).rejects.toMatchObject({ code: 'CHECKPOINT_INVALID' });
    const file = join(checkpoint, 'state-60.safetensors');
    const bytes = await readFile(file);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
    await writeFile(file, bytes);
    await expect(train(task(engine, { checkpoint }), options)).rejects.toMatchObject({
      code: 'CHECKPOINT_INVALID',
      found: 'a file that has changed since',
    });
  });

  it('leaves frozen parameters as they were', async () => {
    const learns = learningMask(layout, (path) => path.startsWith('mlp.layer0'));
    const initial = initializeParams(layout, key);
    const { params } = await train(task(engine, { learns }), { ...options, average: 0 });
    for (const [i, flag] of learns.entries()) {
      if (flag === 0) expect(params[i]).toBe(initial[i]);
    }
    expect(params).not.toEqual(initial);
  });

  it('returns the best parameters by evaluation and stops when none gets better', async () => {
    const values = [3, 1, 2, 2, 2];
    const evaluated: Float32Array[] = [];
    const result = await train(
      task(engine, {
        evaluate: async (params) => {
          const { data } = await params.read();
          evaluated.push(Float32Array.from(data));
          return values[evaluated.length - 1] ?? 9;
        },
      }),
      { ...options, evaluateEvery: 10, patience: 2 },
    );
    expect(result.evaluations.map(({ value }) => value)).toEqual([3, 1, 2, 2]);
    expect(result.params).toEqual(evaluated[1]);
  });

  it('averages the weights that it would return without an average', async () => {
    const seen = async (average: number) => {
      const weights: Float32Array[] = [];
      const evaluate = async (params: EngineTensor) => {
        weights.push(Float32Array.from((await params.read()).data));
        return 0;
      };
      await train(task(engine, { evaluate }), { ...options, average, evaluateEvery: 1, steps: 20 });
      return weights;
    };
    const [plain, averaged] = [await seen(0), await seen(0.8)];
    let expected: ArrayLike<number> = initializeParams(layout, key);
    for (const [i, weights] of plain.entries()) {
      const share = averageShare(0.8, i + 1);
      expected = Array.from(expected, (old, k) => old + share * (weights[k] - old));
      expectNear(averaged[i], expected, 1e-6);
    }
  });

  it('says where a loss became infinite', async () => {
    const broken = task(engine, {
      loss: (params) => tf.mul(tf.sum(params.tensor('mlp.layer0.weight')), Number.MAX_VALUE),
    });
    await expect(train(broken, options)).rejects.toMatchObject({ code: 'TRAINING_DIVERGED' });
  });
});
