/**
 * Whether intervals hold what they promise: empirical coverage against nominal coverage. With up to three levels each has
 * a panel with a row per forecaster; with more, each forecaster has a curve against the diagonal.
 */
import type { TopLevelSpec } from 'vega-lite';
import { z } from 'zod';
import { parseOptions } from '../options/parse-options.js';
import { type CoverageRow, checkLevel, checkNotEmpty, dataError, finiteOrNull } from './chart-data.js';
import {
  chartConfig,
  dashOf,
  hueOf,
  ink,
  legendColumns,
  numberText,
  panelTitle,
  quiet,
  schema,
  titleOf,
} from './chart-theme.js';
import { forecasterAxis, namesByScore, rowStep, valueColumn } from './forecaster-rows.js';
import type { Layer, XPosition, YPosition } from './layer.js';

const coverageChartOptions = z.strictObject({
  title: z.string().optional(),
  subtitle: z.string().optional(),
  /** Of all panels together, in pixels. */
  width: z.number('a number').int('a whole number').min(100, 'at least 100').default(560),
});

export type CoverageChartOptions = Readonly<z.input<typeof coverageChartOptions>>;

const mostPanels = 3;
/** Of a percentage. */
const decimals = 1;

/**
 * A chart of empirical against nominal coverage, the best calibrated forecaster first.
 *
 * @throws TesseraError CHART_DATA_INVALID, OPTIONS_INVALID
 */
export function coverageChart(
  rows: readonly CoverageRow[],
  options: CoverageChartOptions = {},
): TopLevelSpec {
  const resolved = parseOptions(coverageChartOptions, options, 'coverageChart');
  checkNotEmpty(rows, 'rows');
  const checked = rows.map((row, index) => checkRow(row, index, rows));
  const levels = [...new Set(checked.map(({ level }) => level))].sort((a, b) => a - b);
  const names = namesByScore(missByName(checked));
  const few = levels.length <= mostPanels;
  const how = few
    ? 'Dashed: nominal. Left of it, in orange, intervals are too narrow; right of it, in blue, too wide.'
    : 'Dashed: nominal. Below it intervals are too narrow, above it too wide.';
  const title = titleOf(resolved.title, resolved.subtitle ?? how, resolved.width);
  const top = {
    $schema: schema,
    usermeta: { chart: 'coverageChart', options: resolved },
    description: describe(resolved.title, names, checked),
    ...(title === undefined ? {} : { title }),
    config: chartConfig(),
  };
  if (!few) return { ...top, ...curves(checked, names, resolved.width) };
  const width = Math.floor(resolved.width / levels.length);
  const [least] = checked.map(({ coverage }) => coverage ?? 100).sort((a, b) => a - b);
  const from = Math.max(0, Math.floor(Math.min(least, levels[0]) / 10) * 10 - 10);
  const panels = levels.map((level, index) => ({
    width,
    height: { step: rowStep },
    ...panelTitle(`${level} % interval`),
    layer: levelLayers(
      level,
      checked.filter((row) => row.level === level),
      names,
      from,
      index === 0,
    ),
  }));
  return { ...top, hconcat: panels, spacing: 56 };
}

function checkRow(row: CoverageRow, index: number, rows: readonly CoverageRow[]): CoverageRow {
  const where = `rows[${index}]`;
  checkLevel(row.level, `${where}.level`);
  const coverage = finiteOrNull(row.coverage, `${where}.coverage`);
  if (coverage !== null && (coverage < 0 || coverage > 100)) {
    throw dataError(`${where}.coverage`, 'percent from 0 to 100', String(coverage), 'Give 80 for 80 %');
  }
  const twin = rows.findIndex((other) => other.forecaster === row.forecaster && other.level === row.level);
  if (twin !== index) {
    const found = `"${row.forecaster}" at ${row.level} % twice`;
    throw dataError(where, 'one row per forecaster and level', found, 'Aggregate the coverage first');
  }
  return { ...row, coverage };
}

/** Mean distance from the nominal level by forecaster. */
function missByName(rows: readonly CoverageRow[]): Map<string, number> {
  const misses = new Map<string, number[]>();
  for (const { forecaster, level, coverage } of rows) {
    const known = misses.get(forecaster) ?? [];
    misses.set(forecaster, known);
    if (coverage !== null) known.push(Math.abs(coverage - level));
  }
  return new Map(
    [...misses].map(([name, found]) => [name, found.reduce((sum, miss) => sum + miss, 0) / found.length]),
  );
}

function levelLayers(
  level: number,
  rows: readonly CoverageRow[],
  names: readonly string[],
  from: number,
  named: boolean,
): Layer[] {
  const values = rows.map(({ forecaster, coverage }) => ({
    forecaster,
    level,
    coverage,
    narrow: coverage !== null && coverage < level,
    text: numberText(coverage ?? Number.NaN, decimals),
  }));
  const known = { data: { values: values.filter(({ coverage }) => coverage !== null) } };
  const x = (field: string): XPosition => ({
    field,
    type: 'quantitative',
    title: 'empirical coverage, %',
    scale: { domain: [from, 100], nice: false },
    axis: { tickCount: 5 },
  });
  const y = forecasterAxis(names, named);
  const color = { condition: { test: 'datum.narrow', value: hueOf(1) }, value: hueOf(0) };
  const tooltip = [
    { field: 'forecaster', type: 'nominal' },
    { field: 'level', type: 'quantitative', title: 'nominal, %' },
    { field: 'text', type: 'nominal', title: 'empirical, %' },
  ] as const;
  return [
    {
      ...known,
      mark: { type: 'rule', strokeWidth: 2, aria: false },
      encoding: { y, x: x('level'), x2: { field: 'coverage' }, color },
    },
    {
      data: { values: [{ level }] },
      mark: { type: 'rule', color: ink, strokeDash: [4, 3], aria: false },
      encoding: { x: x('level') },
    },
    {
      ...known,
      mark: { type: 'point', filled: true, size: 70, opacity: 1 },
      encoding: { y, x: x('coverage'), color, tooltip: [...tooltip] },
    },
    { data: { values }, ...valueColumn(y, 'text', 'forecaster') },
  ];
}

function curves(rows: readonly CoverageRow[], names: readonly string[], width: number) {
  const size = Math.min(width, 360);
  const axis = (field: string, title: string): XPosition & YPosition => ({
    field,
    type: 'quantitative',
    title,
    scale: { domain: [0, 100], nice: false },
  });
  const domain = [...names];
  // By the order of the rows, so that a forecaster has one colour in all charts of a report.
  const order = [...new Set(rows.map(({ forecaster }) => forecaster))];
  const places = names.map((name) => order.indexOf(name));
  const legend = { symbolType: 'stroke', symbolSize: 450, columns: legendColumns(names, size) } as const;
  const x = axis('level', 'nominal coverage, %');
  const y = axis('coverage', 'empirical coverage, %');
  const layer: Layer[] = [
    {
      data: { values: [0, 100].map((level) => ({ level, coverage: level })) },
      mark: { type: 'line', color: quiet, strokeDash: [4, 3], strokeWidth: 1.2, aria: false },
      encoding: { x, y },
    },
    {
      data: { values: rows.map((row) => ({ ...row })) },
      mark: {
        type: 'line',
        strokeWidth: 2,
        point: { filled: true, size: 36, opacity: 1 },
        invalid: 'break-paths-show-domains',
      },
      encoding: {
        x,
        y,
        color: {
          field: 'forecaster',
          type: 'nominal',
          scale: { domain, range: places.map(hueOf) },
          legend,
        },
        strokeDash: {
          field: 'forecaster',
          type: 'nominal',
          scale: { domain, range: places.map(dashOf) },
        },
        tooltip: [
          { field: 'forecaster', type: 'nominal' },
          { field: 'level', type: 'quantitative', title: 'nominal, %' },
          { field: 'coverage', type: 'quantitative', title: 'empirical, %', format: '.1f' },
        ],
      },
    },
  ];
  return { width: size, height: size, layer };
}

function describe(title: string | undefined, names: readonly string[], rows: readonly CoverageRow[]): string {
  const sentences = names.map((name) => {
    const ofName = rows.filter(({ forecaster }) => forecaster === name);
    const parts = ofName.map(
      ({ level, coverage }) => `${numberText(coverage ?? Number.NaN, decimals)} % at nominal ${level} %`,
    );
    return `${name}: ${parts.join(', ')}.`;
  });
  return [`${title ?? 'Empirical against nominal coverage'}.`, ...sentences].join(' ');
}
