/**
 * The reference model on jax-js, as a yardstick: answers `step N`, `infer BATCH N` and `losses N` lines with N numbers each. The whole
 * step, gradients and Adam included, is one compiled function on its wasm backend, which runs on one thread in Node; its WebGPU and
 * WebGL backends need a browser. Nothing of Tessera. Same architecture as benchmarks/src/engine/reference-model.ts.
 *
 * jax-js counts references: an array is given away with each use, so one that is used again is passed as `.ref`.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

// The library may write to standard output, which here belongs to the answers.
console.log = console.error;
const {
  blockUntilReady,
  defaultDevice,
  init,
  jit,
  nn,
  numpy: np,
  random,
  tree,
  valueAndGrad,
} = await import('@jax-js/jax');
const manifest = join(dirname(createRequire(import.meta.url).resolve('@jax-js/jax')), '..', 'package.json');
const { version } = JSON.parse(readFileSync(manifest, 'utf8'));

const config = JSON.parse(process.argv[2]);
const { batch, patches, patchLength, width, heads, hidden, layers, outputs, seed } = config;
await init('wasm');
defaultDevice('wasm');

let draws = 0;
const noise = (shape, deviation = 1) =>
  random.normal(random.key(seed * 1000 + draws++), shape).mul(deviation);
const linear = (from, to, bias = true) => ({
  weight: noise([from, to], 1 / Math.sqrt(from)),
  ...(bias ? { bias: np.zeros([to]) } : {}),
});
const norm = () => ({ scale: np.ones([width]), offset: np.zeros([width]) });

const model = () => ({
  embed: linear(patchLength, width),
  position: noise([patches, width], 0.02),
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
});

function apply({ weight, bias }, x) {
  const [inner, outer] = weight.shape;
  const shape = [...x.shape.slice(0, -1), outer];
  const rows = np.matmul(x.reshape([-1, inner]), weight);
  return (bias === undefined ? rows : rows.add(bias)).reshape(shape);
}

function normalize({ scale, offset }, x) {
  const centred = x.ref.sub(np.mean(x, -1, { keepdims: true }));
  const variance = np.mean(np.square(centred.ref), -1, { keepdims: true });
  return centred
    .div(np.sqrt(variance.add(1e-5)))
    .mul(scale)
    .add(offset);
}

const split = (x) => np.transpose(x.reshape([x.shape[0], patches, heads, width / heads]), [0, 2, 1, 3]);

function forward(params, x) {
  const windows = x.shape[0];
  let h = apply(params.embed, x).add(params.position);
  for (const block of params.blocks) {
    const n = normalize(block.attentionNorm, h.ref);
    const q = split(apply(block.query, n.ref));
    const k = split(apply(block.key, n.ref));
    const v = split(apply(block.value, n));
    const scores = np.matmul(q, np.transpose(k, [0, 1, 3, 2])).mul(1 / Math.sqrt(width / heads));
    const mixed = np.transpose(np.matmul(nn.softmax(scores, -1), v), [0, 2, 1, 3]);
    h = h.add(apply(block.out, mixed.reshape([windows, patches, width])));
    const u = apply(block.up, normalize(block.feedForwardNorm, h.ref));
    h = h.add(apply(block.down, u.ref.mul(nn.sigmoid(u.mul(1.702)))));
  }
  return apply(params.head, normalize(params.norm, h).reshape([windows, patches * width]));
}

const loss = (params, x, y) => np.mean(np.square(forward(params, x).sub(y)));

const [rate, first, second, epsilon] = [1e-3, 0.9, 0.999, 1e-8];
const compiledStep = jit((params, m, v, corrections, x, y) => {
  const [value, gradients] = valueAndGrad(loss)(tree.ref(params), x, y);
  const [leftM, leftV] = [corrections.ref.slice(0), corrections.slice(1)];
  const nextM = tree.map((old, g) => old.mul(first).add(g.mul(1 - first)), m, tree.ref(gradients));
  const nextV = tree.map((old, g) => old.mul(second).add(np.square(g).mul(1 - second)), v, gradients);
  const nextParams = tree.map(
    (p, a, b) =>
      p.sub(
        a
          .mul(leftM.ref)
          .mul(rate)
          .div(np.sqrt(b.mul(leftV.ref)).add(epsilon)),
      ),
    params,
    tree.ref(nextM),
    tree.ref(nextV),
  );
  leftM.dispose();
  leftV.dispose();
  return { params: nextParams, m: nextM, v: nextV, loss: value };
});
const compiledForward = jit(forward);

const x = noise([batch, patches, patchLength]);
const y = noise([batch, outputs]);
const zeros = (params) => tree.map((p) => np.zeros(p.shape), params);
let state = { params: model() };
state = { ...state, m: zeros(tree.ref(state.params)), v: zeros(tree.ref(state.params)) };
const parameters = tree.leaves(state.params).reduce((sum, leaf) => sum + leaf.size, 0);
let steps = 0;

async function step() {
  steps += 1;
  const corrections = np.array([1 / (1 - first ** steps), 1 / (1 - second ** steps)]);
  const { loss: value, ...next } = compiledStep(state.params, state.m, state.v, corrections, x.ref, y.ref);
  state = next;
  await blockUntilReady(state);
  return (await value.data())[0];
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
answer({ version, parameters });
for await (const line of createInterface({ input: process.stdin })) {
  const [word, ...numbers] = line.split(' ');
  if (word === 'step') answer(await timed(step, Number(numbers[0])));
  if (word === 'losses') {
    const losses = [];
    for (let i = 0; i < Number(numbers[0]); i++) losses.push(await step());
    answer(losses);
  }
  if (word === 'infer') {
    const input = noise([Number(numbers[0]), patches, patchLength]);
    const once = async () => void (await compiledForward(tree.ref(state.params), input.ref).data());
    answer(await timed(once, Number(numbers[1])));
    input.dispose();
  }
}
