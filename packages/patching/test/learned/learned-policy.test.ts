import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { foldIn, RandomStream, randomKey } from '@tessera/core';
import { type Engine, openEngine } from '@tessera/core/engine';
import { encodeSafetensors } from '@tessera/core/nn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HostNetwork } from '../../src/learned/host-network.js';
import { initialPolicy, LearnedPolicy, loadPolicy } from '../../src/learned/learned-policy.js';
import type { PolicyOptions } from '../../src/learned/policy-config.js';
import { policyFeatures } from '../../src/learned/policy-features.js';
import { isUnsteady, PolicyLogits } from '../../src/learned/policy-logits.js';
import { quantised } from '../../src/learned/policy-scores.js';
import { opinionatedPolicy, walk } from './policy-engines.js';

const names = ['onnxruntime', 'wasm', 'cpu'] as const;
let engines: Engine[];
let engine: Engine;

beforeAll(async () => {
  engines = [];
  for (const name of names) engines.push(await openEngine(name));
  engine = engines[0];
});
afterAll(() => {
  for (const each of engines) each.dispose();
});

const configs: Readonly<Record<string, PolicyOptions>> = {
  default: { rates: [16] },
  levels: { rates: [8, 32], spacing: 2, anchors: { kind: 'season', period: 24, share: 0.4 } },
  causal: { rates: [8, 24], isCausal: true },
  independent: { rates: [8], sampler: 'bernoulli', anchors: { kind: 'none' } },
  curvature: { rates: [8], proposals: 'curvature' },
  response: { rates: [8, 40], proposals: 'response', proposalRadius: 3, dilations: [1, 2, 8], kernel: 4 },
};

function mostPatches(length: number, rate: number): number {
  return Math.max(1, Math.floor(length / rate));
}

describe.each(Object.entries(configs))('the %s policy', (_, options) => {
  test('gives the same plans and draws on every engine, and in any company', async () => {
    const windows = Array.from({ length: 9 }, (_, i) => walk(i % 3 === 0 ? 120 : 91, i));
    const results = [];
    for (const each of engines) {
      const policy = opinionatedPolicy(options, each);
      const trees = await policy.segment(windows);
      const drawn = await policy.sample(randomKey(5), windows, 3);
      const alone = (await Promise.all(windows.slice(0, 4).map((window) => policy.segment([window])))).flat();
      expect(alone.map((tree) => tree.toJSON())).toEqual(trees.slice(0, 4).map((tree) => tree.toJSON()));
      results.push({ trees, drawn: drawn.trees, logs: drawn.logProbabilities });
      await policy.dispose();
    }
    for (const { trees, drawn, logs } of results.slice(1)) {
      expect(JSON.stringify(trees)).toBe(JSON.stringify(results[0].trees));
      expect(JSON.stringify(drawn)).toBe(JSON.stringify(results[0].drawn));
      expect(logs).toEqual(results[0].logs);
    }
    expect(new Set(results[0].drawn[0].map((tree) => JSON.stringify(tree))).size).toBeGreaterThan(1);
  });

  test('holds its rates and spacings at every level', async () => {
    const policy = opinionatedPolicy(options, engine);
    const windows = [walk(300, 1), walk(77, 2), walk(16, 3)];
    const drawn = await policy.sample(randomKey(2), windows, 8);
    const trees = await policy.segment(windows);
    for (const [i, { values }] of windows.entries()) {
      for (const tree of [...drawn.trees[i], trees[i]]) {
        expect(tree.depth).toBe(policy.rates.length);
        expect(tree.length).toBe(values.length);
        for (const [m, level] of tree.levels.entries()) {
          expect(level.count).toBeLessThanOrEqual(mostPatches(values.length, policy.rates[m]));
        }
      }
    }
    await policy.dispose();
  });
});

test('exact counts reach the most patches that the rate allows', async () => {
  const policy = opinionatedPolicy({ rates: [16, 64] }, engine);
  const { trees } = await policy.sample(randomKey(1), [walk(512, 1)], 20);
  for (const tree of trees[0]) expect(tree.levels.map((level) => level.count)).toEqual([32, 8]);
  await policy.dispose();
});

test('an untrained policy has no opinion, and its deterministic plan is nearly uniform', async () => {
  const policy = initialPolicy({ rates: [16] }, randomKey(1), engine);
  const [tree] = await policy.segment([walk(512, 4)]);
  expect([...tree.finest.toLengths()]).toEqual(Array.from({ length: 32 }, () => 16));
  const scores = await policy.scores([walk(512, 4)]);
  expect(scores.logits.every((logit) => logit === 0)).toBe(true);
  await policy.dispose();
});

describe('the most patches', () => {
  const shapes = [1, 2, 7, 31, 64, 100];

  /** Windows that break what was written without them in mind. */
  function oddWindow(i: number) {
    const stream = new RandomStream(foldIn(randomKey(31), i));
    const length = shapes[i % shapes.length];
    const kinds = [
      () => 0,
      () => Number.NaN,
      () => 3.7e12,
      () => (stream.uniform() - 0.5) * 1e308,
      () => (stream.uniform() < 0.5 ? Number.MAX_VALUE : -Number.MAX_VALUE),
      () => stream.normal() * 1e-300,
      () => (stream.uniform() < 0.4 ? Number.NaN : stream.normal()),
      () => (stream.uniform() < 0.05 ? 1e6 : 0),
      () => stream.normal() + 1e15,
      () => stream.normal(),
    ];
    const draw = kinds[Math.floor(i / shapes.length) % kinds.length];
    return { values: Float64Array.from({ length }, draw) };
  }

  test.each([
    ['default', 2_000],
    ['levels', 2_000],
    ['causal', 2_000],
    ['independent', 2_000],
    ['curvature', 1_000],
    ['response', 1_000],
  ] as const)('is never passed by the %s policy in %i odd windows', async (name, count) => {
    const windows = Array.from({ length: count }, (_, i) => oddWindow(i));
    const before = JSON.stringify(windows.map(({ values }) => [...values]));
    const policy = opinionatedPolicy(configs[name], engine, 8);
    const trees = await policy.segment(windows);
    const drawn = await policy.sample(randomKey(6), windows, 2);
    let checked = 0;
    for (const [i, { values }] of windows.entries()) {
      for (const tree of [trees[i], ...drawn.trees[i]]) {
        for (const [m, level] of tree.levels.entries()) {
          if (level.count > mostPatches(values.length, policy.rates[m]))
            expect.fail(`${level.count} patches`);
        }
        checked += 1;
      }
    }
    expect(checked).toBe(3 * count);
    expect(drawn.logProbabilities.every(Number.isFinite)).toBe(true);
    expect(JSON.stringify(windows.map(({ values }) => [...values]))).toBe(before);
    await policy.dispose();
  });

  test('an empty window has no patches', async () => {
    const policy = opinionatedPolicy({ rates: [4] }, engine);
    const windows = [{ values: new Float64Array(0) }, walk(20, 1)];
    const trees = await policy.segment(windows);
    expect(trees.map((tree) => tree.finest.count)).toEqual([0, 5]);
    const drawn = await policy.sample(randomKey(1), windows, 2);
    expect(drawn.trees[0][1].finest.count).toBe(0);
    expect(await policy.segment([])).toEqual([]);
    await policy.dispose();
  });
});

describe('rounding', () => {
  test('engines are off by less than the host is asked to settle, whatever the weights', async () => {
    for (const [name, options] of Object.entries(configs)) {
      for (const each of engines) {
        for (const deviation of [0.2, 0.8]) {
          const policy = opinionatedPolicy(options, each, 4, deviation);
          const windows = Array.from({ length: 2 }, (_, i) => walk(100, i));
          const features = policyFeatures(windows, policy.config);
          const exact = new HostNetwork(policy.config, policy.params);
          const width = features.shape[2];
          const logits = new PolicyLogits(each, policy.config, policy.params);
          await logits.of(features);
          const raw = await logits.raw(features);
          const depth = policy.rates.length;
          let largest = 0;
          for (let row = 0; row < 2; row++) {
            const host = exact.logits(Float32Array.from(features.data), row * 100 * width, 100, 0, 100);
            for (let i = 0; i < host.length; i++) {
              const off = Math.abs(host[i] - raw[row * 100 * depth + i]) / (1 + Math.abs(host[i]));
              largest = Math.max(largest, off);
            }
          }
          expect(largest, `${name} on ${each.name} at ${deviation}`).toBeLessThan(logits.noise ?? 0);
          logits.dispose();
        }
      }
    }
  });

  test('rounded logits are the same bits on two engines and on the host', async () => {
    const windows = Array.from({ length: 20 }, (_, i) => walk(400, i));
    const all = [];
    for (const each of engines.slice(0, 2)) {
      const policy = opinionatedPolicy({ rates: [16] }, each, 6, 0.8);
      all.push((await policy.scores(windows)).logits);
      await policy.dispose();
    }
    const { config, params } = opinionatedPolicy({ rates: [16] }, undefined, 6, 0.8);
    const features = Float32Array.from(policyFeatures(windows, config).data);
    const host = new HostNetwork(config, params);
    const exact = windows.flatMap((_, row) =>
      Array.from(host.logits(features, (row * features.length) / 20, 400, 0, 400), quantised),
    );
    const differing = (logits: Float32Array) => exact.filter((value, i) => value !== logits[i]).length;
    expect(all.map(differing)).toEqual([0, 0]);
  });

  test('the host gives the same logits for a step by itself as for all', () => {
    const policy = opinionatedPolicy({ rates: [8, 16], dilations: [1, 3, 9], kernel: 3 });
    const features = policyFeatures([walk(60, 1)], policy.config);
    const host = new HostNetwork(policy.config, policy.params);
    const data = Float32Array.from(features.data);
    const all = host.logits(data, 0, 60, 0, 60);
    for (let t = 0; t < 60; t++)
      expect([...host.logits(data, 0, 60, t, t + 1)]).toEqual([...all.subarray(2 * t, 2 * t + 2)]);
  });

  test('a logit near the middle between two multiples is unsteady, a multiple is not', () => {
    expect(isUnsteady(1.5 / 64, 1e-5)).toBe(true);
    expect(isUnsteady(1.5 / 64 + 1e-6, 1e-5)).toBe(true);
    expect(isUnsteady(1 / 64, 1e-5)).toBe(false);
    expect(isUnsteady(0, 1e-5)).toBe(false);
  });
});

describe('files', () => {
  test('a saved policy plans as before, on other lengths too', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'policy-'));
    try {
      const policy = opinionatedPolicy(configs.levels, engine);
      const path = join(folder, 'policy.safetensors');
      await policy.save(path);
      expect(new Uint8Array(await readFile(path))).toEqual(policy.save());
      const loaded = await loadPolicy(path, engine);
      expect(loaded.config).toEqual(policy.config);
      expect(loaded.params).toEqual(policy.params);
      const windows = [walk(512, 1), walk(96, 2), walk(1000, 3)];
      const [before, after] = [await policy.segment(windows), await loaded.segment(windows)];
      expect(JSON.stringify(after)).toBe(JSON.stringify(before));
      await policy.dispose();
      await loaded.dispose();
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('a policy without an engine opens one, and closes it', async () => {
    const policy = await loadPolicy(opinionatedPolicy(configs.default).save());
    const [tree] = await policy.segment([walk(100, 1)]);
    expect(tree.finest.count).toBe(6);
    await policy.dispose();
    expect((await policy.segment([walk(100, 1)]))[0].equals(tree)).toBe(true);
    await policy.dispose();
  });

  const saved = () => opinionatedPolicy(configs.default);
  const metadataOf = (changes: Record<string, string>) => {
    const { config } = saved();
    return { tessera: 'patch-policy', version: '1', config: JSON.stringify(config), ...changes };
  };

  test.each([
    ['bytes that are no file', new Uint8Array(4)],
    ['another kind of model', encodeSafetensors({ arrays: new Map(), metadata: { tessera: 'patch' } })],
    ['no configuration', encodeSafetensors({ arrays: new Map(), metadata: metadataOf({ config: '{' }) })],
    [
      'a configuration out of bounds',
      encodeSafetensors({ arrays: new Map(), metadata: metadataOf({ config: '{"width":1e9}' }) }),
    ],
    [
      'a configuration with an unknown option',
      encodeSafetensors({ arrays: new Map(), metadata: metadataOf({ config: '{"run":"x"}' }) }),
    ],
    ['no arrays', encodeSafetensors({ arrays: new Map(), metadata: metadataOf({}) })],
    ['a file that was cut', saved().save().slice(0, -8)],
  ])('%s is refused', async (_, bytes) => {
    await expect(loadPolicy(bytes)).rejects.toMatchObject({ code: 'WEIGHTS_INVALID' });
  });

  test('weights that are not finite are refused', async () => {
    const bytes = saved().save();
    new DataView(bytes.buffer).setFloat32(bytes.length - 4, Number.NaN, true);
    await expect(loadPolicy(bytes)).rejects.toMatchObject({
      code: 'WEIGHTS_INVALID',
      found: 'NaN or infinity',
    });
    const { config, params } = saved();
    expect(() => new LearnedPolicy({ config, params: params.slice(1) })).toThrow(/PARAMS_INVALID/);
  });

  test('a file that is not there is named', async () => {
    await expect(loadPolicy('/nowhere/policy.safetensors')).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
    });
    await expect(saved().save('/nowhere/policy.safetensors')).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
    });
  });
});
