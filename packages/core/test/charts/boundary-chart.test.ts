import { describe, expect, it } from 'vitest';
import { type BoundaryPanel, boundaryChart, renderSvg } from '../../src/charts/index.js';

function panel(overrides: Partial<BoundaryPanel> = {}): BoundaryPanel {
  return {
    values: [1, 2, null, 3, Number.NaN, 4],
    moments: [
      { update: 0, ends: [2, 4, 6] },
      { update: 5, ends: [3, 6] },
      { update: 12, ends: [6] },
    ],
    ...overrides,
  };
}

/** All data rows of a specification that have the fields. */
function rowsWith(spec: unknown, ...fields: string[]): Record<string, unknown>[] {
  const found: Record<string, unknown>[] = [];
  JSON.stringify(spec, (_, value) => {
    if (typeof value === 'object' && value !== null && fields.every((field) => field in value)) {
      found.push(value);
    }
    return value;
  });
  return found;
}

describe('boundaryChart', () => {
  it('has a tile for every patch of every moment, and a tick at every boundary within the window', () => {
    const spec = boundaryChart({ panels: [panel()] });
    const tiles = rowsWith(spec, 'update', 'to');
    expect(tiles).toEqual([
      { update: 0, from: 0, to: 2, steps: 2 },
      { update: 0, from: 2, to: 4, steps: 2 },
      { update: 0, from: 4, to: 6, steps: 2 },
      { update: 5, from: 0, to: 3, steps: 3 },
      { update: 5, from: 3, to: 6, steps: 3 },
      { update: 12, from: 0, to: 6, steps: 6 },
    ]);
    const ticks = rowsWith(spec, 'update', 'from').filter((row) => !('to' in row));
    expect(ticks).toEqual([
      { update: 0, from: 2 },
      { update: 0, from: 4 },
      { update: 5, from: 3 },
    ]);
  });

  it('draws windows under one another, says what each is, and marks known events in both plots of each', async () => {
    const spec = boundaryChart({
      title: 'Moves',
      panels: [
        panel({ name: 'a', unit: 'kW', events: [3] }),
        panel({ moments: [{ update: 7, ends: [2, 6] }] }),
      ],
    });
    const warnings: string[] = [];
    const svg = await renderSvg(spec, { onWarning: (warning) => warnings.push(warning) });
    expect(warnings).toEqual([]);
    const texts = [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map((match) => match[1]);
    for (const text of [
      'Moves',
      'a: 3 patches after 0 updates, 1 after 12',
      '2 patches after 7 updates',
      'steps per patch',
      'updates of the policy',
      'step',
      'kW',
      '12',
    ]) {
      expect(texts).toContain(text);
    }
    expect(svg).toContain('Dashed');
    expect(rowsWith(spec, 'event')).toEqual([{ event: 3 }, { event: 3 }]);
    expect(svg.match(/stroke-dasharray="5,3"/g)).toHaveLength(2);
  });

  it('keeps gaps, marks a value that stands alone, and says nothing of events where there are none', async () => {
    const spec = boundaryChart({ panels: [panel()] });
    const rows = rowsWith(spec, 'step', 'value');
    expect(rows.slice(0, 6).map(({ value }) => value)).toEqual([1, 2, null, 3, null, 4]);
    expect(rows.slice(6)).toEqual([
      { step: 3, value: 3 },
      { step: 5, value: 4 },
    ]);
    expect(await renderSvg(spec)).not.toContain('Dashed');
  });

  it('draws one step, one length and names that mean something to Vega', async () => {
    const one = { values: [1], moments: [{ update: 0, ends: [1] }], name: 'constructor', unit: 'toString' };
    const svg = await renderSvg(boundaryChart({ panels: [one] }));
    expect(svg).toContain('constructor: 1 patch after 0 updates');
    expect(svg).not.toContain('steps per patch');
  });

  const cut = (ends: readonly number[], update = 3) =>
    panel({
      moments: [
        { update: 1, ends: [6] },
        { update, ends },
      ],
    });
  it.each<[BoundaryPanel[], string]>([
    [[], 'panels'],
    [[panel({ values: [] })], 'panels[0].values'],
    [[panel({ values: [1, 2, 3, 4, 5, Number.POSITIVE_INFINITY] })], 'panels[0].values[5]'],
    [[panel({ moments: [] })], 'panels[0].moments'],
    [[panel({ events: [2, 7] })], 'panels[0].events[1]'],
    [[panel({ events: [Number.NaN] })], 'panels[0].events[0]'],
    [[cut([6], 1)], 'panels[0].moments[1].update'],
    [[cut([6], 1.5)], 'panels[0].moments[1].update'],
    [[cut([2, 4])], 'panels[0].moments[1].ends'],
    [[cut([2, 2, 6])], 'panels[0].moments[1].ends'],
    [[cut([2, 7])], 'panels[0].moments[1].ends'],
    [[cut([])], 'panels[0].moments[1].ends'],
  ])('refuses what cannot be drawn (%#)', (panels, argument) => {
    expect(() => boundaryChart({ panels })).toThrow(
      expect.objectContaining({ code: 'CHART_DATA_INVALID', argument }),
    );
  });

  it('does not write to its data', () => {
    const data = { panels: [panel({ events: [1] })] };
    boundaryChart(data);
    expect(data).toEqual({ panels: [panel({ events: [1] })] });
  });
});
