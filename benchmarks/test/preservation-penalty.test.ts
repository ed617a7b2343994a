import { describe, expect, it } from 'vitest';
import { penaltyData } from '../src/preservation/penalty-data.js';
import { readTaskFile, settingsOf } from '../src/runner/task-file.js';
import { preservationPenalty } from '../src/suites/preservation-penalty.js';

describe('data of the charge for erasure', () => {
  it('births: the last days are forecast in windows and not trained on, and every holiday is an event', async () => {
    const { fit, forecasts, audited } = await penaltyData({ kind: 'births', testDays: 100 }, 392, 28);
    const [trained] = fit.frames;
    const [{ frame, events }] = audited;
    expect(trained.length).toBe(frame.length - 100);
    expect(forecasts.map(({ length }) => length)).toEqual([420, 420, 420]);
    const { values } = frame.targets[0];
    const [first] = forecasts;
    expect([...first.targets[0].values.subarray(392)]).toEqual([
      ...values.subarray(trained.length, trained.length + 28),
    ]);
    expect(events).toHaveLength(120);
    expect(events.every(({ start, end, counts }) => counts && end === start + 1)).toBe(true);
    // They are judged as spikes and not as interventions.
    expect(frame.interventions).toEqual([]);
  });

  it('decoy: one spike of each window counts, and test windows are none of the others', async () => {
    const data = { kind: 'decoy', decoys: 2, windows: 5, validation: 3, test: 4 } as const;
    const { fit, forecasts, audited } = await penaltyData(data, 64, 16);
    expect(fit.frames.map(({ length }) => length)).toEqual(Array.from({ length: 8 }, () => 80));
    const trained = new Set(fit.frames.map(({ id }) => id));
    expect(forecasts.some(({ id }) => trained.has(id))).toBe(false);
    for (const { frame, events } of audited) {
      expect(frame.length).toBe(64);
      expect(events.filter(({ counts }) => counts)).toHaveLength(1);
      expect(events).toHaveLength(3);
    }
  });
});

describe('preservation-penalty', () => {
  it('holds every weight against no charge, seed by seed', async () => {
    const file = await readTaskFile('preservation-penalty');
    const rows = async (arm: string) => {
      const settings = settingsOf(file, 'decoy', arm, true);
      const result = await preservationPenalty.run({ task: 'decoy', arm, settings, seed: 1, dataFolder: '' });
      return new Map('unavailable' in result ? [] : result.map(({ metric, value }) => [metric, value]));
    };
    const none = await rows('none');
    expect(none.get('cost')).toBe(0);
    expect(none.get('saved')).toBe(0);
    expect(none.get('judged')).toBeGreaterThan(0);
    const charged = await rows('moves, 0.3');
    const [error, before] = [charged.get('MSE') ?? Number.NaN, none.get('MSE') ?? Number.NaN];
    expect(charged.get('cost')).toBeCloseTo(100 * (error / before - 1), 9);
    expect(charged.get('saved')).toBeCloseTo(
      (none.get('erased') ?? Number.NaN) - (charged.get('erased') ?? 0),
      9,
    );
  });
});
