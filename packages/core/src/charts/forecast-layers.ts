/**
 * The layers of one panel of a forecast chart, from back to front: interval bands, the rule at the origin, what was
 * observed, the forecasts, and the reading under the pointer. Zooming moves time only; the y axis keeps its range.
 */
import { dashOf, hueOf, ink, quiet } from './chart-theme.js';
import type { ForecastTable, LineFields } from './forecast-table.js';
import {
  intervalReading,
  numberReading,
  pointedRow,
  type Reading,
  readingLayer,
  zoomParam,
} from './interaction.js';
import { labelText } from './label-text.js';
import type { Layer, XPosition, YPosition } from './layer.js';
import { timePosition } from './time-position.js';

export interface ForecastLegend {
  readonly history: string;
  readonly truth: string;
  /** Every label of a line, in the order of the legend. */
  readonly labels: readonly string[];
  readonly forecasters: readonly string[];
  /** Levels in percent, from the widest. */
  readonly levels: readonly number[];
  readonly columns: number;
  /** Whether the legend of bands stands below that of lines, for want of width. */
  readonly stacked: boolean;
}

export interface PanelOptions {
  readonly index: number;
  readonly table: ForecastTable;
  readonly lines: readonly LineFields[];
  readonly unit: string;
  readonly legend: ForecastLegend;
  readonly hasTruth: boolean;
  readonly timeFormat: string;
  /** First and last moment of the axis. */
  readonly times: readonly [number, number];
  readonly format: string;
  /** Whether this panel carries the labels of time. */
  readonly lowest: boolean;
  /** Whether this panel is moved and zoomed apart from the others. */
  readonly ownZoom: boolean;
}

/** A forecast of one step has no length to draw a line or an area along. */
const barWidth = 9;

/** Long enough to show a dash pattern. */
const legendSymbolSize = 450;
/** A flat swatch, as an SVG path in a box from -1 to 1. */
const bandSymbol = 'M-1,-0.5H1V0.5H-1Z';

/** Name of the layer of a panel that zooming listens to. */
export function zoomView(index: number): string {
  return `history_${index}`;
}

export function panelLayers(options: PanelOptions): Layer[] {
  const { table, lines, legend, index } = options;
  return [
    ...lines.flatMap((line) => bandLayers(line, options)),
    ...(table.origin === undefined ? [] : [originLayer(table.origin, options)]),
    ...(table.shown === 0 ? [] : historyLayers(options)),
    ...(options.hasTruth ? [truthLayer(options)] : []),
    ...lines.map((line) => forecastLayer(line, options)),
    ...(index === 0 && legend.levels.length > 0 ? [bandLegend(legend)] : []),
    readingLayer(`reading_${index}`, { field: 'time', type: 'temporal' }, readings(options)),
  ];
}

function timeAxis({ lowest, times }: PanelOptions): XPosition {
  return timePosition('time', times, lowest);
}

function valueAxis(field: string, { table, unit }: PanelOptions): YPosition {
  return {
    field,
    type: 'quantitative',
    title: unit === '' ? null : labelText(unit),
    scale: { zero: false, nice: true, ...(table.extent === undefined ? {} : { domain: [...table.extent] }) },
    axis: { tickCount: { expr: 'max(3, height / 38)' } },
  } as const;
}

/** The colour of a line by its label, with the legend of all lines. */
function lineColor(label: string, { labels, forecasters, columns }: ForecastLegend) {
  const range = labels.map((each) => colorOf(each, forecasters));
  return {
    datum: labelText(label),
    scale: { domain: labels.map(labelText), range },
    legend: { symbolType: 'stroke', symbolSize: legendSymbolSize, columns },
  } as const;
}

function lineDash(label: string, { labels, forecasters, truth }: ForecastLegend) {
  const range = labels.map((each) => {
    const place = forecasters.indexOf(each);
    return place >= 0 ? dashOf(place) : each === truth ? [1, 2] : [1, 0];
  });
  return { datum: labelText(label), scale: { domain: labels.map(labelText), range } } as const;
}

function colorOf(label: string, forecasters: readonly string[]): string {
  const place = forecasters.indexOf(label);
  return place < 0 ? ink : hueOf(place);
}

/** How dark a band looks where it lies on all wider ones: from the widest, evenly darker. */
function shades(levels: readonly number[]): number[] {
  return levels.map((_, place) => 0.16 + (levels.length === 1 ? 0.06 : (0.26 * place) / (levels.length - 1)));
}

function bandLayers(line: LineFields, options: PanelOptions): Layer[] {
  const { legend } = options;
  const dark = shades(legend.levels).map((shade) => (options.lines.length > 1 ? shade * 0.6 : shade));
  const color = hueOf(legend.forecasters.indexOf(line.forecaster));
  let below = 0;
  return line.bands.map(({ level, lower, upper }) => {
    // Bands lie on one another: each adds what its shade lacks over the one below.
    const shade = dark[legend.levels.indexOf(level)];
    const opacity = 1 - (1 - shade) / (1 - below);
    below = shade;
    const y2 = { field: upper };
    const common = { aria: false, clip: true, opacity: 1 } as const;
    const encoding = { x: timeAxis(options), y: valueAxis(lower, options), y2 };
    if (line.horizon > 1) {
      return { mark: { type: 'area', color, fillOpacity: opacity, ...common }, encoding };
    }
    return {
      mark: { type: 'rule', color, strokeOpacity: opacity, strokeWidth: barWidth, ...common },
      encoding,
    };
  });
}

/** A layer that draws nothing and brings the legend of the bands. */
function bandLegend({ levels, forecasters }: ForecastLegend): Layer {
  const domain = [...levels].reverse().map((level) => `${level} % interval`);
  return {
    data: { values: domain.map((interval) => ({ interval })) },
    // The legend takes its colour from the mark.
    mark: { type: 'square', size: 0, aria: false, color: forecasters.length === 1 ? hueOf(0) : quiet },
    encoding: {
      opacity: {
        field: 'interval',
        type: 'ordinal',
        scale: { type: 'ordinal', domain, range: shades(levels).reverse() },
        legend: {
          symbolType: bandSymbol,
          symbolSize: legendSymbolSize,
          symbolStrokeWidth: 0,
        },
      },
    },
  };
}

function originLayer(origin: number, options: PanelOptions): Layer {
  return {
    data: { values: [{ time: origin }] },
    mark: { type: 'rule', color: quiet, strokeDash: [4, 3], strokeWidth: 1, aria: false, clip: true },
    encoding: { x: timeAxis(options) },
  };
}

function historyLayers(options: PanelOptions): Layer[] {
  const encoding = { x: timeAxis(options), y: valueAxis('history', options) };
  const label = options.legend.history;
  const history: Layer = {
    name: zoomView(options.index),
    ...(options.ownZoom ? { params: [zoomParam(`zoom_${options.index}`)] } : {}),
    transform: [{ filter: 'isDefined(datum.history)' }],
    mark: {
      type: 'line',
      strokeWidth: 1.3,
      invalid: 'break-paths-show-domains',
      clip: true,
      strokeJoin: 'round',
    },
    encoding: {
      ...encoding,
      color: lineColor(label, options.legend),
      strokeDash: lineDash(label, options.legend),
    },
  };
  if (!options.table.rows.some(({ alone }) => alone === true)) return [history];
  const alone: Layer = {
    transform: [{ filter: 'datum.alone' }],
    mark: { type: 'point', filled: true, size: 12, color: ink, opacity: 1, aria: false, clip: true },
    encoding,
  };
  return [history, alone];
}

function truthLayer(options: PanelOptions): Layer {
  const label = options.legend.truth;
  return {
    transform: [{ filter: 'isDefined(datum.truth)' }],
    mark: {
      type: 'line',
      strokeWidth: 1.3,
      point: { filled: true, size: 14, color: ink, opacity: 1 },
      invalid: 'break-paths-show-domains',
      clip: true,
    },
    encoding: {
      x: timeAxis(options),
      y: valueAxis('truth', options),
      color: lineColor(label, options.legend),
      strokeDash: lineDash(label, options.legend),
    },
  };
}

function forecastLayer({ forecaster, point, horizon }: LineFields, options: PanelOptions): Layer {
  return {
    transform: [{ filter: `isDefined(datum.${point})` }],
    mark: {
      type: 'line',
      strokeWidth: 2,
      strokeJoin: 'round',
      invalid: 'break-paths-show-domains',
      clip: true,
      ...(horizon > 1 ? {} : { point: { filled: true, size: 50, opacity: 1 } }),
    },
    encoding: {
      x: timeAxis(options),
      y: valueAxis(point, options),
      color: lineColor(forecaster, options.legend),
      strokeDash: lineDash(forecaster, options.legend),
    },
  };
}

function readings({ lines, legend, hasTruth, timeFormat, format }: PanelOptions): Reading[] {
  return [
    { label: 'time', expression: `utcFormat(${pointedRow}.time, '${timeFormat}')` },
    { label: legend.history, expression: numberReading('history', format) },
    ...(hasTruth ? [{ label: legend.truth, expression: numberReading('truth', format) }] : []),
    ...lines.flatMap(({ forecaster, point, bands }) => [
      { label: forecaster, expression: numberReading(point, format) },
      ...[...bands].reverse().map(({ level, lower, upper }) => ({
        label: lines.length === 1 ? `${level} %` : `${forecaster} ${level} %`,
        expression: intervalReading(lower, upper, format),
      })),
    ]),
  ];
}
