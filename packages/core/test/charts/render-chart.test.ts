import type { TopLevelSpec } from 'vega-lite';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { forecastChart, renderPng, renderSvg } from '../../src/charts/index.js';
import { births, birthsForecast } from './births.js';

const birthsChart = forecastChart({
  title: 'Daily births',
  panels: [
    {
      unit: 'births per day',
      history: births(0, 200),
      forecasts: [{ forecaster: 'naive', points: birthsForecast(200, 14) }],
    },
  ],
});

/** A small chart; `changes` take the place of its parts. */
function bars(changes: object = {}): TopLevelSpec {
  return {
    data: {
      values: [
        { name: 'a', value: 1 },
        { name: 'b', value: 2 },
      ],
    },
    mark: 'bar',
    encoding: { x: { field: 'name', type: 'nominal' }, y: { field: 'value', type: 'quantitative' } },
    ...changes,
  };
}

const silent = { onWarning: () => undefined };

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('rendering', () => {
  it('gives the same bytes for the same specification, also side by side and in every time zone', async () => {
    const first = await renderSvg(birthsChart);
    vi.stubEnv('TZ', 'Pacific/Auckland');
    const [second, other, third] = await Promise.all([
      renderSvg(birthsChart),
      renderSvg(bars()),
      renderSvg(birthsChart),
    ]);
    expect(second).toBe(first);
    expect(third).toBe(first);
    expect(other).not.toBe(first);
    expect(await renderPng(birthsChart)).toEqual(await renderPng(birthsChart));
  });

  it('draws a PNG of the size of the SVG times the scale', async () => {
    const size = async (scale: number) => {
      const png = Buffer.from(await renderPng(bars({ width: 100, height: 50 }), { scale }));
      expect(png.subarray(1, 4).toString()).toBe('PNG');
      return [png.readUInt32BE(16), png.readUInt32BE(20)];
    };
    const [width, height] = await size(1);
    expect(await size(3)).toEqual([3 * width, 3 * height]);
  });

  it('draws every font as the one it ships with, never one of the machine', async () => {
    const fonts = ['sans-serif', 'Liberation Sans', 'DejaVu Serif', 'monospace'];
    const drawn = await Promise.all(fonts.map((font) => renderPng(bars({ config: { font } }))));
    for (const png of drawn) expect(png).toEqual(drawn[0]);
  });

  it('really draws text', async () => {
    const labelled = await renderPng(bars());
    const bare = await renderPng(bars({ config: { axis: { labelOpacity: 0, titleOpacity: 0 } } }));
    expect(labelled).not.toEqual(bare);
  });

  it('lays text out by its real width', async () => {
    const width = async (name: string) => {
      const svg = await renderSvg(
        bars({
          data: { values: [{ name, value: 1 }] },
          encoding: { y: { field: 'name', type: 'nominal' } },
          width: 50,
        }),
      );
      return Number(/width="([\d.]+)"/.exec(svg)?.[1]);
    };
    // A guess by the number of characters would make these equal.
    expect(await width('WWWWWWWW')).toBeGreaterThan((await width('iiiiiiii')) + 50);
  });

  it('leaves out of a still image what only serves the pointer', async () => {
    const svg = await renderSvg(birthsChart);
    expect(svg).not.toContain('interaction');
    expect(svg).not.toContain('voronoi');
  });

  it('does not change the specification', async () => {
    const before = structuredClone(birthsChart);
    await renderSvg(birthsChart);
    await renderPng(birthsChart, { scale: 1 });
    expect(birthsChart).toEqual(before);
  });

  it('draws where code may not be made from strings', async () => {
    const forbidden = vi.spyOn(globalThis, 'Function').mockImplementation(() => {
      throw new Error('code from a string');
    });
    await renderSvg(bars({ transform: [{ calculate: 'datum.value * 2 + 1', as: 'value' }] }));
    expect(forbidden).not.toHaveBeenCalled();
  });
});

describe('what goes wrong', () => {
  const broken: [string, TopLevelSpec, string][] = [
    [
      'an expression that cannot be parsed',
      bars({ transform: [{ calculate: 'datum.value +', as: 'value' }] }),
      'Unexpected end of input',
    ],
    ['data from a server', bars({ data: { url: 'https://example.org/data.json' } }), 'charts load nothing'],
    ['data from a file', bars({ data: { url: 'file:///etc/passwd' } }), 'charts load nothing'],
    [
      'an image from a server',
      bars({ mark: { type: 'image', url: 'https://example.org/a.png', width: 5, height: 5 } }),
      'charts load nothing',
    ],
    ['a link', bars({ mark: { type: 'bar', href: 'https://example.org' } }), 'charts load nothing'],
  ];

  it.each(broken)('refuses %s, with the cause', async (_, spec, found) => {
    for (const render of [renderSvg, renderPng]) {
      const failure = await render(spec, silent).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(failure).toMatchObject({
        name: 'TesseraError',
        code: 'CHART_FAILED',
        found: expect.stringContaining(found),
      });
      expect(failure).toHaveProperty('cause');
    }
  });

  it('draws the next chart after one that failed', async () => {
    const [failed, drawn] = await Promise.allSettled([renderSvg(broken[0][1]), renderSvg(bars())]);
    expect(failed.status).toBe('rejected');
    expect(drawn.status).toBe('fulfilled');
  });

  it('passes warnings on', async () => {
    const odd = bars({
      mark: 'point',
      encoding: { x: { field: 'value', type: 'quantitative' }, size: { field: 'name', type: 'nominal' } },
    });
    const warnings: string[] = [];
    await renderSvg(odd, { onWarning: (warning) => warnings.push(warning) });
    expect(warnings).toEqual([
      expect.stringContaining('size should not be used with an unsorted discrete field'),
    ]);
    const emitted = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    await renderSvg(odd);
    expect(emitted).toHaveBeenCalledWith(warnings[0], 'ChartWarning');
  });

  it('warns of characters that the font cannot draw', async () => {
    const warnings: string[] = [];
    await renderPng(bars({ title: 'Geburten 日本' }), { onWarning: (warning) => warnings.push(warning) });
    expect(warnings).toEqual(['the chart font lacks 日 本: they are drawn as boxes']);
  });

  it.each([0, 9, Number.NaN])('refuses a scale of %s', async (scale) => {
    await expect(renderPng(bars(), { scale })).rejects.toMatchObject({ code: 'OPTIONS_INVALID' });
  });
});
