/**
 * How the error of each forecaster grows with the steps ahead. The axis begins at zero, because an error has a zero.
 */
import type { TopLevelSpec } from 'vega-lite';
import { z } from 'zod';
import { parseOptions } from '../options/parse-options.js';
import { checkNotEmpty, dataError, finiteOrNull, type StepErrorRow } from './chart-data.js';
import {
  chartConfig,
  dashOf,
  decimalsFor,
  hueOf,
  legendColumns,
  numberFormat,
  numberText,
  schema,
  titleOf,
} from './chart-theme.js';
import { namesByScore } from './forecaster-rows.js';
import { numberReading, pointedRow, readingLayer } from './interaction.js';
import { labelText } from './label-text.js';
import type { Layer } from './layer.js';

const errorByStepChartOptions = z.strictObject({
  title: z.string().optional(),
  subtitle: z.string().optional(),
  /** Name of the error, which titles the y axis. */
  metric: z.string().default('error'),
  unit: z.string().optional(),
  /** Of the plot, in pixels. */
  width: z.number('a number').int('a whole number').min(100, 'at least 100').default(560),
  height: z.number('a number').int('a whole number').min(40, 'at least 40').default(280),
});

export type ErrorByStepChartOptions = Readonly<z.input<typeof errorByStepChartOptions>>;

/** With more steps than this, points on the lines touch. */
const mostPoints = 48;

type StepRow = Record<string, number | null>;

/**
 * A chart of errors by steps ahead, one line per forecaster; a step without a value is a gap.
 *
 * @throws TesseraError CHART_DATA_INVALID, OPTIONS_INVALID
 */
export function errorByStepChart(
  rows: readonly StepErrorRow[],
  options: ErrorByStepChartOptions = {},
): TopLevelSpec {
  const resolved = parseOptions(errorByStepChartOptions, options, 'errorByStepChart');
  const { metric, unit, width, height } = resolved;
  checkNotEmpty(rows, 'rows');
  const byName = new Map<string, Map<number, number | null>>();
  for (const [index, { forecaster, step, value }] of rows.entries()) {
    const steps = byName.get(forecaster) ?? new Map<number, number | null>();
    byName.set(forecaster, steps);
    if (!Number.isInteger(step) || step < 1 || steps.has(step)) {
      const expected = 'whole steps from 1, each once per forecaster';
      throw dataError(`rows[${index}].step`, expected, String(step), 'Aggregate the errors by step first');
    }
    steps.set(step, finiteOrNull(value, `rows[${index}].value`));
  }
  const means = new Map([...byName].map(([name, steps]) => [name, meanOf(steps.values())]));
  const names = namesByScore(means);
  const horizon = rows.reduce((most, { step }) => Math.max(most, step), 0);
  const values = Array.from({ length: horizon }, (_, place) => {
    const row: StepRow = { step: place + 1 };
    for (const [index, name] of names.entries()) row[`f${index}`] = byName.get(name)?.get(place + 1) ?? null;
    return row;
  });
  const decimals = decimalsFor(rows.map(({ value }) => value));
  const title = titleOf(resolved.title, resolved.subtitle, width);
  return {
    $schema: schema,
    usermeta: { chart: 'errorByStepChart', options: resolved },
    description: [
      `${resolved.title ?? 'Error by steps ahead'}.`,
      `${metric}, mean over ${horizon} steps:`,
      `${names.map((name) => `${name} ${numberText(means.get(name) ?? Number.NaN, decimals)}`).join(', ')}.`,
    ].join(' '),
    ...(title === undefined ? {} : { title }),
    config: chartConfig(),
    width,
    height,
    data: { values },
    layer: [
      ...names.map((name, index) =>
        lineLayer(name, index, names, {
          // By the order of the rows, so that a forecaster has one colour in all charts of a report.
          places: names.map((each) => [...byName.keys()].indexOf(each)),
          title: unit === undefined ? labelText(metric) : `${metric} (${unit})`,
          columns: legendColumns(names, width),
          points: horizon <= mostPoints,
        }),
      ),
      readingLayer('reading', { field: 'step', type: 'quantitative' }, [
        { label: 'steps ahead', expression: `${pointedRow}.step` },
        ...names.map((name, index) => ({
          label: name,
          expression: numberReading(`f${index}`, numberFormat(decimals)),
        })),
      ]),
    ],
  };
}

function lineLayer(
  name: string,
  index: number,
  names: readonly string[],
  {
    title,
    columns,
    points,
    places,
  }: {
    readonly title: string;
    readonly columns: number;
    readonly points: boolean;
    readonly places: readonly number[];
  },
): Layer {
  const domain = names.map(labelText);
  const legend = { symbolType: 'stroke', symbolSize: 450, columns } as const;
  return {
    mark: {
      type: 'line',
      strokeWidth: 2,
      invalid: 'break-paths-show-domains',
      ...(points ? { point: { filled: true, size: 22, opacity: 1 } } : {}),
    },
    encoding: {
      x: {
        field: 'step',
        type: 'quantitative',
        title: 'steps ahead',
        scale: { zero: false, nice: false, padding: 8 },
        axis: { grid: false, tickMinStep: 1, format: 'd' },
      },
      y: { field: `f${index}`, type: 'quantitative', title, scale: { zero: true } },
      color: { datum: labelText(name), scale: { domain, range: places.map(hueOf) }, legend },
      strokeDash: { datum: labelText(name), scale: { domain, range: places.map(dashOf) } },
    },
  };
}

function meanOf(values: Iterable<number | null>): number {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (value === null) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? Number.NaN : sum / count;
}
