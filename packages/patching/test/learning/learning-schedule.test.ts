import { describe, expect, test } from 'vitest';
import { learningSchedule, phaseAt, policyTimeLeft } from '../../src/learning/learning-schedule.js';

const named = (phases: ReturnType<typeof learningSchedule>) =>
  phases.map(({ name, from, to, plans, policyLearns, forecasterLearns }) =>
    [name, from, to, plans, policyLearns, forecasterLearns].join(' '),
  );

describe('the schedule', () => {
  test('warms up on random plans, learns jointly, and rests on deterministic plans', () => {
    expect(named(learningSchedule({ steps: 900 }))).toEqual([
      'warmup 0 180 random false true',
      'joint 180 630 sampled true true',
      'frozen 630 900 greedy false true',
    ]);
  });

  test('can take turns', () => {
    expect(
      named(learningSchedule({ steps: 10, warmup: 0, frozen: 0.3, mode: 'alternating', period: 3 })),
    ).toEqual([
      'policy 0 3 sampled true false',
      'forecaster 3 6 sampled false true',
      'policy 6 7 sampled true false',
      'frozen 7 10 greedy false true',
    ]);
  });

  test('can leave the forecaster as it is', () => {
    expect(named(learningSchedule({ steps: 5, mode: 'policy' }))).toEqual(['policy 0 5 sampled true false']);
  });

  test('sharpens the draws that the forecaster settles on, and no others', () => {
    const phases = learningSchedule({ steps: 10, frozenPlans: 'sampled', frozenSharpness: 2 });
    expect(phases.map(({ name, plans, sharpness }) => [name, plans, sharpness])).toEqual([
      ['warmup', 'random', 1],
      ['joint', 'sampled', 1],
      ['frozen', 'sampled', 2],
    ]);
  });

  test('tells what is left of the time of the policy', () => {
    const joint = learningSchedule({ steps: 20, warmup: 0.2, frozen: 0.3 });
    expect([0, 4, 9, 13, 14, 19].map((step) => policyTimeLeft(joint, step))).toEqual([1, 1, 0.5, 0.1, 0, 0]);
    const turns = learningSchedule({ steps: 10, warmup: 0, frozen: 0, mode: 'alternating', period: 4 });
    // The policy learns from 0 to 4 and from 8 to 10.
    expect([0, 3, 8, 9].map((step) => policyTimeLeft(turns, step))).toEqual([1, 0.7, 0.2, 0.1]);
  });

  test('has every step in one phase', () => {
    for (const steps of [1, 2, 3, 7, 100]) {
      const phases = learningSchedule({ steps, mode: 'alternating' });
      let step = 0;
      for (const phase of phases) {
        expect(phase.from).toBe(step);
        for (; step < phase.to; step++) expect(phaseAt(phases, step)).toBe(phase);
      }
      expect(step).toBe(steps);
      expect(phaseAt(phases, steps + 5)).toBe(phases.at(-1));
    }
  });

  test('refuses shares beyond the whole', () => {
    expect(() => learningSchedule({ steps: 10, warmup: 0.8, frozen: 0.3 })).toThrow(
      /OPTIONS_INVALID: learningSchedule options.frozen: expected at most 1 together with warmup/,
    );
  });
});
