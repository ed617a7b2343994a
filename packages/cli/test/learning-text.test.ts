import { describe, expect, it } from 'vitest';
import { learningText } from '../src/report/learning-text.js';

describe('learningText', () => {
  const entry = (update: number) => ({
    update,
    reward: -0.5,
    groupSpread: 0.1,
    entropy: 1,
    boundaryRate: 0.125,
    rawBoundaryRate: 0.125,
    unjudged: 0,
    agreement: 0.75,
    gradientNorm: 1,
    penalty: 0,
    warnings: [],
  });

  it('numbers the updates seen as the whole run does, and says so after a checkpoint', () => {
    const figures = 'reward -0.5000, entropy 1.000, agreement 0.750, 8.0 steps a patch';
    const seen = [entry(26), entry(27), entry(90)];
    expect(learningText(seen, true)).toBe(
      `updates 26 to 90 since this start, the first: ${figures}\nlast: ${figures}`,
    );
    expect(learningText(seen, false)).toMatch(/^updates 26 to 90, the first: /);
  });

  it('tells what may be why the policy made no update', () => {
    expect(learningText([], true)).toContain('nothing was left to learn after the checkpoint');
    expect(learningText([], false)).not.toContain('checkpoint');
  });
});
