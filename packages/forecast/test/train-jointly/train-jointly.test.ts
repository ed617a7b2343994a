import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Progress,
  RandomStream,
  randomKey,
  regularTimeAxis,
  SeriesFrame,
  SeriesSet,
} from '@tessera/core';
import { loadPolicy } from '@tessera/patching';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patchForecaster } from '../../src/patch/patch-forecaster.js';
import { scoutedLearning } from '../../src/train-jointly/scouted-learning.js';
import { type JointTraining, trainJointly, trainPolicy } from '../../src/train-jointly/train-jointly.js';

const [lookback, horizon] = [48, 8];

/** Windows whose future is a bump as long after the origin as a spike came before it. */
function spiked(count: number, seed: number): SeriesSet {
  const time = regularTimeAxis({ start: 0, frequency: 'h', length: lookback + horizon });
  const stream = new RandomStream(randomKey(seed));
  return new SeriesSet(
    Array.from({ length: count }, (_, i) => {
      const values = Float64Array.from({ length: lookback + horizon }, () => 0.1 * stream.normal());
      const place = stream.integer(8, lookback - 8);
      values[place] += 4;
      values[lookback + (place % horizon)] += 3;
      return new SeriesFrame({ id: `w${i}`, time, channels: [{ name: 'y', values }] });
    }),
  );
}

const set = spiked(150, 1);
const options = {
  model: {
    horizon,
    lookback,
    width: 16,
    heads: 2,
    hidden: 32,
    layers: 1,
    head: 'queries',
    queryLength: 8,
    quantiles: [],
    embedding: { kind: 'crop', samples: 4, convolution: false },
  },
  training: {
    steps: 40,
    batchSize: 16,
    validation: 'series',
    validationShare: 0.2,
    history: lookback,
    evaluateEvery: 10,
    schedule: { peak: 3e-3 },
    seed: 3,
  },
  policy: { rates: [8], anchors: { kind: 'uniform', share: 0.5 }, spacing: 2, width: 8, kernel: 3 },
} as const;

describe('trainJointly', () => {
  let folder = '';
  let trained: JointTraining;
  const seen: Progress[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'joint-'));
    trained = await trainJointly(set, options, { onProgress: (progress) => seen.push(progress) });
  });
  afterAll(async () => {
    trained.fitted.dispose();
    await trained.policy.dispose();
    await rm(folder, { recursive: true });
  });

  it('moves the policy, and says how it learns', () => {
    // 20 % of the updates warm up and 30 % rest: 20 of 40 teach the policy.
    expect(trained.learning.map(({ update }) => update)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    for (const { reward, groupSpread, boundaryRate, gradientNorm } of trained.learning) {
      expect(reward).toBeLessThan(0);
      expect(groupSpread).toBeGreaterThan(0);
      expect(boundaryRate).toBeLessThanOrEqual(1 / 8);
      expect(gradientNorm).toBeGreaterThan(0);
    }
    expect(seen.at(-1)?.detail).toMatch(/loss .*reward .*spread .*entropy .*rate .*agreement/);
  });

  it('gives the same bits for the same seed, watched or not', async () => {
    const again = await trainJointly(set, options, { watch: { windows: 2, every: 7 } });
    expect(again.policy.params).toEqual(trained.policy.params);
    expect(again.fitted.params).toEqual(trained.fitted.params);
    expect(again.watched?.moments.map(({ update }) => update)).toEqual([0, 7, 14, 20]);
    again.fitted.dispose();
  });

  it('keeps what it watched: from before the first update to the policy that it gives', async () => {
    expect(trained.watched).toBeUndefined();
    const { watched, policy, fitted } = await trainJointly(set, options, { watch: { windows: 2, every: 1 } });
    if (watched === undefined) throw new Error('nothing watched');
    const { windows, moments } = watched;
    // The last fifth of the series is held out, and each has one window.
    expect(windows.map(({ id }) => id)).toEqual(['w120', 'w121']);
    const [first] = set.frames[120].targets;
    expect(windows[0].values).toEqual(Float64Array.from(first.values.slice(0, lookback)));
    expect(moments.map(({ update }) => update)).toEqual(Array.from({ length: 21 }, (_, i) => i));
    const cuts = (await policy.segment(windows)).map(({ finest }) => finest.toEnds());
    expect(moments[20].ends).toEqual(cuts);
    expect(moments[0].ends).not.toEqual(cuts);
    const rewardOf = new Map<string, number>();
    for (const { ends, rewards } of moments) {
      expect(rewards.length).toBe(2);
      for (const [i, reward] of rewards.entries()) {
        expect(reward).toBeLessThan(0);
        // One forecaster judges all: a plan earns the same whenever it was made.
        const plan = `${i}: ${ends[i].join()}`;
        expect(reward).toBeCloseTo(rewardOf.get(plan) ?? reward, 5);
        rewardOf.set(plan, reward);
      }
    }
    // Some plans came again, so that there was something to compare.
    expect(rewardOf.size).toBeLessThan(42);
    fitted.dispose();
    await policy.dispose();
    const wrong = trainJointly(set, options, { watch: { every: 0 } });
    await expect(wrong).rejects.toMatchObject({
      code: 'OPTIONS_INVALID',
      argument: expect.stringContaining('watch'),
    });
  });

  it('watches the policy that does not learn, once, and all series where none is held out', async () => {
    const { watched, fitted, policy } = await trainJointly(
      set,
      { ...options, learns: false, training: { ...options.training, steps: 2, validationShare: 0 } },
      { watch: {} },
    );
    expect(watched?.windows.map(({ id }) => id)).toEqual(['w0']);
    expect(watched?.moments.map(({ update }) => update)).toEqual([0]);
    fitted.dispose();
    await policy.dispose();
  });

  it('goes on from an abort to the same bits, policy included', async () => {
    const checkpoint = join(folder, 'run');
    const stop = new AbortController();
    const aborted = trainJointly(set, options, {
      checkpoint,
      signal: stop.signal,
      onProgress: ({ done }) => done === 17 && stop.abort(),
    });
    await expect(aborted).rejects.toMatchObject({ code: 'OPERATION_ABORTED' });
    const rest = await trainJointly(set, options, { checkpoint });
    expect(rest.losses.length).toBe(40 - 17);
    expect(rest.policy.params).toEqual(trained.policy.params);
    expect(rest.fitted.params).toEqual(trained.fitted.params);
    rest.fitted.dispose();
  });

  it('leaves a control whose plans are drawn and whose policy never learns', async () => {
    const control = await trainJointly(set, { ...options, learns: false });
    expect(control.learning).toEqual([]);
    const never = await trainJointly(set, {
      ...options,
      learns: false,
      training: { ...options.training, steps: 2 },
    });
    expect(control.policy.params).toEqual(never.policy.params);
    for (const each of [control, never]) each.fitted.dispose();
  });

  it('gives a policy that is taken off, stored, and put in front of another forecaster on other series', async () => {
    const file = join(folder, 'policy.safetensors');
    await trained.policy.save(file);
    const policy = await loadPolicy(file);
    const stream = new RandomStream(randomKey(4));
    const values = Float64Array.from({ length: 200 }, (_, t) => Math.sin(t / 4) + 0.1 * stream.normal());
    const time = regularTimeAxis({ start: 0, frequency: 'D', length: 200 });
    const other = new SeriesSet([new SeriesFrame({ id: 'o', time, channels: [{ name: 'v', values }] })]);
    const model = { ...options.model, lookback: 64 };
    const training = { steps: 30, batchSize: 16, seed: 1 };
    const before = policy.params.slice();
    const fitted = await patchForecaster({ model, training }, policy).fit(other);
    expect((await fitted.predict({ levels: [] })).point('o').every(Number.isFinite)).toBe(true);
    expect(policy.params).toEqual(before);
    fitted.dispose();
    await policy.dispose();
  });

  it('forecasts by the policy it trained with', async () => {
    const history = set.map((frame) => frame.slice(0, lookback));
    const forecast = await trained.fitted.predict({ context: history, levels: [] });
    expect(forecast.ids.length).toBe(150);
    expect(trained.fitted.policy).toBe(trained.policy);
  });

  it('charges plans for the moves that they leave unmarked, and marks more of them', async () => {
    // So large a charge that the forecast hardly counts: boundaries come to where the spike moves the series.
    const charged = await trainJointly(set, {
      ...options,
      training: { ...options.training, steps: 120 },
      schedule: { warmup: 0, frozen: 0 },
      judgedShare: 1,
      preservation: { weight: 100, statistic: 'unmarkedMoves' },
    });
    const mean = (part: readonly { readonly penalty: number }[]) =>
      part.reduce((sum, { penalty }) => sum + penalty, 0) / part.length;
    expect(mean(charged.learning.slice(-20))).toBeLessThan(0.85 * mean(charged.learning.slice(0, 20)));
    expect(mean(trained.learning)).toBe(0);
    charged.fitted.dispose();
  });

  describe('with a scout and candidates', () => {
    const taught = {
      ...options,
      training: { ...options.training, steps: 60 },
      optimizer: { learningRate: 2e-3 },
      schedule: {
        warmup: 0.3,
        frozen: 0.2,
        frozenPlans: 'sampled',
        frozenSharpness: 2,
        policyRate: 'linear',
      },
      scout: {
        share: 1,
        alone: 0.5,
        windows: 8,
        learningRate: 2e-2,
        occlusion: { width: 4, stride: 3 },
      },
      candidates: { candidates: 6 },
    } as const;

    /** Share of windows with a boundary within a step of the spike. */
    const hitRate = async ({ policy }: JointTraining) => {
      const windows = set.frames.map(({ id, targets }) => ({
        id,
        values: targets[0].values.slice(0, lookback),
      }));
      const trees = await policy.segment(windows);
      const hits = windows.filter(({ values }, i) => {
        const spike = values.indexOf(values.reduce((most, value) => Math.max(most, value), 0));
        return trees[i].finest.toStarts().some((start) => start > 0 && Math.abs(start - spike) <= 1);
      });
      return hits.length / windows.length;
    };

    it('finds what the forecast hangs on, and resumes to the same bits', async () => {
      const whole = await trainJointly(set, taught);
      // 18 of 60 updates warm up and 12 rest; 30 updates of the scout came before.
      expect(whole.learning.map(({ update }) => update)).toEqual(
        Array.from({ length: 30 }, (_, i) => 31 + i),
      );
      expect(await hitRate(whole)).toBeGreaterThan(0.95);
      const never = await trainJointly(set, { ...taught, learns: false });
      expect(await hitRate(never)).toBeLessThan(0.6);
      for (const stopAt of [40, 85]) {
        const checkpoint = join(folder, `taught-${stopAt}`);
        const stop = new AbortController();
        let seen = 0;
        const aborted = trainJointly(set, taught, {
          checkpoint,
          signal: stop.signal,
          onProgress: () => {
            seen += 1;
            if (seen === stopAt) stop.abort();
          },
        });
        await expect(aborted).rejects.toMatchObject({ code: 'OPERATION_ABORTED' });
        const rest = await trainJointly(set, taught, { checkpoint });
        expect(rest.policy.params).toEqual(whole.policy.params);
        expect(rest.fitted.params).toEqual(whole.fitted.params);
        rest.fitted.dispose();
      }
      for (const each of [whole, never]) each.fitted.dispose();
    });

    it('fits a forecaster on draws of a policy that stays as it is', async () => {
      const before = trained.policy.params.slice();
      const asked = { ...options, learns: false, schedule: { frozenPlans: 'sampled' } } as const;
      const { policy, fitted, learning } = await trainJointly(
        spiked(60, 9),
        { ...asked, policy: { rates: [12] } },
        { policy: trained.policy },
      );
      expect(learning).toEqual([]);
      expect(policy.params).toEqual(before);
      expect(trained.policy.params).toEqual(before);
      expect(policy.config).toEqual(trained.policy.config);
      const other = await trainJointly(spiked(60, 9), asked);
      expect(fitted.params).not.toEqual(other.fitted.params);
      for (const each of [fitted, other.fitted]) each.dispose();
    });

    it('moves the policy less and less, and hands sharper draws to the forecaster', async () => {
      const constant = await trainJointly(set, {
        ...taught,
        schedule: { ...taught.schedule, policyRate: 'constant' },
      });
      const soft = await trainJointly(set, {
        ...taught,
        schedule: { ...taught.schedule, frozenSharpness: 1 },
      });
      const sharp = await trainJointly(set, taught);
      // The policy rests when draws are sharpened, so that only the forecaster differs.
      expect(soft.policy.params).toEqual(sharp.policy.params);
      expect(soft.fitted.params).not.toEqual(sharp.fitted.params);
      expect(constant.policy.params).not.toEqual(sharp.policy.params);
      for (const each of [constant, soft, sharp]) each.fitted.dispose();
    });

    it('tells the steps of the scout from those of the training', async () => {
      const counts = new Map<string, number>();
      const { fitted } = await trainJointly(set, taught, {
        onProgress: ({ stage }) => counts.set(stage, (counts.get(stage) ?? 0) + 1),
      });
      expect([...counts]).toEqual([
        ['scout', 60],
        ['train', 60],
      ]);
      fitted.dispose();
    });

    it('has settings for a rate that find it too', async () => {
      const { scout, candidates, policy } = scoutedLearning(8);
      expect(scout.occlusion).toEqual({ width: 8, stride: 2 });
      expect(policy).toMatchObject({ rates: [8], spacing: 4, anchorSpacing: 1 });
      // With as many lessons as the test above has, a share of what the comparison has.
      const given = { ...taught, policy, scout: { ...taught.scout, ...scout, share: 1 }, candidates };
      const found = await trainJointly(set, given);
      expect(await hitRate(found)).toBeGreaterThan(0.8);
      found.fitted.dispose();
    });

    it('sends no scout for the control that never learns', async () => {
      const steps: number[] = [];
      const control = await trainJointly(
        set,
        { ...taught, learns: false },
        { onProgress: ({ done }) => steps.push(done) },
      );
      expect(steps.length).toBe(60);
      control.fitted.dispose();
    });
  });

  it('refuses options that it does not know', async () => {
    // @ts-expect-error an option that does not exist
    await expect(trainPolicy(set, { wrong: 1 })).rejects.toMatchObject({ code: 'OPTIONS_INVALID' });
  });
});
