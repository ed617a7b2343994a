import { describe, expect, it } from 'vitest';
import { bestNabScore, type NabFile, nabScore } from '../src/preservation/nab-score.js';

const sigmoid = (position: number) => 2 / (1 + Math.exp(5 * position)) - 1;
/** 1,000 steps, of which 150 are probation, with a window of ten. */
const file = (steps: readonly number[], score = 1): NabFile => ({
  length: 1_000,
  windows: [{ from: 500, to: 510 }],
  alarms: steps.map((step) => ({ step, score })),
});

describe('nabScore', () => {
  it('is 0 for a detector that never speaks and 100 for one that speaks at the start of every window', () => {
    expect(nabScore([file([])]).score).toBe(0);
    expect(nabScore([file([500])]).score).toBeCloseTo(100, 12);
  });

  it('is worth less, the later the first alarm in a window comes', () => {
    // Halfway: position -1/2; at the last step: -1/10; both over the value at -1.
    expect(nabScore([file([505])]).score).toBeCloseTo(50 * (1 + sigmoid(-0.5) / sigmoid(-1)), 12);
    expect(nabScore([file([509])]).score).toBeCloseTo(50 * (1 + sigmoid(-0.1) / sigmoid(-1)), 12);
  });

  it('counts only the best alarm of a window', () => {
    expect(nabScore([file([500, 503, 509])]).score).toBeCloseTo(100, 12);
  });

  it('takes .11 windows for an alarm before any window or long after one, less right after it', () => {
    expect(nabScore([file([300])]).score).toBeCloseTo(-50 * 0.11, 12);
    expect(nabScore([file([900])]).score).toBeCloseTo(-50 * 0.11, 12);
    // Two steps after the last one, of a window nine wide from first to last.
    expect(nabScore([file([511])]).score).toBeCloseTo(50 * 0.11 * sigmoid(2 / 9), 12);
  });

  it('does not judge the first 15 % of a file, and at most 750 steps', () => {
    expect(nabScore([file([149])])).toMatchObject({ score: 0, falseAlarms: 0 });
    expect(nabScore([file([150])]).falseAlarms).toBe(1);
    const long = (step: number): NabFile => ({ length: 20_000, windows: [], alarms: [{ step, score: 1 }] });
    expect(nabScore([file([]), long(749)]).falseAlarms).toBe(0);
    expect(nabScore([file([]), long(750)]).falseAlarms).toBe(1);
  });

  it('sums over files and windows', () => {
    const both = nabScore([file([500]), file([300])]);
    expect(both).toMatchObject({ detected: 1, windows: 2, falseAlarms: 1 });
    expect(both.score).toBeCloseTo((100 * (1 - 0.11)) / 4 + 25, 12);
  });
});

describe('bestNabScore', () => {
  it('chooses one threshold for all files', () => {
    const sure = file([500], 5);
    const noisy: NabFile = { ...file([300, 310, 320], 2), windows: [] };
    expect(nabScore([sure, noisy]).score).toBeCloseTo(100 - 50 * 0.33, 12);
    expect(bestNabScore([sure, noisy])).toEqual({
      score: 100,
      threshold: 5,
      detected: 1,
      windows: 1,
      falseAlarms: 0,
    });
  });

  it('is never worse than silence', () => {
    expect(bestNabScore([file([300])])).toMatchObject({ score: 0, threshold: Number.POSITIVE_INFINITY });
  });
});
