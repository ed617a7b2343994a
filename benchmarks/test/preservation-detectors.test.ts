import { randomKey } from '@tessera/core';
import { detectMeanChanges } from '@tessera/patching/preservation';
import { describe, expect, it } from 'vitest';
import { dataFolder, needs } from '../../testing/requirement.js';
import { quadraticPartitioning } from '../src/preservation/quadratic-partitioning.js';
import { shiftingSeries } from '../src/preservation/shifting-series.js';
import { readTaskFile, settingsOf } from '../src/runner/task-file.js';
import { preservationDetectors } from '../src/suites/preservation-detectors.js';

async function measure(settings: Readonly<Record<string, unknown>>): Promise<Map<string, number> | string> {
  const result = await preservationDetectors.run({ task: 't', arm: 'a', settings, seed: 1, dataFolder });
  if ('unavailable' in result) return result.unavailable;
  return new Map(result.map(({ metric, value }) => [metric, value]));
}

async function measureStored(task: string, arm: string): Promise<Map<string, number>> {
  const all = await measure(settingsOf(await readTaskFile('preservation-detectors'), task, arm, false));
  return typeof all === 'string' ? new Map() : all;
}

describe('preservation-detectors', () => {
  it('reproduces the published figures of PELT with a mean and MBIC to the fourth digit', async (context) => {
    needs(context, 'data');
    const all = await measureStored('tcpd', 'mean-mbic-published');
    expect(all.get('series')).toBe(30);
    expect(all.get('tcpd_f1')?.toFixed(4)).toBe('0.7276');
    expect(all.get('tcpd_cover')?.toFixed(4)).toBe('0.6946');
  });

  it('reaches an F1 of .767 with lines', async (context) => {
    needs(context, 'data');
    expect((await measureStored('tcpd', 'trend')).get('tcpd_f1')).toBeGreaterThanOrEqual(0.767);
  });

  it('scores every file and window of NAB that is there', async (context) => {
    needs(context, 'data');
    const all = await measureStored('nab', 'hampel');
    expect(all.get('series')).toBe(30);
    expect(all.get('windows')).toBe(50);
    expect(all.get('nab_score')).toBeGreaterThanOrEqual(all.get('nab_score_at_default') ?? Number.NaN);
  });

  it('times a long series and says what it found there', async () => {
    const settings = { measure: 'long-series', detector: 'mean', points: [20_000], changes: 9 };
    const all = await measure(settings);
    expect(typeof all === 'string' ? [] : [...all.keys()]).toEqual([
      'pelt_20k_seconds',
      '20k_structures',
      '20k_true_changes_found',
    ]);
  });

  it('agrees with the quadratic reference', async () => {
    const all = await measure({ measure: 'quadratic', detector: 'mean', points: [3_000], changes: 4 });
    expect(typeof all === 'string' ? all : all.get('same_changes_3k')).toBe(1);
  });

  it('says which pairs make no sense', async () => {
    expect(await measure({ measure: 'tcpd', detector: 'hampel' })).toBe('hampel finds no changes');
    expect(await measure({ measure: 'ruptures', detector: 'trend', points: [100] })).toBe(
      'only the plain mean cost is the same in ruptures',
    );
  });
});

describe('quadraticPartitioning', () => {
  it('cuts where the level shifts', () => {
    expect(
      quadraticPartitioning(Float64Array.of(0, 0, 0, 0, 2, 2, 2, 2), { penalty: 1, minSize: 3 }),
    ).toEqual([4]);
    expect(
      quadraticPartitioning(Float64Array.of(0, 0, 0, 0, 2, 2, 2, 2), { penalty: 9, minSize: 3 }),
    ).toEqual([]);
  });
});

describe('shiftingSeries', () => {
  it('changes where it says, at equal distances', () => {
    const { values, changes } = shiftingSeries(randomKey(2), { shift: 'levels', points: 1_000, changes: 3 });
    expect(changes).toEqual([250, 500, 750]);
    const found = detectMeanChanges('y', values).structures.map(({ start }) => start);
    for (const start of found) expect(changes.some((change) => Math.abs(change - start) <= 5)).toBe(true);
  });
});
