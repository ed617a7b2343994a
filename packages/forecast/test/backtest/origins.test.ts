import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { horizonTooLong, planOrigins, stepsNeeded } from '../../src/backtest/origins.js';

const base = { horizon: 3, windows: 1, step: 3, gap: 0, strategy: 'expanding' } as const;

describe('planOrigins', () => {
  it('puts the last window at the end of the series', () => {
    expect(planOrigins(10, base)).toEqual({ cuts: [{ window: 0, from: 0, cut: 7 }], missing: [] });
  });

  it('counts earlier origins back by the step, oldest first', () => {
    const { cuts } = planOrigins(20, { ...base, windows: 3, step: 2 });
    expect(cuts).toEqual([
      { window: 0, from: 0, cut: 13 },
      { window: 1, from: 0, cut: 15 },
      { window: 2, from: 0, cut: 17 },
    ]);
  });

  it('leaves the gap between the cut and the horizon', () => {
    expect(planOrigins(10, { ...base, gap: 2 }).cuts).toEqual([{ window: 0, from: 0, cut: 5 }]);
  });

  it('slides the start of training with the origin', () => {
    const { cuts } = planOrigins(20, { ...base, windows: 2, strategy: { sliding: 5 } });
    expect(cuts).toEqual([
      { window: 0, from: 9, cut: 14 },
      { window: 1, from: 12, cut: 17 },
    ]);
  });

  it('names the windows that a series is too short for and keeps the others', () => {
    expect(planOrigins(7, { ...base, windows: 3 })).toEqual({
      cuts: [
        { window: 1, from: 0, cut: 1 },
        { window: 2, from: 0, cut: 4 },
      ],
      missing: [0],
    });
  });

  it('needs a full sliding range before the first origin', () => {
    const sliding = { ...base, strategy: { sliding: 5 } };
    expect(planOrigins(8, sliding).cuts).toEqual([{ window: 0, from: 0, cut: 5 }]);
    expect(planOrigins(7, sliding)).toEqual({ cuts: [], missing: [0] });
  });

  it('every cut leaves gap and horizon within the series and training before it', () => {
    const count = fc.integer({ min: 1, max: 12 });
    const strategy = fc.oneof(fc.constant('expanding' as const), fc.record({ sliding: count }));
    const options = fc.record({ horizon: count, windows: count, step: count, gap: fc.nat(4), strategy });
    fc.assert(
      fc.property(fc.nat(150), options, (length, given) => {
        const { cuts, missing } = planOrigins(length, given);
        expect(cuts.length + missing.length).toBe(given.windows);
        for (const { window, from, cut } of cuts) {
          expect(from).toBeGreaterThanOrEqual(0);
          expect(cut - from).toBeGreaterThanOrEqual(1);
          if (given.strategy !== 'expanding') expect(cut - from).toBe(given.strategy.sliding);
          const later = (given.windows - 1 - window) * given.step;
          expect(cut + given.gap + given.horizon + later).toBe(length);
        }
        for (const window of missing) expect(length).toBeLessThan(stepsNeeded(window, given));
      }),
    );
  });
});

describe('horizonTooLong', () => {
  it('says how many steps are needed, of what, and how many there are', () => {
    const error = horizonTooLong('a', 5, 0, { ...base, windows: 2, gap: 1 });
    expect(error.code).toBe('HORIZON_TOO_LONG');
    expect(error.message).toBe(
      'HORIZON_TOO_LONG: series "a", window 1 of 2: expected at least 8 steps (1 training step + a gap of 1 + ' +
        'a horizon of 3 + 1 later origins 3 apart), found 5 steps. Shorten the horizon, ask for fewer windows, or ' +
        'leave the series out.',
    );
  });

  it('leaves out the parts that are not there', () => {
    const error = horizonTooLong('a', 5, 0, { ...base, strategy: { sliding: 30 } });
    expect(error.expected).toBe('at least 33 steps (30 training steps + a horizon of 3)');
  });
});
