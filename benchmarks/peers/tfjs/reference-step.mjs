/**
 * The reference model on stock TensorFlow.js (wasm, eager), as a yardstick: answers `step N` and `infer BATCH N` lines with N seconds
 * each. Plain operations, tfjs’s own gradients and optimiser; nothing of Tessera. Same architecture as
 * benchmarks/src/engine/reference-model.ts.
 */
import { createInterface } from 'node:readline';

// tfjs writes advice to standard output, which here belongs to the answers.
console.log = console.error;
const tf = (await import('@tensorflow/tfjs')).default;
await import('@tensorflow/tfjs-backend-wasm');

const config = JSON.parse(process.argv[2]);
const { batch, patches, patchLength, width, heads, hidden, layers, outputs, seed } = config;
await tf.setBackend('wasm');
await tf.ready();

let draws = 0;
const weight = (shape, deviation) =>
  tf.variable(tf.randomNormal(shape, 0, deviation, 'float32', seed + draws++));
const filled = (shape, value) => tf.variable(tf.fill(shape, value));
const linear = (from, to, bias = true) => ({
  weight: weight([from, to], 1 / Math.sqrt(from)),
  bias: bias ? filled([to], 0) : undefined,
});
const norm = () => ({ scale: filled([width], 1), offset: filled([width], 0) });

const model = {
  embed: linear(patchLength, width),
  position: weight([patches, width], 0.02),
  blocks: Array.from({ length: layers }, () => ({
    attentionNorm: norm(),
    query: linear(width, width, false),
    key: linear(width, width, false),
    value: linear(width, width, false),
    out: linear(width, width),
    feedForwardNorm: norm(),
    up: linear(width, hidden),
    down: linear(hidden, width),
  })),
  norm: norm(),
  head: linear(patches * width, outputs),
};

function apply(layer, x) {
  const rows = x.reshape([-1, x.shape.at(-1)]).matMul(layer.weight);
  const y = layer.bias === undefined ? rows : rows.add(layer.bias);
  return y.reshape([...x.shape.slice(0, -1), layer.weight.shape[1]]);
}

function normalize({ scale, offset }, x) {
  const { mean, variance } = tf.moments(x, -1, true);
  return x.sub(mean).mul(variance.add(1e-5).rsqrt()).mul(scale).add(offset);
}

function split(x) {
  return x.reshape([x.shape[0], patches, heads, width / heads]).transpose([0, 2, 1, 3]);
}

function forward(x) {
  let h = apply(model.embed, x).add(model.position);
  for (const block of model.blocks) {
    const n = normalize(block.attentionNorm, h);
    const [q, k, v] = [block.query, block.key, block.value].map((layer) => split(apply(layer, n)));
    const weights = tf.softmax(q.matMul(k, false, true).mul(1 / Math.sqrt(width / heads)));
    const mixed = weights.matMul(v).transpose([0, 2, 1, 3]).reshape([x.shape[0], patches, width]);
    h = h.add(apply(block.out, mixed));
    const u = apply(block.up, normalize(block.feedForwardNorm, h));
    h = h.add(apply(block.down, u.mul(u.mul(1.702).sigmoid())));
  }
  return apply(model.head, normalize(model.norm, h).reshape([x.shape[0], patches * width]));
}

const x = tf.randomNormal([batch, patches, patchLength], 0, 1, 'float32', seed);
const y = tf.randomNormal([batch, outputs], 0, 1, 'float32', seed + 1);
// Counted before the optimiser adds variables of its own.
const parameters = Object.values(tf.engine().state.registeredVariables).reduce(
  (sum, each) => sum + each.size,
  0,
);
const optimizer = tf.train.adam(1e-3);

async function step() {
  const loss = optimizer.minimize(() => tf.tidy(() => forward(x).sub(y).square().mean()), true);
  await loss.data();
  loss.dispose();
}

async function timed(run, count) {
  const seconds = [];
  for (let i = 0; i < count; i++) {
    const began = performance.now();
    await run();
    seconds.push((performance.now() - began) / 1000);
  }
  return seconds;
}

const answer = (data) => process.stdout.write(`${JSON.stringify(data)}\n`);
answer({ version: tf.version.tfjs, parameters });
for await (const line of createInterface({ input: process.stdin })) {
  const [word, ...numbers] = line.split(' ');
  if (word === 'step') answer(await timed(step, Number(numbers[0])));
  if (word === 'infer') {
    const input = tf.randomNormal([Number(numbers[0]), patches, patchLength]);
    const once = async () => {
      const result = tf.tidy(() => forward(input));
      await result.data();
      result.dispose();
    };
    answer(await timed(once, Number(numbers[1])));
    input.dispose();
  }
}
