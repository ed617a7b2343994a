import type { LearnedPolicy } from '@tessera/patching';
import { describe, expect, it } from 'vitest';
import { hiddenAtCost } from '../src/patching/equal-cost.js';
import { armSettingsSchema, fitArm } from '../src/patching/patching-arms.js';
import { patchingDataSchema, splitOf } from '../src/patching/patching-data.js';
import type { Measurement } from '../src/runner/suite.js';
import { readTaskFile, settingsOf } from '../src/runner/task-file.js';
import { patchingSuite } from '../src/suites/patching.js';

const file = await readTaskFile('patching');

/** One arm of the first task, as `--quick` has it but smaller still. */
async function measure(
  arm: string,
  more: Record<string, unknown> = {},
  stored: readonly Measurement[] = [],
): Promise<{ readonly values: Map<string, number>; readonly kept: string[] }> {
  const kept: string[] = [];
  const quick = settingsOf(file, file.tasks[0].name, arm, true);
  const settings = { ...quick, training: { steps: 2, batchSize: 8, evaluateEvery: 2 }, ...more };
  const store = async (rows: readonly Measurement[]) => {
    kept.push(...rows.map(({ metric }) => metric));
  };
  const result = await patchingSuite.run({
    task: 't',
    arm,
    settings,
    seed: 1,
    dataFolder: '/nowhere',
    stored,
    store,
  });
  if ('unavailable' in result) throw new Error(result.unavailable);
  return { values: new Map(result.map(({ metric, value }) => [metric, value])), kept };
}

const data = (name: string) => ({
  kind: 'event',
  name,
  lookback: 96,
  horizon: 16,
  windows: 8,
  validation: 4,
  test: 8,
});

describe('hiddenAtCost', () => {
  it('is the first width at which the cost is reached', () => {
    const narrow = { hidden: 10, total: 150 };
    const wide = { hidden: 20, total: 250 };
    expect(hiddenAtCost(200, narrow, wide)).toBe(15);
    expect(hiddenAtCost(201, narrow, wide)).toBe(16);
    expect(hiddenAtCost(140, narrow, wide)).toBe(10);
  });
});

describe('patching', () => {
  it('measures every seed, stores it, and gives the means', async () => {
    const { values, kept } = await measure('uniform-conv', { seeds: [1, 2], data: data('echo') });
    for (const metric of [
      'MSE',
      'MAE',
      'CRPS',
      'event_hits',
      'events_preserved',
      'events_erased',
      'tokens',
      'seconds',
    ]) {
      const [one, two] = [1, 2].map((seed) => values.get(`${metric}_seed_${seed}`) ?? Number.NaN);
      expect(values.get(metric)).toBeCloseTo((one + two) / 2, 12);
      expect(kept).toContain(`${metric}_seed_2`);
    }
    const [one, two] = [1, 2].map((seed) => values.get(`MSE_seed_${seed}`) ?? Number.NaN);
    expect(one).not.toBe(two);
    // Two values differ from their mean by half their distance; t with one degree of freedom is 12.706.
    expect(values.get('MSE_half_width')).toBeCloseTo((12.706 * Math.abs(one - two)) / 2, 12);
    expect(values.get('tokens')).toBe(12);
    expect(values.get('oracle')).toBeCloseTo(0.04, 12);
  });

  it('goes on after the seeds that are stored, and counts them in the means', async () => {
    const earlier = { metric: 'MSE_seed_1', value: 7, unit: 'target squared' };
    const { values, kept } = await measure('uniform-conv', { seeds: [1, 2] }, [earlier]);
    expect(kept.some((metric) => metric.endsWith('seed_1'))).toBe(false);
    expect(values.get('MSE')).toBeCloseTo((7 + (values.get('MSE_seed_2') ?? Number.NaN)) / 2, 12);
    expect(patchingSuite.isComplete?.([earlier])).toBe(false);
    const whole = [...values].map(([metric, value]) => ({ metric, value, unit: '' }));
    expect(patchingSuite.isComplete?.(whole)).toBe(true);
  });

  it('counts what an arm costs where all its seeds are stored', async () => {
    const { values } = await measure('uniform-conv');
    const stored = [...values]
      .filter(([metric]) => metric.includes('seed'))
      .map(([metric, value]) => ({ metric, value, unit: '' }));
    const { values: again, kept } = await measure('uniform-conv', {}, stored);
    expect(kept).toEqual([]);
    for (const part of ['policy', 'embedding', 'backbone', 'head', 'total']) {
      expect(again.get(`flops_${part}`)).toBe(values.get(`flops_${part}`));
    }
  });

  it('gives even patches of a chosen size at least the cost of the learned arm', async () => {
    const [uniform, learned] = [(await measure('uniform')).values, (await measure('learned')).values];
    const total = learned.get('flops_total') ?? Number.NaN;
    expect(learned.get('flops_policy')).toBeGreaterThan(0);
    expect(uniform.get('flops_total')).toBeGreaterThanOrEqual(total);
    expect(uniform.get('flops_total')).toBeLessThan(1.02 * total);
  });

  it('learns a policy once for the tasks that share it', async () => {
    const { rate, model, convolution } = armSettingsSchema
      .loose()
      .parse(settingsOf(file, file.tasks[0].name, 'learned', true));
    const settings = armSettingsSchema.parse({
      rate,
      model,
      convolution,
      training: { steps: 2, batchSize: 8, evaluateEvery: 2 },
    });
    const learned = new Map<string, LearnedPolicy>();
    const fit = async (arm: 'learned' | 'learned-zero-shot', own: string, other: string) => {
      const [given, zeroShotFrom] = [own, other].map((name) => patchingDataSchema.parse(data(name)));
      const split = await splitOf(given, '/nowhere');
      const task = { data: given, split, zeroShotFrom, dataFolder: '/nowhere', learned };
      const { fitted, policy } = await fitArm(arm, task, settings, 1, {});
      fitted.dispose();
      return policy;
    };
    const own = await fit('learned', 'echo', 'noise');
    expect(await fit('learned-zero-shot', 'motif', 'echo')).toBe(own);
    expect(await fit('learned-zero-shot', 'noise', 'echo')).toBe(own);
    expect(await fit('learned-zero-shot', 'motif', 'noise')).not.toBe(own);
    expect(learned.size).toBe(2);
  });

  it('cannot run without the truth or the files that an arm needs', async () => {
    await expect(measure('event-truth', { data: data('noise') })).rejects.toThrow('is not known');
    const ett = { kind: 'ett', file: 'x.csv', month: 720, lookback: 96, horizon: 16, stride: 8 };
    await expect(measure('learned-zero-shot', { zeroShotFrom: ett })).rejects.toThrow('has no ett');
    await expect(measure('random', { data: ett })).rejects.toThrow('has no ett');
  });
});
