import type { Tensor } from '@tensorflow/tfjs-core';
import { randomKey, regularTimeAxis, SeriesFrame, SeriesSet } from '@tessera/core';
import { countFlops } from '@tessera/core/engine';
import { readParams } from '@tessera/core/nn';
import { limited, policyFromName } from '@tessera/patching';
import { initialPolicy, policyConfigSchema } from '@tessera/patching/learned';
import { describe, expect, it } from 'vitest';
import { loadPatchForecaster } from '../../src/patch/load-patch-forecaster.js';
import { type PatchModelConfig, patchModelSchema } from '../../src/patch/patch-config.js';
import { patchForecaster } from '../../src/patch/patch-forecaster.js';
import { patchLedger } from '../../src/patch/patch-ledger.js';
import { applyPatchModel } from '../../src/patch/patch-model.js';
import { patchLayout } from '../../src/patch/patch-predictor.js';
import { modelArrays } from '../../src/patch/patch-windows.js';
import { learnedConfig } from '../../src/patch/policy/learned-config.js';
import { plannedArrays } from '../../src/patch/policy/planned-windows.js';

const tiny = {
  lookback: 8,
  horizon: 3,
  patchLength: 4,
  stride: 4,
  width: 4,
  heads: 2,
  hidden: 6,
  layers: 1,
  quantiles: [],
};
const model = (options: object): PatchModelConfig => patchModelSchema.parse({ ...tiny, ...options });
const planned = (embedding: object, more: object = {}) =>
  model({ head: 'queries', queryLength: 2, patching: { kind: 'policy', maxPatches: 3, embedding }, ...more });
const beside = { targets: ['a', 'b'], past: ['b', 'p'], future: ['f'] };
const policy = policyConfigSchema.parse({ rates: [4], width: 3, kernel: 3, dilations: [1, 2] });

/** Each embedding, head and set of inputs, so that every branch of the model is counted. */
const configs: readonly (readonly [string, PatchModelConfig])[] = [
  ['even, flat', model({})],
  [
    'even, overlapping, queries, quantiles',
    model({ stride: 2, head: 'queries', queryLength: 2, quantiles: [0.1, 0.5, 0.9] }),
  ],
  [
    'even with a convolution, root-mean-square norms',
    model({ convolution: { kernel: 3, channels: 2 }, norm: 'rms' }),
  ],
  ['even with rows beside', model({ inputs: beside, head: 'queries', queryLength: 2 })],
  ['even with rows beside, flat', model({ inputs: beside, queryLength: 2 })],
  ['even without blocks', model({ layers: 0 })],
  ['planned, crop', planned({ kind: 'crop', samples: 2, convolution: { kernel: 2, channels: 2 } })],
  ['planned, flatten', planned({ kind: 'flatten', patchLength: 3, position: 'linear' })],
  ['planned, resample', planned({ kind: 'resample', size: 2 })],
  ['planned, pool', planned({ kind: 'pool', features: 2 })],
  ['planned, summary, rows beside', planned({ kind: 'summary' }, { inputs: beside })],
];

/** What the model sees of a batch of real windows. */
function batchOf(config: PatchModelConfig, windows: number) {
  const row = () => Float64Array.from({ length: 20 }, (_, t) => Math.sin(t));
  const series = {
    id: 'a',
    channel: 'a',
    values: row(),
    place: 0,
    past: config.inputs.past.map(row),
    future: config.inputs.future.map(row),
  };
  const origins = Array.from({ length: windows }, (_, i) => ({ series, origin: 8 + i }));
  if (config.patching.kind === 'even') return modelArrays(origins, config);
  return plannedArrays(
    origins,
    origins.map(() => Uint32Array.of(3, 6, 8)),
    config,
  );
}

describe('the ledger of a patch model', () => {
  it('counts a small model of even patches, by hand', () => {
    // Two tokens of width 4 from 8 numbers each and 16 features of places each; one block; a flat head to three steps.
    const embedding = 2 * 4 * (2 * 8) + 2 * 4 + 2 * 4 * (2 * 16) + 2 * 4;
    const norm = 7 * 8 + 5 * 2;
    const projection = 2 * 4 * (2 * 4);
    // Of two heads 2 x 2 scores of 2 products, scaled; softmax; 2 x 2 of 2 products.
    const attention = 2 * (4 * (2 * 2 + 1)) + 5 * 8 + 2 * (4 * (2 * 2));
    const feedForward = 2 * 6 * (2 * 4 + 2) + 6 + (4 + 1) * 12 + 2 * 4 * (2 * 6 + 2);
    const block = norm + 3 * projection + attention + projection + 8 + 8 + norm + feedForward + 8;
    expect(patchLedger(model({}))).toEqual({
      tokens: { patches: 2, known: 0, queries: 0 },
      flops: {
        policy: 0,
        embedding,
        backbone: block + norm,
        head: 3 * (2 * 8) + 3,
        total: embedding + block + norm + 3 * (2 * 8) + 3,
      },
      uncounted: null,
    });
  });

  it('counts the network of a policy, by hand', () => {
    // Eight steps; two convolutions of three taps to 3 channels with GELU, the second beside a sum; one logit of 6, bounded.
    const features = 7;
    const gelu = 3 * 8 * (1 + 4 + 1);
    const first = 8 * 3 * (2 * 3 * features + 1) + gelu;
    const second = 8 * 3 * (2 * 3 * 3 + 1) + gelu + 8 * 3;
    const readout = 8 * (2 * 6 + 1) + 8 * 3;
    const { flops, uncounted } = patchLedger(planned({ kind: 'summary' }), policy);
    expect(flops.policy).toBe(first + second + readout);
    expect(uncounted).toBeNull();
  });

  it.each(configs)('is the whole forward in parts: %s', (_name, config) => {
    const { flops } = patchLedger(config);
    expect(flops.embedding + flops.backbone + flops.head).toBe(flops.total);
    for (const part of [flops.embedding, flops.backbone, flops.head]) expect(part).toBeGreaterThan(0);
    if (config.patching.kind === 'even') return;
    const learned = patchLedger(config, policy).flops;
    expect(learned.total - flops.total).toBe(learned.policy);
    expect(learned).toMatchObject({ embedding: flops.embedding, backbone: flops.backbone, head: flops.head });
  });

  it.each(configs)(
    'grows by the same with every window of a batch, and by no more than the first: %s',
    (_name, config) => {
      const layout = patchLayout(config);
      const count = (batch: number) =>
        countFlops(
          (flat: Tensor, arrays: Readonly<Record<string, Tensor>>) =>
            applyPatchModel(readParams(layout, flat), arrays, config),
          [{ shape: [layout.size], dtype: 'float32' }, batchOf(config, batch)],
        ).total;
      const [one, two, five] = [count(1), count(2), count(5)];
      expect(one).toBe(patchLedger(config).flops.total);
      expect(five - two).toBe(3 * (two - one));
      expect(two).toBeLessThanOrEqual(2 * one);
    },
  );

  it('counts tokens as the model lays them', () => {
    const tokens = (config: PatchModelConfig) => patchLedger(config).tokens;
    expect(tokens(model({ stride: 2 }))).toEqual({ patches: 3, known: 0, queries: 0 });
    expect(tokens(model({ inputs: beside, head: 'queries', queryLength: 2 }))).toEqual({
      patches: 2,
      known: 2,
      queries: 2,
    });
    expect(tokens(planned({ kind: 'summary' }, { inputs: beside }))).toEqual({
      patches: 3,
      known: 0,
      queries: 2,
    });
  });

  it('says that a rule has no count, and leaves it out of the total', () => {
    const { flops, uncounted } = patchLedger(planned({ kind: 'summary' }));
    expect(flops.policy).toBeNull();
    expect(uncounted).toBe('no traced graph');
  });
});

describe('a fitted patch forecaster', () => {
  const time = regularTimeAxis({ start: 0, frequency: 'D', length: 40 });
  const values = Float64Array.from({ length: 40 }, (_, t) => Math.sin(t));
  const set = new SeriesSet([new SeriesFrame({ id: 'a', time, channels: [{ name: 'y', values }] })]);
  const training = { steps: 2, batchSize: 4 };

  it('has the ledger of even patches, also when it is loaded and when it is given back', async () => {
    const fitted = await patchForecaster({ model: tiny, training }).fit(set);
    const loaded = await loadPatchForecaster(fitted.save());
    for (const each of [fitted, loaded]) {
      each.dispose();
      expect(each.ledger).toEqual(patchLedger(model({})));
    }
  });

  it('counts the network of its policy, and no rule', async () => {
    const learned = initialPolicy(policy, randomKey(1));
    const [byNetwork, byRule] = [
      await patchForecaster({ model: tiny, training }, learned).fit(set),
      await patchForecaster({ model: tiny, training }, policyFromName('uniform:4')).fit(set),
    ];
    expect(byNetwork.ledger).toEqual(patchLedger(byNetwork.options.model, policy));
    expect(byNetwork.ledger.flops.policy).toBeGreaterThan(0);
    expect(byRule.ledger).toMatchObject({ flops: { policy: null }, uncounted: 'no traced graph' });
    for (const each of [byNetwork, byRule]) each.dispose();
    await learned.dispose();
  });
});

describe('the network inside a policy', () => {
  it('is found under limits as well, and is none for rules', async () => {
    const learned = initialPolicy({ rates: [4], width: 3 }, randomKey(1));
    expect(learnedConfig(learned.recipe)).toEqual(learned.config);
    expect(learnedConfig(limited(limited(learned, { maxLength: 9 }), { rate: 6 }).recipe)).toEqual(
      learned.config,
    );
    expect(learnedConfig(policyFromName('uniform:8').recipe)).toBeUndefined();
    expect(learnedConfig(limited(policyFromName('variance:8'), { rate: 8 }).recipe)).toBeUndefined();
    await learned.dispose();
  });
});
