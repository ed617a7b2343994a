/**
 * A training in a process of its own, to be killed: node train-process.mjs <checkpoint folder> <file for the weights> <steps>.
 * It runs the built package, tells each step on its standard output, and writes the weights at the end.
 */
import { writeFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import { foldIn, RandomStream, randomKey } from '@tessera/core';
import { ndArray, openEngine } from '@tessera/core/engine';
import { applyMlp, initializeParams, planMlp, planParams, train } from '@tessera/core/nn';

const [checkpoint = '', output = '', steps = ''] = process.argv.slice(2);
const widths = [4, 96, 96, 1];
const layout = planParams((plan) => planMlp(plan, { widths }));
const key = randomKey(17);

function batch(step) {
  const stream = new RandomStream(foldIn(key, 1 + step));
  const x = Float32Array.from({ length: 64 * 4 }, () => stream.normal());
  const y = Float32Array.from({ length: 64 }, (_, i) => Math.sin(x[4 * i]) * x[4 * i + 1]);
  return { x: ndArray(x, [64, 4]), y: ndArray(y, [64, 1]) };
}

const { params } = await train(
  {
    engine: await openEngine('onnxruntime'),
    layout,
    initial: initializeParams(layout, foldIn(key, 0)),
    loss: (params, { x, y }) => tf.mean(tf.squaredDifference(applyMlp(params, x, { widths }), y)),
    batch,
    // Not a loss to learn from, but one that gets worse now and then, so that the best weights are part of what is resumed.
    evaluate: async (held) => Math.abs(Math.sin(10 * (await held.read()).data[0])),
    checkpoint,
  },
  { steps: Number(steps), average: 0.99, checkpointEvery: 3, evaluateEvery: 7 },
  { onProgress: ({ done }) => process.stdout.write(`${done}\n`) },
);
await writeFile(output, params);
