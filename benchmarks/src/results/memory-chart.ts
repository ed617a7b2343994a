/** The chart of docs/engine-memory.svg: what a training holds as its steps go by, drawn from the stored rows. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderSvg } from '@tessera/core/charts';
import { writeFileAtomically } from '@tessera/core/io';
import { repository, resultsFolder } from '../paths.js';
import { type ResultRow, readRows } from './result-file.js';

type ChartSpec = Parameters<typeof renderSvg>[0];

export const memoryChartPath = 'docs/engine-memory.svg';

/** Panels from top to bottom, by the metric that holds a curve. */
const panels = [
  { kind: 'rss', title: 'resident memory of the process, MiB' },
  { kind: 'heap', title: 'JavaScript heap, MiB' },
  { kind: 'held', title: 'tensors held by the engine, MiB' },
] as const;
// Okabe and Ito, Color Universal Design, 2008, as in all charts of core.
const colors = ['#0072B2', '#D55E00', '#009E73'];

/** Vega-Lite of the curves in the rows of the suite `engine-memory`. */
export function memoryChartSpec(rows: readonly ResultRow[]): ChartSpec {
  const arms = [...new Set(rows.map(({ arm }) => arm))];
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    description: `Memory over training steps on ${arms.join(', ')}: resident, JavaScript heap and tensors held.`,
    background: '#ffffff',
    padding: 8,
    config: {
      view: { stroke: null },
      axis: { labelFontSize: 11, titleFontSize: 12, titleFontWeight: 'normal' },
    },
    vconcat: panels.map(({ kind, title }) => ({
      width: 560,
      height: 110,
      title: { text: title, anchor: 'start' as const, fontSize: 12 },
      data: { values: curveOf(rows, kind) },
      mark: { type: 'line' as const, strokeWidth: 2 },
      encoding: {
        x: {
          field: 'step',
          type: 'quantitative' as const,
          title: 'training steps',
          axis: { grid: false, format: 'd' },
        },
        y: { field: 'value', type: 'quantitative' as const, title: null, scale: { zero: true } },
        color: {
          field: 'arm',
          type: 'nominal' as const,
          scale: { domain: arms, range: colors },
          legend: { orient: 'top' as const, title: null },
        },
      },
    })),
  };
}

function curveOf(rows: readonly ResultRow[], kind: string) {
  return rows.flatMap(({ arm, metric, value }) => {
    const step = new RegExp(`^${kind}-at-(\\d+)$`).exec(metric)?.[1];
    return step === undefined ? [] : [{ arm, step: Number(step), value }];
  });
}

/** The chart as the stored rows give it, and as it stands in docs; undefined where nothing was measured. */
export async function memoryChart(): Promise<
  { readonly drawn: string; readonly stored: string } | undefined
> {
  const rows = await readRows(join(resultsFolder, 'engine-memory.json'));
  if (rows.length === 0) return undefined;
  const path = join(repository, memoryChartPath);
  const stored = existsSync(path) ? await readFile(path, 'utf8') : '';
  return { drawn: `${await renderSvg(memoryChartSpec(rows))}\n`, stored };
}

/** Draws the chart anew where it differs from the rows. @returns its path, where it was written */
export async function updateMemoryChart(): Promise<string[]> {
  const chart = await memoryChart();
  if (chart === undefined || chart.drawn === chart.stored) return [];
  await writeFileAtomically(join(repository, memoryChartPath), [chart.drawn]);
  return [memoryChartPath];
}
