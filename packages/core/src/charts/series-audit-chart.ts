/**
 * A raw series against what survives of it, with the rules where patches begin, a band for every finding and a strip of what is
 * missing. Shows where something was lost; how much, the figures of the findings say. Lines are drawn as they come: thin them first.
 */
import type { TopLevelSpec } from 'vega-lite';
import { z } from 'zod';
import { parseOptions } from '../options/parse-options.js';
import { checkNotEmpty, checkTimes, dataError, finiteOrNull } from './chart-data.js';
import { chartConfig, decimalsFor, hueOf, ink, numberFormat, schema, titleOf } from './chart-theme.js';
import { timeFormat } from './forecast-description.js';
import { numberReading, pointedRow, readingLayer, zoomParam } from './interaction.js';
import { labelText } from './label-text.js';
import type { Layer, XPosition, YPosition } from './layer.js';
import { timePosition } from './time-position.js';

/** Values at times; null or NaN is a gap. */
export interface TimedValues {
  /** UTC milliseconds, ascending. */
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
}

export type BandSeverity = 'error' | 'warning' | 'note';

/** A stretch of time with a finding; `from` equals `to` where it is one step. */
export interface SeverityBand {
  readonly from: number;
  readonly to: number;
  readonly severity: BandSeverity;
  /** What it is, in a few words. */
  readonly label: string;
}

/** A stretch of time and the share of its steps, in (0, 1], that is missing. */
export interface MissingStretch {
  readonly from: number;
  readonly to: number;
  readonly share: number;
}

export interface SeriesAuditData {
  readonly title?: string | undefined;
  readonly subtitle?: string | undefined;
  /** Unit of the values; titles the y axis. */
  readonly unit?: string | undefined;
  readonly raw: TimedValues;
  /** What survives; absent where it has no values in time. */
  readonly surviving?: TimedValues | undefined;
  /** Moments at which patches begin. */
  readonly boundaries: readonly number[];
  readonly bands: readonly SeverityBand[];
  readonly missing: readonly MissingStretch[];
}

const whole = (least: number) => z.number('a number').int('a whole number').min(least, `at least ${least}`);

const seriesAuditChartOptions = z.strictObject({
  /** Of the plot, in pixels. */
  width: whole(100).default(680),
  height: whole(60).default(240),
});
export type SeriesAuditChartOptions = Readonly<z.input<typeof seriesAuditChartOptions>>;

/** Vermilion, orange, sky blue of Okabe and Ito, told apart by their symbols too. */
export const severityColors = { error: '#D55E00', warning: '#E69F00', note: '#56B4E9' } as const;
const severityShapes = { error: 'triangle-down', warning: 'diamond', note: 'circle' } as const;
const severityOrder: readonly BandSeverity[] = ['error', 'warning', 'note'];

/** Its padding puts it on one line with the legend of the lines, whose symbols are taller. */
const severityLegend = { symbolSize: 80, padding: 5 } as const;

/** Height in pixels of the strip of what is missing. */
const stripHeight = 7;

interface AuditRow {
  time: number;
  raw?: number | null;
  surviving?: number | null;
  /** A raw value between two gaps, which no line shows. */
  alone?: true;
}

/** @throws TesseraError CHART_DATA_INVALID, OPTIONS_INVALID */
export function seriesAuditChart(data: SeriesAuditData, options: SeriesAuditChartOptions = {}): TopLevelSpec {
  const { width, height } = parseOptions(seriesAuditChartOptions, options, 'seriesAuditChart');
  const rows = rowsOf(data);
  const title = titleOf(data.title, data.subtitle ?? legendText(data), width);
  return {
    $schema: schema,
    usermeta: { chart: 'seriesAuditChart', options: { width, height } },
    description: describe(data),
    ...(title === undefined ? {} : { title }),
    config: chartConfig(),
    width,
    height,
    data: { values: rows.map((row) => ({ ...row })) },
    layer: layersOf(data, rows, height),
  };
}

function rowsOf({ raw, surviving }: SeriesAuditData): AuditRow[] {
  checkNotEmpty(raw.times, 'raw.times');
  const rows = new Map<number, AuditRow>();
  const add = (line: TimedValues, field: 'raw' | 'surviving'): void => {
    if (line.times.length !== line.values.length) {
      const found = String(line.values.length);
      throw dataError(`${field}.values`, `${line.times.length} values, one per time`, found, 'Complete it');
    }
    checkTimes(
      line.times.map((time) => ({ time })),
      `${field}.times`,
    );
    for (const [index, time] of line.times.entries()) {
      const row = rows.get(time) ?? { time };
      row[field] = finiteOrNull(line.values[index], `${field}.values[${index}]`);
      if (field === 'raw' && row.raw !== null && isGap(line, index - 1) && isGap(line, index + 1))
        row.alone = true;
      rows.set(time, row);
    }
  };
  add(raw, 'raw');
  if (surviving !== undefined) add(surviving, 'surviving');
  return [...rows.values()].sort((a, b) => a.time - b.time);
}

function isGap({ values }: TimedValues, index: number): boolean {
  const value = values[index];
  return value === null || value === undefined || Number.isNaN(value);
}

function layersOf(data: SeriesAuditData, rows: readonly AuditRow[], height: number): Layer[] {
  const times: [number, number] = [rows[0].time, rows[rows.length - 1].time];
  if (times[0] === times[1]) times[1] += 1;
  const x = timePosition('time', times, true);
  const values = rows.flatMap(({ raw, surviving }) => [raw ?? null, surviving ?? null]);
  const format = numberFormat(decimalsFor(values));
  const y = (field: string): YPosition => ({
    field,
    type: 'quantitative',
    title: data.unit === undefined || data.unit === '' ? null : labelText(data.unit),
    scale: {
      zero: false,
      nice: true,
      ...(values.every((value) => value === null) ? { domain: [0, 1] } : {}),
    },
    axis: { tickCount: { expr: 'max(3, height / 38)' }, grid: false },
  });
  const survives = data.surviving !== undefined;
  const names = survives ? ['raw', 'surviving'] : ['raw'];
  return [
    ...bandLayers(data.bands, times),
    ...ruleLayer(data.boundaries, times),
    ...missingLayer(data.missing, times, height),
    { ...lineLayer('raw', x, y('raw'), names), params: [zoomParam('zoom')] },
    ...(rows.some(({ alone }) => alone) ? [aloneLayer(x, y('raw'))] : []),
    ...(survives ? [lineLayer('surviving', x, y('surviving'), names)] : []),
    readingLayer('reading', { field: 'time', type: 'temporal' }, [
      {
        label: 'time',
        expression: `utcFormat(${pointedRow}.time, '${timeFormat(rows.map(({ time }) => time))}')`,
      },
      ...names.map((label) => ({ label, expression: numberReading(label, format) })),
    ]),
    ...markerLayer(data.bands, times),
  ];
}

function lineLayer(field: string, x: XPosition, y: YPosition, names: readonly string[]): Layer & object {
  const domain = [...names];
  return {
    transform: [{ filter: `isDefined(datum.${field})` }],
    mark: {
      type: 'line',
      strokeWidth: field === 'raw' ? 1.1 : 1.8,
      strokeJoin: 'round',
      invalid: 'break-paths-show-domains',
      clip: true,
    },
    encoding: {
      x,
      y,
      stroke: {
        datum: field,
        scale: { domain, range: [ink, hueOf(0)].slice(0, domain.length) },
        legend: { symbolType: 'stroke', symbolSize: 450 },
      },
    },
  };
}

function aloneLayer(x: XPosition, y: YPosition): Layer {
  return {
    transform: [{ filter: 'datum.alone' }],
    mark: { type: 'point', filled: true, size: 12, color: ink, opacity: 1, aria: false, clip: true },
    encoding: { x, y },
  };
}

function bandLayers(bands: readonly SeverityBand[], times: readonly [number, number]): Layer[] {
  // Mild ones first, so that grave ones lie on top.
  return presentIn(bands)
    .toReversed()
    .map((severity) => ({
      data: {
        values: bands.filter((band) => band.severity === severity).map(({ from, to }) => ({ from, to })),
      },
      mark: {
        type: 'rect',
        color: severityColors[severity],
        fillOpacity: 0.2,
        // One step of a long series is thinner than a pixel: the outline keeps it visible.
        stroke: severityColors[severity],
        strokeWidth: 1.6,
        strokeOpacity: 0.5,
        aria: false,
        clip: true,
      },
      encoding: { x: timePosition('from', times, true), x2: { field: 'to' } },
    }));
}

function presentIn(bands: readonly SeverityBand[]): BandSeverity[] {
  return severityOrder.filter((each) => bands.some(({ severity }) => severity === each));
}

/** Signs above the bands: what a band is, also without colour. */
function markerLayer(bands: readonly SeverityBand[], times: readonly [number, number]): Layer[] {
  if (bands.length === 0) return [];
  const present = presentIn(bands);
  return [
    {
      data: { values: bands.map((band) => ({ ...band, middle: (band.from + band.to) / 2 })) },
      mark: {
        type: 'point',
        filled: true,
        size: 80,
        opacity: 1,
        stroke: '#ffffff',
        strokeWidth: 0.8,
        clip: true,
      },
      encoding: {
        x: timePosition('middle', times, true),
        y: { value: 6 },
        color: {
          field: 'severity',
          type: 'nominal',
          scale: { domain: [...present], range: present.map((each) => severityColors[each]) },
          legend: severityLegend,
        },
        shape: {
          field: 'severity',
          type: 'nominal',
          scale: { domain: [...present], range: present.map((each) => severityShapes[each]) },
          legend: severityLegend,
        },
        tooltip: [
          { field: 'label', type: 'nominal', title: 'finding' },
          { field: 'severity', type: 'nominal' },
        ],
      },
    },
  ];
}

function ruleLayer(boundaries: readonly number[], times: readonly [number, number]): Layer[] {
  if (boundaries.length === 0) return [];
  return [
    {
      data: { values: boundaries.map((time) => ({ time })) },
      mark: { type: 'rule', color: '#9a9a9a', strokeWidth: 0.7, opacity: 0.55, aria: false, clip: true },
      encoding: { x: timePosition('time', times, true) },
    },
  ];
}

function missingLayer(
  missing: readonly MissingStretch[],
  times: readonly [number, number],
  height: number,
): Layer[] {
  if (missing.length === 0) return [];
  return [
    {
      data: { values: missing.map((stretch) => ({ ...stretch })) },
      mark: { type: 'rect', color: ink, aria: false, clip: true },
      encoding: {
        x: timePosition('from', times, true),
        x2: { field: 'to' },
        y: { value: height - stripHeight },
        y2: { value: height },
        opacity: {
          field: 'share',
          type: 'quantitative',
          scale: { domain: [0, 1], range: [0.15, 0.9] },
          legend: null,
        },
      },
    },
  ];
}

/** What has no legend, in words. */
function legendText({ boundaries, missing }: SeriesAuditData): string {
  const parts = [
    boundaries.length === 0 ? '' : 'Grey rules: a patch begins.',
    missing.length === 0 ? '' : 'Dark strip below: missing.',
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function describe({ title, raw, surviving, boundaries, bands, missing }: SeriesAuditData): string {
  const counted = severityOrder
    .map((severity) => ({ severity, count: bands.filter((band) => band.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => `${count} ${severity}${count === 1 ? '' : 's'}`);
  return [
    `${title ?? 'A series'}.`,
    `${raw.times.length} points of the raw series${surviving === undefined ? '' : ' against what survives'},`,
    `${boundaries.length} patch boundaries,`,
    `${counted.length === 0 ? 'no finding' : counted.join(', ')}`,
    missing.length === 0 ? 'and nothing missing.' : `and ${missing.length} stretches with missing values.`,
  ].join(' ');
}
