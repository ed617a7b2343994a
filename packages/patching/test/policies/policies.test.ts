/** Every policy by rule against the one suite. */
import { describe, expect, it } from 'vitest';
import { calendar } from '../../src/policies/calendar.js';
import { calibrateSurprise } from '../../src/policies/calibrate-surprise.js';
import { changePoint } from '../../src/policies/change-point.js';
import { gradient } from '../../src/policies/gradient.js';
import { limited } from '../../src/policies/limited.js';
import { oracle } from '../../src/policies/oracle.js';
import type { PatchPolicy } from '../../src/policies/patch-policy.js';
import { policyFromRecipe } from '../../src/policies/policy-registry.js';
import { random } from '../../src/policies/random.js';
import { surprise } from '../../src/policies/surprise.js';
import { uniform } from '../../src/policies/uniform.js';
import { variance } from '../../src/policies/variance.js';
import { fuzzedWindows } from './fuzzed-windows.js';
import { policyConformance } from './policy-conformance.js';

const limits = { maxPatches: 7, minLength: 3, maxLength: 20, longestGap: 4 };
const policies: Readonly<Record<string, () => PatchPolicy>> = {
  uniform: () => uniform({ rates: [5, 12.5, 40] }),
  random: () => random({ rates: [4, 16], seed: 3 }),
  'random with a shortest patch': () => random({ rates: [7.5, 9], minLength: 6 }),
  'changepoint by count': () => changePoint({ rates: [8, 30] }),
  'changepoint by penalty': () => changePoint({ rates: [2, 8], form: 'penalty', spacing: 1 }),
  'surprise, top': () => surprise({ rates: [4, 16] }),
  'surprise above a threshold': () => surprise({ rates: [4, 16], form: 'threshold', threshold: 1.5 }),
  'surprise that jumps': () =>
    surprise({ rates: [3.5, 9, 30], form: 'jump', threshold: 0.5, measure: 'entropy' }),
  'surprise, calibrated': () =>
    calibrateSurprise(fuzzedWindows(50), { rates: [6, 20], form: 'jump', order: 2 }),
  gradient: () => gradient({ rates: [4, 16] }),
  variance: () => variance({ rates: [4, 16], radius: 2 }),
  calendar: () => calendar({ units: ['day', 'week', 'month'] }),
  'gradient within limits': () => limited(gradient({ rates: [2, 8] }), { ...limits, rate: 5 }),
  'calendar within limits': () => limited(calendar({ units: ['hour', 'day'] }), { ...limits, rate: 2.5 }),
  'surprise within limits': () =>
    limited(surprise({ rates: [2, 8], form: 'threshold', threshold: 0 }), limits),
};

/** Windows that a variant of a policy is tried on, where another variant has been through all of them. */
const fewer = 2000;

for (const [title, make] of Object.entries(policies)) {
  policyConformance(title, make, title.includes(' with ') || title.includes('calibrated') ? fewer : 10_000);
}
policyConformance(
  'oracle',
  () =>
    oracle((_, trees) => trees.map(({ finest }) => Math.max(0, ...finest.toLengths())), {
      rates: [6, 20],
      plans: 5,
    }),
  fewer,
);

describe('recipes', () => {
  it.each(Object.keys(policies))('make the same policy again: %s', async (title) => {
    const policy = policies[title]();
    const again = policyFromRecipe(JSON.parse(JSON.stringify(policy.recipe)));
    expect(again.recipe).toEqual(policy.recipe);
    expect(again).toMatchObject({ name: policy.name, isCausal: policy.isCausal, rates: policy.rates });
    const windows = fuzzedWindows(30);
    const trees = await policy.segment(windows);
    expect((await again.segment(windows)).every((tree, i) => tree.equals(trees[i]))).toBe(true);
  });
});
