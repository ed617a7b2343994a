import { describe, expect, it } from 'vitest';
import {
  type ForecastChartData,
  type ForecastChartOptions,
  type ForecastPanel,
  forecastChart,
  renderSvg,
} from '../../src/charts/index.js';
import { births, birthsForecast, day, dayAt } from './births.js';

const gapDays = [610, 611, 612, 640, 642];

function panel(changes: Partial<ForecastPanel> = {}): ForecastPanel {
  return {
    unit: 'births per day',
    history: births(0, 700, gapDays),
    forecasts: [{ forecaster: 'seasonal-naive', points: birthsForecast(700, 28) }],
    ...changes,
  };
}

function chart(changes: Partial<ForecastPanel> = {}, options: ForecastChartOptions = {}) {
  return forecastChart({ title: 'Daily births', panels: [panel(changes)] }, options);
}

async function draw(data: ForecastChartData, options: ForecastChartOptions = {}): Promise<string> {
  const warnings: string[] = [];
  const svg = await renderSvg(forecastChart(data, options), {
    onWarning: (warning) => warnings.push(warning),
  });
  expect(warnings).toEqual([]);
  return svg;
}

/** Rows of the only series, as plain data. */
function rowsOf(spec: unknown): Record<string, unknown>[] {
  const { datasets } = JSON.parse(JSON.stringify(spec));
  return datasets.series_0;
}

/** Texts drawn in an SVG. */
const textsOf = (svg: string) => [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map((match) => match[1]);

/** The path of the mark with that layer name. */
function pathOf(svg: string, layer: string): string {
  const group = svg.slice(svg.indexOf(`${layer}_marks`));
  return /<path[^>]* d="([^"]*)"/.exec(group)?.[1] ?? '';
}

describe('forecastChart', () => {
  it('shows the last four horizons of history, but at least 120 steps', () => {
    const history = (spec: unknown) => rowsOf(spec).filter((row) => 'history' in row);
    expect(history(chart())).toHaveLength(120);
    const long = { forecasts: [{ forecaster: 'theta', points: birthsForecast(700, 50) }] };
    expect(history(chart(long))).toHaveLength(200);
    expect(history(chart({}, { historySteps: 30 }))).toHaveLength(30);
    expect(history(chart({ history: births(690, 700) }))).toHaveLength(10);
  });

  it('keeps gaps as gaps: missing is neither zero nor bridged', async () => {
    const rows = rowsOf(chart());
    expect(rows.filter((row) => row.history === null).map((row) => row.time)).toEqual(gapDays.map(dayAt));
    const path = pathOf(await draw({ panels: [panel()] }), 'history_0');
    // 580 to 609, 613 to 639, the lone day 641, and 643 to 699.
    expect(path.split('M').filter((part) => part !== '')).toHaveLength(4);
    const counts = path
      .split('M')
      .slice(1)
      .map((part) => part.split('L').length);
    expect(counts).toEqual([30, 27, 1, 57]);
  });

  it('marks an observation between two gaps, which no line can show', () => {
    const alone = rowsOf(chart()).filter((row) => row.alone === true);
    expect(alone.map((row) => row.time)).toEqual([dayAt(641)]);
  });

  it('names the lines, both intervals and the unit', async () => {
    const svg = await draw({ title: 'Daily births', panels: [panel({ truth: births(700, 728) })] });
    const expected = [
      'history',
      'actual',
      'seasonal-naive',
      '80 % interval',
      '95 % interval',
      'births per day',
    ];
    expect(textsOf(svg)).toEqual(expect.arrayContaining([...expected, 'Daily births']));
    expect(textsOf(svg)).toContain(
      'Forecast origin 1988-11-30, horizon 28 steps, last 120 of 700 steps of history shown',
    );
  });

  it('titles a single panel by the chart and the series', async () => {
    const svg = await draw({ title: 'Births', panels: [panel({ name: 'Texas' })] });
    expect(textsOf(svg)).toContain('Births: Texas');
  });

  it('puts the rule on the last step of the history', () => {
    const spec = JSON.parse(JSON.stringify(chart()));
    const rules = spec.layer.filter((layer: { data?: { values: unknown[] } }) =>
      layer.data?.values.some((row) => Object.is(Reflect.get(Object(row), 'time'), dayAt(699))),
    );
    expect(rules).toHaveLength(1);
    expect(rules[0].mark.type).toBe('rule');
  });

  it('puts every number of the forecast in the row of its time', () => {
    const rows = rowsOf(chart());
    const [first] = birthsForecast(700, 28);
    expect(rows.find((row) => row.time === first.time)).toEqual({
      time: first.time,
      f0: first.point,
      f0_lower_80: first.intervals?.[0].lower,
      f0_upper_80: first.intervals?.[0].upper,
      f0_lower_95: first.intervals?.[1].lower,
      f0_upper_95: first.intervals?.[1].upper,
    });
  });

  it('gives each forecaster a panel of the same scale, or all of them one', async () => {
    const forecasts = ['naive', 'theta', 'mstl'].map((forecaster, index) => ({
      forecaster,
      points: birthsForecast(700, 28, 300 * index),
    }));
    const apart = JSON.parse(JSON.stringify(chart({ forecasts })));
    expect(apart.vconcat.map((view: { title: { text: string } }) => view.title.text)).toEqual([
      'naive',
      'theta',
      'mstl',
    ]);
    const domains = new Set(JSON.stringify(apart).match(/"domain":\[\d[^\]]*\]/g));
    expect(domains.size).toBe(1);
    expect(chart({ forecasts }, { layout: 'overlay' })).not.toHaveProperty('vconcat');
    await draw({ panels: [panel({ forecasts })] }, { layout: 'overlay' });
    await draw({ panels: [panel({ forecasts })] }, { layout: 'panels' });
  });

  it('gives each series a panel with its own unit', async () => {
    const svg = await draw({
      panels: [panel({ name: 'births' }), panel({ name: 'temperature', unit: '°C' })],
    });
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['births', 'temperature', 'births per day', '°C']));
  });

  it('draws series whose origins differ on their own time axes', async () => {
    const later = panel({
      name: 'later',
      history: births(0, 650),
      forecasts: [{ forecaster: 'theta', points: birthsForecast(650, 28) }],
    });
    const spec = forecastChart({ panels: [panel({ name: 'births' }), later] });
    expect(spec).toMatchObject({ resolve: { scale: { x: 'independent' } } });
    await draw({ panels: [panel({ name: 'births' }), later] });
  });

  it('draws a horizon of one step as a bar, which has no length to be an area', async () => {
    const one = panel({ forecasts: [{ forecaster: 'naive', points: birthsForecast(700, 1) }] });
    const svg = await draw({ panels: [one] });
    expect(svg).toContain('stroke-width="9"');
    expect(svg).not.toMatch(/mark-area/);
  });

  it.each([
    ['no forecast', { forecasts: [] }],
    ['no history', { history: [] }],
    [
      'no intervals',
      {
        forecasts: [
          {
            forecaster: 'naive',
            points: [
              { time: dayAt(700), point: 1 },
              { time: dayAt(701), point: 2 },
            ],
          },
        ],
      },
    ],
    ['a history that is all missing', { history: births(0, 30).map(({ time }) => ({ time, value: null })) }],
    ['a constant series', { history: births(0, 30).map(({ time }) => ({ time, value: 5 })), forecasts: [] }],
    ['one point', { history: births(0, 1), forecasts: [] }],
    [
      'a missing step in a forecast',
      {
        forecasts: [
          {
            forecaster: 'naive',
            points: birthsForecast(700, 9).map((step, i) =>
              i === 4 ? { time: step.time, point: null } : step,
            ),
          },
        ],
      },
    ],
  ])('draws %s without a warning', async (_, changes) => {
    expect(await draw({ panels: [panel(changes)] })).toContain('<svg');
  });

  it('names months, days or minutes by what the times differ in', () => {
    const months = Array.from({ length: 12 }, (_, i) => ({ time: Date.UTC(2000, i), value: i }));
    const minutes = Array.from({ length: 12 }, (_, i) => ({ time: Date.UTC(2000, 0, 1, 0, i), value: i }));
    expect(JSON.stringify(chart({ history: months, forecasts: [] }))).toContain("'%b %Y'");
    expect(JSON.stringify(chart())).toContain("'%a %-d %b %Y'");
    expect(JSON.stringify(chart({ history: minutes, forecasts: [] }))).toContain("'%a %-d %b %Y %H:%M'");
  });

  it('thins a long history', () => {
    const spec = chart({ history: births(0, 20_000) }, { historySteps: 20_000, maxPoints: 500 });
    expect(rowsOf(spec).filter((row) => 'history' in row).length).toBeLessThanOrEqual(500);
  });

  it('describes itself for readers who do not see it', () => {
    expect(chart().description).toBe(
      'Daily births. One series in births per day: 120 steps of history to 1988-11-30, with gaps; ' +
        '28 steps forecast by seasonal-naive with 80 % and 95 % intervals, from 10030 to 9972.',
    );
  });

  it('keeps a forecaster apart from the history even where it has that name', () => {
    const spec = JSON.stringify(
      chart({ forecasts: [{ forecaster: 'history', points: birthsForecast(700, 3) }] }),
    );
    expect(spec).toContain('"domain":["history (observed)","history"]');
  });

  it('draws names that are properties of every object', async () => {
    const forecasts = ['constructor', 'theta'].map((forecaster) => ({
      forecaster,
      points: birthsForecast(700, 3),
    }));
    const svg = await draw({
      title: 'toString',
      panels: [panel({ unit: 'hasOwnProperty', forecasts }), panel({ name: 'valueOf', forecasts: [] })],
    });
    expect(textsOf(svg)).toEqual(
      expect.arrayContaining(['toString', 'theta', 'hasOwnProperty', 'constructor', 'valueOf']),
    );
  });

  it('does not change what it is given', () => {
    const data = { title: 'Daily births', panels: [panel()] };
    const before = structuredClone(data);
    forecastChart(data);
    expect(data).toEqual(before);
  });

  it.each<[string, Partial<ForecastPanel>, string]>([
    [
      'unsorted history',
      { history: [births(1, 2)[0], births(0, 1)[0]] },
      `CHART_DATA_INVALID: panels[0].history[1].time: expected times in milliseconds, ascending, each once, found ${dayAt(0)}. Sort the points by time.`,
    ],
    [
      'a forecaster twice',
      {
        forecasts: [
          { forecaster: 'a', points: [] },
          { forecaster: 'a', points: [] },
        ],
      },
      'CHART_DATA_INVALID: panels[0].forecasts[1].forecaster: expected distinct forecasters in a panel, found "a" twice. Rename one of them.',
    ],
    [
      'an infinite value',
      { history: [{ time: 0, value: Number.POSITIVE_INFINITY }] },
      'CHART_DATA_INVALID: panels[0].history[0].value: expected a finite number or null, found Infinity. Mark what cannot be drawn with null.',
    ],
    [
      'bounds upside down',
      {
        forecasts: [
          {
            forecaster: 'a',
            points: [{ time: day, point: 1, intervals: [{ level: 80, lower: 2, upper: 1 }] }],
          },
        ],
      },
      'CHART_DATA_INVALID: panels[0].forecasts[0].points[0].intervals of 80 %: expected lower not above upper, found 2 and 1. Swap or recompute the bounds.',
    ],
    [
      'a level as a share',
      {
        forecasts: [
          {
            forecaster: 'a',
            points: [{ time: day, point: 1, intervals: [{ level: 100, lower: 1, upper: 2 }] }],
          },
        ],
      },
      'CHART_DATA_INVALID: panels[0].forecasts[0].points[0].intervals.level: expected a level in percent between 0 and 100, found 100. Give 80 for 80 %.',
    ],
    [
      'nothing at all',
      { history: [], forecasts: [{ forecaster: 'a', points: [] }] },
      'CHART_DATA_INVALID: panels[0].history and .forecasts: expected at least one entry, found none. Give what should be drawn.',
    ],
  ])('refuses %s', (_, changes, message) => {
    expect(() => chart(changes)).toThrow(message);
  });

  it('keeps its resolved options', () => {
    expect(chart({}, { historySteps: 30 }).usermeta).toMatchObject({
      chart: 'forecastChart',
      options: { width: 680, historySteps: 30, maxPoints: 3000, layout: 'panels' },
    });
  });

  it('refuses no panels and options it does not know', () => {
    expect(() => forecastChart({ panels: [] })).toThrow(
      'CHART_DATA_INVALID: panels: expected at least one entry',
    );
    expect(() => chart({}, { width: 3 })).toThrow(
      'OPTIONS_INVALID: forecastChart options.width: expected at least 100, found 3.',
    );
  });
});
