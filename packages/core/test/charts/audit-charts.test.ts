import { describe, expect, it } from 'vitest';
import {
  missingnessStrip,
  renderSvg,
  type SeriesAuditData,
  seriesAuditChart,
  survivalHeatmap,
} from '../../src/charts/index.js';

const day = 86_400_000;
const times = Array.from({ length: 40 }, (_, step) => step * day);
const data: SeriesAuditData = {
  title: 'births',
  unit: 'births per day',
  raw: {
    times,
    values: times.map((_, step) => ([9, 11].includes(step) ? null : step === 25 ? 30 : step % 7)),
  },
  surviving: { times, values: times.map(() => 3) },
  boundaries: [8 * day, 16 * day, 24 * day],
  bands: [
    { from: 25 * day, to: 25 * day, severity: 'error', label: 'spike erased' },
    { from: 9 * day, to: 11 * day, severity: 'warning', label: 'gap merged' },
  ],
  missing: [
    { from: 9 * day, to: 10 * day, share: 1 },
    { from: 11 * day, to: 12 * day, share: 1 },
  ],
};

/** Warnings while drawing, and the picture. */
async function drawn(spec: Parameters<typeof renderSvg>[0]): Promise<{ svg: string; warnings: string[] }> {
  const warnings: string[] = [];
  return { svg: await renderSvg(spec, { onWarning: (warning) => warnings.push(warning) }), warnings };
}

describe('the chart of a raw series against what survives', () => {
  it('draws both lines, rules, bands with signs of their own, gaps and lone values', async () => {
    const { svg, warnings } = await drawn(seriesAuditChart(data));
    expect(warnings).toEqual([]);
    for (const text of ['raw', 'surviving', 'error', 'warning', 'births per day'])
      expect(svg).toContain(`>${text}<`);
    const marks = (kind: string) => svg.split(`class="mark-${kind} role-mark`).length - 1;
    // Two lines; bands of two severities and the missing strip; boundaries; signs and a lone value.
    expect(marks('line')).toBe(2);
    expect(marks('rect')).toBe(3);
    expect(marks('rule')).toBe(1);
    expect(marks('symbol')).toBe(2);
    expect(seriesAuditChart(data).description).toContain('3 patch boundaries, 1 error, 1 warning');
  });

  it('draws a series alone, one step, and nothing but missing values', async () => {
    const alone = { raw: data.raw, boundaries: [], bands: [], missing: [] };
    for (const given of [
      alone,
      { ...alone, raw: { times: [5], values: [1] } },
      { ...alone, raw: { times, values: times.map(() => Number.NaN) } },
    ]) {
      const { svg, warnings } = await drawn(seriesAuditChart(given));
      expect(warnings).toEqual([]);
      expect(svg).toContain('<svg');
      expect(svg).not.toContain('>surviving<');
    }
  });

  it('changes nothing that it is given', () => {
    const before = structuredClone(data);
    seriesAuditChart(data);
    expect(data).toEqual(before);
  });

  it.each([
    [{ raw: { times: [], values: [] } }, 'raw.times'],
    [{ raw: { times: [1, 2], values: [1] } }, 'raw.values'],
    [{ raw: { times: [2, 1], values: [1, 1] } }, 'raw.times[1].time'],
    [{ surviving: { times: [1], values: [Number.POSITIVE_INFINITY] } }, 'surviving.values[0]'],
  ])('refuses what it cannot draw: %j', (part, argument) => {
    expect(() => seriesAuditChart({ ...data, ...part })).toThrowError(
      expect.objectContaining({ code: 'CHART_DATA_INVALID', argument }),
    );
  });
});

describe('the strip of missing values', () => {
  it('has a row per channel, also where nothing is missing', async () => {
    const rows = [
      { channel: 'constructor', missing: data.missing },
      { channel: 'visits', missing: [] },
    ];
    const { svg, warnings } = await drawn(missingnessStrip(rows, [0, 39 * day], { title: 'Missing' }));
    expect(warnings).toEqual([]);
    expect(svg).toContain('>constructor<');
    expect(svg).toContain('>visits<');
  });
});

describe('the heatmap of survival', () => {
  const cells = [4, 16].flatMap((patchSize) => [
    { structure: 'spike', patchSize, ratio: 1 / Math.sqrt(patchSize), count: 3 },
    { structure: 'gap', patchSize, ratio: patchSize === 4 ? 1.2 : null, count: 0 },
  ]);

  it('writes the ratio into every cell, a dash where there is none', async () => {
    const { svg, warnings } = await drawn(survivalHeatmap(cells));
    expect(warnings).toEqual([]);
    for (const text of ['0.50', '0.25', '1.20', '–', 'spike', 'gap']) expect(svg).toContain(`>${text}<`);
    expect(survivalHeatmap(cells).description).toContain('spike: 0.50 at 4 steps, 0.25 at 16 steps');
  });

  it.each([
    [[], 'cells'],
    [[cells[0], cells[0]], 'cells[1].patchSize'],
    [[{ ...cells[0], patchSize: 0 }], 'cells[0].patchSize'],
    [[{ ...cells[0], ratio: Number.POSITIVE_INFINITY }], 'cells[0].ratio'],
  ])('refuses what it cannot draw: %j', (given, argument) => {
    expect(() => survivalHeatmap(given)).toThrowError(
      expect.objectContaining({ code: 'CHART_DATA_INVALID', argument }),
    );
  });
});
