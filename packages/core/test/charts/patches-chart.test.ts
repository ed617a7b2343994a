import { describe, expect, it } from 'vitest';
import { type PatchesPanel, patchesChart, renderSvg } from '../../src/charts/index.js';

const day = 86_400_000;

function panel(overrides: Partial<PatchesPanel> = {}): PatchesPanel {
  return {
    times: [0, 1, 2, 3, 4, 5].map((t) => t * day),
    values: [1, 2, null, 3, Number.NaN, 4],
    plans: [{ policy: 'uniform:2', levels: [[2, 4, 6], [6]], reward: -0.25 }],
    ...overrides,
  };
}

/** All data rows of a specification that have the field. */
function rowsWith(spec: unknown, field: string): Record<string, unknown>[] {
  const found: Record<string, unknown>[] = [];
  JSON.stringify(spec, (_, value) => {
    if (typeof value === 'object' && value !== null && field in value) found.push(value);
    return value;
  });
  return found;
}

describe('patchesChart', () => {
  it('has a tile for every patch of every level, from its first step to the next patch', () => {
    const tiles = rowsWith(patchesChart({ panels: [panel()] }), 'steps');
    const finest = { from: 0, to: 2 * day, steps: 2, level: 0 };
    expect(tiles).toContainEqual(finest);
    // The last step lasts as long as the one before.
    expect(tiles).toContainEqual({ from: 4 * day, to: 6 * day, steps: 2, level: 0 });
    expect(tiles).toContainEqual({ from: 0, to: 6 * day, steps: 6, level: 1 });
    // Behind the line and in the strip.
    expect(tiles.filter((tile) => tile.level === 0)).toHaveLength(6);
  });

  it('draws several series and policies under one another, and says what each is', async () => {
    const plans = [
      { policy: 'uniform:2', levels: [[2, 4, 6], [6]], reward: -0.25 },
      { policy: 'changepoint', levels: [[3, 6]] },
      { policy: 'none', levels: [[6]] },
    ];
    const spec = patchesChart({
      title: 'Cuts',
      panels: [panel({ plans, name: 'a' }), panel({ unit: 'kW' })],
    });
    const warnings: string[] = [];
    const svg = await renderSvg(spec, { onWarning: (warning) => warnings.push(warning) });
    expect(warnings).toEqual([]);
    const texts = [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map((match) => match[1]);
    for (const text of [
      'Cuts',
      'a, uniform:2: 3 / 1 patch, 2 steps per finest one on average, reward -0.25',
      'a, changepoint: 2 patches, 3 steps on average',
      'a, none: 1 patch, 6 steps on average',
      'steps per patch',
      'kW',
    ]) {
      expect(texts).toContain(text);
    }
  });

  it('keeps gaps, and marks a value that stands alone between two', () => {
    const rows = rowsWith(patchesChart({ panels: [panel()] }), 'value').filter((row) => 'time' in row);
    expect(rows.map(({ value }) => value)).toEqual([1, 2, null, 3, null, 4]);
    expect(rows.filter(({ alone }) => alone).map(({ value }) => value)).toEqual([3, 4]);
  });

  it('draws one step, one length and names that mean something to Vega', async () => {
    const one = panel({
      times: [5],
      values: [1],
      name: 'constructor',
      plans: [{ policy: 'x', levels: [[1]] }],
    });
    expect(await renderSvg(patchesChart({ panels: [one] }))).toContain('constructor, x');
    const same = panel({ unit: 'toString', plans: [{ policy: 'x', levels: [[3, 6]] }] });
    expect(await renderSvg(patchesChart({ panels: [same] }))).not.toContain('steps per patch');
  });

  const uncut = (ends: readonly number[]) => panel({ plans: [{ policy: 'x', levels: [[6], ends] }] });
  it.each<[PatchesPanel[], string]>([
    [[], 'panels'],
    [[panel({ plans: [] })], 'panels[0].plans'],
    [[panel({ times: [], values: [] })], 'panels[0].times'],
    [[panel({ values: [1] })], 'panels[0].values'],
    [[panel({ values: [1, 2, 3, 4, 5, Number.POSITIVE_INFINITY] })], 'panels[0].values[5]'],
    [[panel({ times: [0, 1, 2, 2, 4, 5] })], 'panels[0].times[3].time'],
    [[panel({ plans: [{ policy: 'x', levels: [] }] })], 'panels[0].plans[0].levels'],
    [[uncut([2, 4])], 'panels[0].plans[0].levels[1]'],
    [[uncut([2, 2, 6])], 'panels[0].plans[0].levels[1]'],
    [[uncut([2, 7])], 'panels[0].plans[0].levels[1]'],
    [[uncut([1.5, 6])], 'panels[0].plans[0].levels[1]'],
    [[uncut([])], 'panels[0].plans[0].levels[1]'],
  ])('refuses what cannot be drawn (%#)', (panels, argument) => {
    expect(() => patchesChart({ panels })).toThrow(
      expect.objectContaining({ code: 'CHART_DATA_INVALID', argument }),
    );
  });

  it('does not write to its data', () => {
    const data = { panels: [panel()] };
    patchesChart(data);
    expect(data).toEqual({ panels: [panel()] });
  });
});
