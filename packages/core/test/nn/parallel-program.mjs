/** Programs for the tests of parallel training: a small MLP, whole and with faults in it. Loaded by worker threads as it is. */
import { threadId, workerData } from 'node:worker_threads';
import { div, mean, mul, scalar, squaredDifference, sum } from '@tensorflow/tfjs-core';
import { foldIn, RandomStream, randomKey } from '@tessera/core';
import { ndArray } from '@tessera/core/engine';
import { applyMlp, initializeParams, planMlp, planParams } from '@tessera/core/nn';

/** y = x0 - 2 x1 x2 with fresh inputs each step. */
export function mlp({ rows = 32, seed = 11, widths = [3, 8, 1] } = {}) {
  const layout = planParams((plan) => planMlp(plan.scope('mlp'), { widths }));
  const key = randomKey(seed);
  return {
    layout,
    initial: initializeParams(layout, key),
    loss: (params, { x, y }) => mean(squaredDifference(applyMlp(params.scope('mlp'), x, { widths }), y)),
    batch: (step) => {
      const stream = new RandomStream(foldIn(key, 1000 + step));
      const x = Float32Array.from({ length: rows * 3 }, () => stream.normal());
      const y = Float32Array.from({ length: rows }, (_, i) => x[3 * i] - 2 * x[3 * i + 1] * x[3 * i + 2]);
      return { x: ndArray(x, [rows, 3]), y: ndArray(y, [rows, 1]) };
    },
  };
}

/** The mean over observed rows; of every fourth batch the second half is not observed at all, and holds garbage. */
export function masked() {
  const task = mlp();
  return {
    ...task,
    loss: (params, { x, y, observed }) => {
      const errors = squaredDifference(applyMlp(params.scope('mlp'), x, { widths: [3, 8, 1] }), y);
      return div(sum(mul(errors, observed)), sum(observed));
    },
    batch: (step) => {
      const { x, y } = task.batch(step);
      const stream = new RandomStream(foldIn(randomKey(5), step));
      const observed = Float32Array.from({ length: 32 }, (_, i) =>
        (step % 4 === 3 && i >= 16) || stream.uniform() < (i < 16 ? 0.1 : 0.7) ? 0 : 1,
      );
      for (const [i, flag] of observed.entries()) if (flag === 0) y.data[i] = 1e3;
      return { x, y, observed: ndArray(observed, [32, 1]) };
    },
    weight: ({ observed }) => observed.data.reduce((total, each) => total + each, 0),
  };
}

/** Spends its time in the engine. */
export function heavy() {
  const task = mlp({ rows: 256, widths: [3, 1024, 1024, 1] });
  const batch = task.batch(0);
  return { ...task, batch: () => batch };
}

/** Evaluations that get better once and never again. */
export function evaluated() {
  let calls = 0;
  return { ...mlp(), evaluate: async () => [3, 1, 2, 2, 2][calls++] ?? 9 };
}

/** An evaluation that the engine computes. */
export function evaluatedByEngine(_config, engine) {
  const task = mlp();
  const total = engine.compile((params) => sum(params));
  return {
    ...task,
    evaluate: async (params) => {
      const value = await total(params);
      const { data } = await value.read();
      value.dispose();
      return data[0];
    },
  };
}

/** Breaks in one thread at step 5, in the way that is asked for. */
export function faulty({ worker, how }) {
  const task = mlp();
  return {
    ...task,
    batch: (step) => {
      if (step === 5 && workerData.worker === worker) {
        if (how === 'throw') throw new RangeError('no batch 5');
        if (how === 'exit') process.exit(3);
        if (how === 'reject') void Promise.reject(new Error('nobody waits for this'));
      }
      return task.batch(step);
    },
  };
}

/** Begins elsewhere in each thread. */
export function different() {
  const task = mlp();
  return { ...task, initial: task.initial.map((value) => value + threadId) };
}

/** Takes its numbers from shared memory. */
export function shared({ values }) {
  const task = mlp();
  const targets = new Float32Array(values);
  return { ...task, batch: (step) => ({ ...task.batch(step), y: ndArray(targets, [32, 1]) }) };
}

/** A loss without bounds. */
export function diverging() {
  return {
    ...mlp(),
    loss: (params) => mul(sum(params.tensor('mlp.layer0.weight')), scalar(Number.MAX_VALUE)),
  };
}

/** Rows that never count. */
export function weightless() {
  return { ...mlp(), weight: () => 0 };
}

/** Not a training. */
export function nothing() {
  return { layout: undefined };
}
