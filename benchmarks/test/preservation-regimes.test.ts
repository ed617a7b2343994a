import { describe, expect, it } from 'vitest';
import { dataFolder, needs } from '../../testing/requirement.js';
import { readTaskFile, settingsOf } from '../src/runner/task-file.js';
import { preservationRegimes } from '../src/suites/preservation-regimes.js';

async function measure(
  task: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Map<string, number>> {
  const file = await readTaskFile('preservation-regimes');
  const settings = { ...settingsOf(file, task, 'tessera', false), ...more };
  const result = await preservationRegimes.run({ task, arm: 'tessera', settings, seed: 1, dataFolder });
  return new Map('unavailable' in result ? [] : result.map(({ metric, value }) => [metric, value]));
}

describe('preservation-regimes', () => {
  it('covers the segmentation benchmark by at least .80', { timeout: 120_000 }, async (context) => {
    needs(context, 'data');
    const all = await measure('tssb');
    expect(all.get('series')).toBe(25);
    expect(all.get('tssb_cover')).toBeGreaterThan(0.8);
  });

  it.for([
    ['volks', -55, -33],
    ['arma', 0.27, 1.5],
  ] as const)('finds the effect of %s inside the published interval', async ([task, low, high], context) => {
    needs(context, 'data');
    const all = await measure(task);
    expect(all.get(`intervention_level_${task}`)).toBeGreaterThan(low);
    expect(all.get(`intervention_level_${task}`)).toBeLessThan(high);
  });

  it('times every detector on a long series', async () => {
    const all = await measure('million', { points: 20_000 });
    expect([...all.keys()]).toEqual([
      'regimes_1m_seconds',
      'rare_stretches_1m_seconds',
      'missingness_1m_seconds',
      'intervention_1m_seconds',
    ]);
    for (const seconds of all.values()) expect(seconds).toBeGreaterThan(0);
  });
});
