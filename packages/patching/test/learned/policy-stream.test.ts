import { randomKey } from '@tessera/core';
import { type Engine, openEngine } from '@tessera/core/engine';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CausalRule, calibrateThresholds } from '../../src/learned/causal-rule.js';
import { initialPolicy } from '../../src/learned/learned-policy.js';
import { type PolicyOptions, policyConfigSchema } from '../../src/learned/policy-config.js';
import { opinionatedPolicy, walk } from './policy-engines.js';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('onnxruntime');
});
afterAll(() => engine.dispose());

const configs: readonly PolicyOptions[] = [
  { rates: [8], isCausal: true },
  { rates: [6.5, 20], isCausal: true, spacing: 3, dilations: [1, 2, 6], kernel: 3 },
  { rates: [10], isCausal: true, anchors: { kind: 'season', period: 12, share: 0.5 } },
  { rates: [4, 16, 64], isCausal: true, anchors: { kind: 'none' } },
];

describe.each(configs.map((config) => [JSON.stringify(config), config] as const))('%s', (_, options) => {
  test('later steps move no boundary', async () => {
    const policy = opinionatedPolicy(options, engine);
    const { values } = walk(400, 6);
    const [whole] = await policy.segment([{ values }]);
    for (const length of [1, 40, 127, 200, 399]) {
      const other = walk(length + 30, 9).values;
      other.set(values.subarray(0, length));
      const [prefix] = await policy.segment([{ values: values.subarray(0, length) }]);
      const [changed] = await policy.segment([{ values: other }]);
      for (const [m, level] of whole.levels.entries()) {
        const before = [...level.toStarts()].filter((start) => start < length);
        expect([...prefix.levels[m].toStarts()]).toEqual(before);
        expect([...changed.levels[m].toStarts()].filter((start) => start < length)).toEqual(before);
      }
    }
    expect(whole.finest.count).toBeGreaterThan(10);
    await policy.dispose();
  });

  test('a stream gives what the batch gives', async () => {
    const policy = opinionatedPolicy(options, engine);
    const { values } = walk(700, 2);
    const [tree] = await policy.segment([{ values }]);
    const stream = policy.stream();
    const labels = Array.from(values, (value) => stream.push(value));
    for (const [m, level] of tree.levels.entries()) {
      const starts = labels.flatMap((label, t) => (label > m ? [t] : []));
      expect(starts).toEqual([...level.toStarts()]);
    }
    expect(stream.steps).toBe(700);
    await policy.dispose();
  });

  test('at no time are there more patches than the running budget, and anchors are always on', () => {
    const config = policyConfigSchema.parse(options);
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 1, maxLength: 300 }),
        (logits) => {
          const rule = new CausalRule(config);
          const counts = config.rates.map(() => 0);
          let coarser = 0;
          for (const [t, logit] of logits.entries()) {
            const label = rule.next(
              config.rates.map(() => logit),
              0,
            );
            for (const [m, rate] of config.rates.entries()) {
              if (label > m) counts[m] += 1;
              expect(counts[m]).toBeLessThanOrEqual(Math.max(1, Math.floor((t + 1) / rate)));
            }
            coarser = Math.max(coarser, label);
            // The period of this configuration: ceil(10 / 0.5 / 12) seasons.
            if (config.anchors.kind === 'season' && t % 24 === 0) expect(label).toBe(1);
          }
          expect(coarser).toBe(config.rates.length);
        },
      ),
      { numRuns: 200 },
    );
  });
});

test('a stream sees calendar and gaps as the batch does', async () => {
  const policy = opinionatedPolicy({ rates: [8], isCausal: true, calendar: ['hour_of_day'] }, engine);
  const { values } = walk(150, 2);
  const times = values.map((_, t) => Date.UTC(2024, 0, 1) + 3_600_000 * (t + (t > 60 ? 30 : 0)));
  const [tree] = await policy.segment([{ values, times }]);
  const stream = policy.stream();
  const starts = Array.from(values, (value, t) => (stream.push(value, times[t]) > 0 ? t : -1));
  expect(starts.filter((t) => t >= 0)).toEqual([...tree.finest.toStarts()]);
  expect(() => policy.stream().push(1)).toThrow(/OPTIONS_INVALID: window times/);
  await policy.dispose();
});

test('a policy that sees later steps cannot be streamed', () => {
  expect(() => opinionatedPolicy({ rates: [8] }).stream()).toThrow(/OPTIONS_INVALID: stream of a policy/);
});

test('an untrained causal policy opens a patch whenever the budget allows', async () => {
  const policy = initialPolicy(
    { rates: [10], isCausal: true, anchors: { kind: 'none' } },
    randomKey(1),
    engine,
  );
  const [tree] = await policy.segment([walk(60, 1)]);
  expect([...tree.finest.toStarts()]).toEqual([0, 19, 29, 39, 49, 59]);
  await policy.dispose();
});

describe('calibration', () => {
  test('without the budget, at least as many patches open as the rates allow, and one quantum higher fewer', async () => {
    const policy = opinionatedPolicy({ rates: [8, 32], isCausal: true }, engine);
    const windows = Array.from({ length: 20 }, (_, i) => walk(256, 100 + i));
    const scores = await policy.scores(windows);
    const thresholds = calibrateThresholds(policy.config, [scores]);
    const countAt = (given: readonly number[], level: number) => {
      let count = 0;
      for (let window = 0; window < 20; window++) {
        const rule = new CausalRule({ ...policy.config, thresholds: given }, false);
        for (let t = 0; t < 256; t++) rule.next(scores.logits, (window * 256 + t) * 2);
        count += rule.chosenAt(level);
      }
      return count;
    };
    // 1 / rate patches a step, half of them anchors.
    const wanted = [(20 * 256) / 16, (20 * 256) / 64];
    const [fine, coarse] = thresholds;
    expect(countAt(thresholds, 0)).toBeGreaterThanOrEqual(wanted[0]);
    expect(countAt([fine + 1 / 64, coarse], 0)).toBeLessThan(wanted[0]);
    expect(countAt(thresholds, 1)).toBeGreaterThanOrEqual(wanted[1]);
    expect(countAt([fine, coarse + 1 / 64], 1)).toBeLessThan(wanted[1]);

    const calibrated = await policy.calibrated(windows);
    expect(calibrated.config.thresholds).toEqual(thresholds);
    const [tree] = await calibrated.segment([walk(2048, 500)]);
    // What the rate allows is nearly used up on windows it was not calibrated on.
    expect(tree.finest.count).toBeGreaterThan(0.75 * 256);
    expect(tree.finest.count).toBeLessThanOrEqual(256);
    await policy.dispose();
    await calibrated.dispose();
  });
});
