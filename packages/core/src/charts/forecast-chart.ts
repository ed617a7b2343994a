/**
 * History, forecast and what came: one panel per series, or per series and forecaster. Every forecaster has a line and
 * nested interval bands; a rule marks the forecast origin; gaps stay gaps. The result is a Vega-Lite specification with
 * its data inside, which any Vega-Lite 6 can draw.
 */
import type { TopLevelSpec } from 'vega-lite';
import { z } from 'zod';
import { parseOptions } from '../options/parse-options.js';
import { checkNotEmpty, type ForecastChartData, type ForecastPanel } from './chart-data.js';
import {
  chartConfig,
  decimalsFor,
  legendColumns,
  legendWidth,
  numberFormat,
  panelTitle,
  schema,
  titleOf,
} from './chart-theme.js';
import { describeForecast, describeOrigin, timeFormat } from './forecast-description.js';
import { type ForecastLegend, panelLayers, zoomView } from './forecast-layers.js';
import { type ForecastTable, forecastTable } from './forecast-table.js';
import { zoomParam } from './interaction.js';

const whole = (least: number) => z.number('a number').int('a whole number').min(least, `at least ${least}`);

const forecastChartOptions = z.strictObject({
  /** Width of the plot in pixels. */
  width: whole(100).default(680),
  /** Height of each plot; by default 300 for one panel and 170 for several. */
  height: whole(40).optional(),
  /** Steps of history shown; by default four horizons, at least 120. */
  historySteps: whole(1).optional(),
  /** Where a history has more points, it is thinned. */
  maxPoints: whole(9).default(3000),
  /** `overlay`: all forecasters of a series in one panel; `panels`: one panel each. Default `panels`. */
  layout: z.enum(['overlay', 'panels'], 'overlay or panels').default('panels'),
});

export type ForecastChartOptions = Readonly<z.input<typeof forecastChartOptions>>;

/**
 * A chart of forecasts with their history.
 *
 * ```
 * panels -> tables (history window, thinning) -> layers per panel -> one specification
 * ```
 *
 * @throws TesseraError CHART_DATA_INVALID, OPTIONS_INVALID
 */
export function forecastChart(data: ForecastChartData, options: ForecastChartOptions = {}): TopLevelSpec {
  const resolved = parseOptions(forecastChartOptions, options, 'forecastChart');
  checkNotEmpty(data.panels, 'panels');
  const tables = data.panels.map((panel, index) =>
    forecastTable(panel, `panels[${index}]`, resolved.historySteps, resolved.maxPoints),
  );
  const most = Math.max(...data.panels.map((panel) => panel.forecasts.length));
  const apart = resolved.layout === 'panels' && most > 1;
  const plots = data.panels.flatMap((panel, index) => plotsOf(panel, tables[index], index, apart));
  const legend = forecastLegend(data.panels, tables, resolved.width);
  const height = resolved.height ?? (plots.length === 1 ? 300 : 170);
  const sharedTime = new Set(tables.map(({ origin }) => origin)).size === 1;
  const allTimes = timesOf(tables);

  const views = plots.map((plot, index) => ({
    data: { name: `series_${plot.table}` },
    width: resolved.width,
    height,
    layer: panelLayers({
      index,
      table: tables[plot.table],
      lines: plot.lines,
      unit: data.panels[plot.table].unit ?? '',
      legend,
      hasTruth: data.panels[plot.table].truth !== undefined,
      timeFormat: timeFormat(allTimes),
      times: timeDomain(sharedTime ? allTimes : timesOf([tables[plot.table]])),
      format: numberFormat(decimalsFor(tables[plot.table].extent ?? [])),
      lowest: index === plots.length - 1 || !sharedTime,
      ownZoom: !sharedTime,
    }),
  }));
  const names = plots.length === 1 ? [data.title, plots[0].title] : [data.title];
  const heading = names.filter((name) => name !== undefined && name !== '').join(': ');
  const title = titleOf(heading, data.subtitle ?? describeOrigin(tables), resolved.width);
  const top = {
    $schema: schema,
    usermeta: { chart: 'forecastChart', options: resolved },
    description: describeForecast(data, tables),
    ...(title === undefined ? {} : { title }),
    ...(sharedTime
      ? { params: [{ ...zoomParam('zoom'), views: views.map((_, index) => zoomView(index)) }] }
      : {}),
    config: chartConfig(legend.stacked),
    datasets: Object.fromEntries(tables.map(({ rows }, index) => [`series_${index}`, [...rows]])),
  };
  if (views.length === 1) return { ...top, ...views[0] };
  return {
    ...top,
    vconcat: views.map((view, index) => ({ ...panelTitle(plots[index].title), ...view })),
    spacing: 14,
    resolve: { scale: { x: sharedTime ? 'shared' : 'independent' } },
  };
}

function timesOf(tables: readonly ForecastTable[]): number[] {
  return tables.flatMap(({ rows }) => rows.map(({ time }) => Number(time)));
}

/** From the first to the last time with a little room, so that what stands at the ends is not cut. */
function timeDomain(times: readonly number[]): readonly [number, number] {
  const [first, last] = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))];
  const room = first === last ? 1 : (last - first) / 80;
  return [first - room / 3, last + room];
}

interface Plot {
  readonly table: number;
  readonly title: string;
  readonly lines: ForecastTable['lines'];
}

function plotsOf(panel: ForecastPanel, table: ForecastTable, index: number, apart: boolean): Plot[] {
  const name = panel.name ?? '';
  if (!apart || table.lines.length === 0) return [{ table: index, title: name, lines: table.lines }];
  return table.lines.map((line) => ({
    table: index,
    title: name === '' ? line.forecaster : `${name}: ${line.forecaster}`,
    lines: [line],
  }));
}

function forecastLegend(
  panels: readonly ForecastPanel[],
  tables: readonly ForecastTable[],
  width: number,
): ForecastLegend {
  const forecasters = [...new Set(tables.flatMap(({ lines }) => lines.map((line) => line.forecaster)))];
  const distinct = (label: string): string =>
    forecasters.includes(label) ? distinct(`${label} (observed)`) : label;
  const levels = [
    ...new Set(tables.flatMap(({ lines }) => lines.flatMap(({ bands }) => bands.map(({ level }) => level)))),
  ];
  const labels = [
    distinct('history'),
    ...(panels.some(({ truth }) => truth !== undefined) ? [distinct('actual')] : []),
    ...forecasters,
  ];
  return {
    history: distinct('history'),
    truth: distinct('actual'),
    labels,
    forecasters,
    levels: levels.sort((a, b) => b - a),
    columns: legendColumns(labels, width),
    stacked: legendWidth([...labels, ...levels.map((level) => `${level} % interval`)]) > width,
  };
}
