/**
 * Scores of a backtest: per metric a panel, per forecaster a row with the mean over all scores, the middle half and the
 * range from 5 to 95 %, and the single scores where they are few. Shows the spread so that a lead smaller than it is not
 * taken for a victory; says nothing about significance.
 */
import type { TopLevelSpec } from 'vega-lite';
import { z } from 'zod';
import { parseOptions } from '../options/parse-options.js';
import { checkNotEmpty, dataError, finiteOrNull, type ScoreRow } from './chart-data.js';
import {
  chartConfig,
  decimalsFor,
  hueOf,
  ink,
  numberText,
  panelTitle,
  quiet,
  schema,
  titleOf,
} from './chart-theme.js';
import { forecasterAxis, namesByScore, rowStep, valueColumn } from './forecaster-rows.js';
import { labelText } from './label-text.js';
import type { Layer, XPosition } from './layer.js';

const backtestChartOptions = z.strictObject({
  title: z.string().optional(),
  subtitle: z.string().optional(),
  /** Width of all panels together in pixels. */
  width: z.number('a number').int('a whole number').min(100, 'at least 100').default(560),
  /** Unit of each metric, by its name; default none. */
  units: z.record(z.string(), z.string()).default({}),
  /** Metrics that are best at a value, e.g. `{ 'coverage-80': 80 }`; all others are best when small. */
  ideals: z.record(z.string(), z.number()).default({}),
  /** `log` for scores that differ by orders of magnitude; they must be positive. */
  scale: z.enum(['linear', 'log'], 'linear or log').default('linear'),
});

export type BacktestChartOptions = Readonly<z.input<typeof backtestChartOptions>>;

/** With more scores per row than this, single marks merge into a smear and only the summary is drawn. */
const mostSingles = 60;
const panelsPerLine = 3;

interface Summary {
  readonly forecaster: string;
  readonly mean: number;
  readonly low: number;
  readonly lowerQuarter: number;
  readonly upperQuarter: number;
  readonly high: number;
  readonly count: number;
  /** Scores that could not be computed. */
  readonly missing: number;
  readonly best: boolean;
  readonly text: string;
}

/**
 * A chart of scores by forecaster, one panel per metric, the best of the first metric on top.
 *
 * @throws TesseraError CHART_DATA_INVALID, OPTIONS_INVALID
 */
export function backtestChart(rows: readonly ScoreRow[], options: BacktestChartOptions = {}): TopLevelSpec {
  const resolved = parseOptions(backtestChartOptions, options, 'backtestChart');
  checkNotEmpty(rows, 'rows');
  const metrics = [...new Set(rows.map(({ metric }) => metric))];
  const forecasters = [...new Set(rows.map(({ forecaster }) => forecaster))];
  const scores = rows.map((row, index) => ({
    ...row,
    value: finiteOrNull(row.value, `rows[${index}].value`),
  }));
  if (resolved.scale === 'log') checkPositive(scores);
  const ideals = new Map(Object.entries(resolved.ideals));
  const units = new Map(Object.entries(resolved.units));
  const distance = (metric: string, mean: number): number => {
    const ideal = ideals.get(metric);
    return ideal === undefined ? mean : Math.abs(mean - ideal);
  };

  const summaries = new Map(
    metrics.map((metric) => {
      const ofMetric = scores.filter((row) => row.metric === metric);
      return [metric, summarize(forecasters, ofMetric, (mean) => distance(metric, mean))];
    }),
  );
  const [first] = metrics;
  const names = namesByScore(
    new Map((summaries.get(first) ?? []).map(({ forecaster, mean }) => [forecaster, distance(first, mean)])),
  );
  const columns = Math.min(panelsPerLine, metrics.length);
  const width = Math.floor(resolved.width / columns);
  const panels = metrics.map((metric, index) => {
    const unit = units.get(metric) ?? '';
    const singles = scores.filter((row) => row.metric === metric && row.value !== null);
    return {
      width,
      height: { step: rowStep },
      ...panelTitle(metrics.length === 1 ? '' : metric),
      layer: panelLayers({
        names,
        summaries: summaries.get(metric) ?? [],
        singles: singles.length > mostSingles * names.length ? [] : singles,
        title: titleOfAxis(metric, unit, metrics.length > 1),
        scale: resolved.scale,
        ideal: ideals.get(metric),
        named: index % columns === 0,
      }),
    };
  });
  const subtitle = resolved.subtitle ?? explain([...summaries.values()].flat());
  const title = titleOf(resolved.title, subtitle, resolved.width);
  const top = {
    $schema: schema,
    usermeta: { chart: 'backtestChart', options: resolved },
    description: describe(resolved.title, summaries),
    ...(title === undefined ? {} : { title }),
    config: chartConfig(),
  };
  if (panels.length === 1) return { ...top, ...panels[0] };
  return { ...top, concat: panels, columns, spacing: { column: 56, row: 24 } };
}

function checkPositive(scores: readonly ScoreRow[]): void {
  for (const [index, { value }] of scores.entries()) {
    if (value === null || value > 0) continue;
    const expected = 'a positive number on a logarithmic scale';
    throw dataError(`rows[${index}].value`, expected, String(value), 'Use the linear scale');
  }
}

function summarize(
  forecasters: readonly string[],
  rows: readonly ScoreRow[],
  distance: (mean: number) => number,
): Summary[] {
  const summaries = forecasters.map((forecaster) => {
    const all = rows.filter((row) => row.forecaster === forecaster);
    const values = all.map(({ value }) => value).filter((value) => value !== null);
    values.sort((a, b) => a - b);
    return {
      forecaster,
      mean: values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length,
      low: quantile(values, 0.05),
      lowerQuarter: quantile(values, 0.25),
      upperQuarter: quantile(values, 0.75),
      high: quantile(values, 0.95),
      count: values.length,
      missing: all.length - values.length,
    };
  });
  const least = Math.min(
    ...summaries.map(({ mean }) => distance(mean)).filter((score) => !Number.isNaN(score)),
  );
  const decimals = decimalsFor(summaries.map(({ mean }) => mean));
  return summaries.map((summary) => ({
    ...summary,
    best: distance(summary.mean) === least,
    text: numberText(summary.mean, decimals),
  }));
}

/** Linear between order statistics (Hyndman and Fan 1996, type 7); NaN of nothing. */
function quantile(sorted: readonly number[], level: number): number {
  if (sorted.length === 0) return Number.NaN;
  const place = level * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

function panelLayers(options: {
  readonly names: readonly string[];
  readonly summaries: readonly Summary[];
  readonly singles: readonly ScoreRow[];
  readonly title: string | null;
  readonly scale: 'linear' | 'log';
  readonly ideal: number | undefined;
  readonly named: boolean;
}): Layer[] {
  const { names, named, title, scale, ideal } = options;
  const y = forecasterAxis(names, named);
  const known = options.summaries.filter(({ count }) => count > 0);
  const spread = known.some(({ count }) => count > 1);
  const color = { condition: { test: 'datum.best', value: hueOf(0) }, value: quiet };
  const x = (field: string): XPosition => ({
    field,
    type: 'quantitative',
    title,
    scale: scale === 'log' ? { type: 'log', nice: true } : { zero: false, nice: true },
    axis: { tickCount: 5 },
  });
  const summary = { data: { values: [...known] } };
  const bar = (
    from: keyof Summary,
    to: keyof Summary,
    strokeWidth: number,
    strokeOpacity: number,
  ): Layer => ({
    ...summary,
    mark: { type: 'rule', strokeWidth, strokeOpacity, strokeCap: 'butt', aria: false },
    encoding: { y, x: x(from), x2: { field: to }, color },
  });
  const tooltip = [
    { field: 'forecaster', type: 'nominal' },
    { field: 'text', type: 'nominal', title: 'mean' },
    { field: 'count', type: 'quantitative', title: 'scores' },
    { field: 'missing', type: 'quantitative', title: 'not computed' },
  ] as const;
  return [
    ...(ideal === undefined
      ? []
      : [
          {
            data: { values: [{ ideal }] },
            mark: { type: 'rule', color: ink, strokeDash: [4, 3], aria: false },
            encoding: { x: x('ideal') },
          } satisfies Layer,
        ]),
    ...(spread ? [bar('low', 'high', 1.2, 1), bar('lowerQuarter', 'upperQuarter', 8, 0.35)] : []),
    ...(spread && options.singles.length > 0
      ? [
          {
            data: { values: options.singles.map(({ forecaster, value }) => ({ forecaster, value })) },
            mark: { type: 'tick', size: 9, thickness: 1, color: ink, opacity: 0.45, aria: false },
            encoding: { y, x: x('value') },
          } satisfies Layer,
        ]
      : []),
    {
      ...summary,
      mark: { type: 'point', filled: true, size: 70, opacity: 1 },
      encoding: { y, x: x('mean'), color, tooltip: [...tooltip] },
    },
    { data: { values: [...options.summaries] }, ...valueColumn(y, 'text', 'best') },
  ];
}

/** Where panels are titled by metric, their axes need only the unit. */
function titleOfAxis(metric: string, unit: string, titled: boolean): string | null {
  if (titled) return unit === '' ? null : labelText(unit);
  return unit === '' ? labelText(metric) : `${metric} (${unit})`;
}

/** How the marks are read, in words. */
function explain(summaries: readonly Summary[]): string {
  const known = summaries.filter(({ count }) => count > 0);
  const counts = new Set(known.map(({ count }) => count));
  const most = Math.max(0, ...counts);
  const missing = summaries.reduce((sum, each) => sum + each.missing, 0);
  const over = counts.size === 1 ? `${most} scores` : `up to ${most} scores`;
  const sentences =
    most > 1
      ? [`Dot: mean over ${over}.`, 'Bar: their middle half.', 'Line: 5 to 95 %.']
      : ['One score each.'];
  if (missing > 0) sentences.push(`${missing} could not be computed.`);
  return sentences.join(' ');
}

function describe(title: string | undefined, summaries: ReadonlyMap<string, readonly Summary[]>): string {
  const sentences = [...summaries].map(([metric, rows]) => {
    const means = rows.map(({ forecaster, text }) => `${forecaster} ${text}`);
    return `Mean ${metric}: ${means.join(', ')}.`;
  });
  return [`${title ?? 'Scores by forecaster'}.`, ...sentences].join(' ');
}
