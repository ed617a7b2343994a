/**
 * How much of each kind of structure survives patches of each size: a row per kind, a column per size, the ratio written into every
 * cell. Says nothing of single structures.
 */
import type { TopLevelSpec } from 'vega-lite';
import { z } from 'zod';
import { parseOptions } from '../options/parse-options.js';
import { checkNotEmpty, dataError, finiteOrNull } from './chart-data.js';
import { chartConfig, hueOf, ink, schema, titleOf } from './chart-theme.js';

export interface SurvivalCell {
  readonly structure: string;
  /** Steps per patch. */
  readonly patchSize: number;
  /** Share that survives; null where none could be judged. */
  readonly ratio: number | null;
  /** Structures behind it. */
  readonly count: number;
}

const survivalHeatmapOptions = z.strictObject({
  title: z.string().optional(),
  subtitle: z.string().optional(),
});
export type SurvivalHeatmapOptions = Readonly<z.input<typeof survivalHeatmapOptions>>;

/** From this ratio on, white letters stand out better. */
const whiteFrom = 0.6;

/** @throws TesseraError CHART_DATA_INVALID, OPTIONS_INVALID */
export function survivalHeatmap(
  cells: readonly SurvivalCell[],
  options: SurvivalHeatmapOptions = {},
): TopLevelSpec {
  const resolved = parseOptions(survivalHeatmapOptions, options, 'survivalHeatmap');
  checkNotEmpty(cells, 'cells');
  const seen = new Set<string>();
  const values = cells.map(({ structure, patchSize, ratio, count }, index) => {
    const key = JSON.stringify([structure, patchSize]);
    if (seen.has(key) || !(patchSize > 0)) {
      const expected = 'a size above 0, once per structure';
      throw dataError(`cells[${index}].patchSize`, expected, String(patchSize), 'Aggregate the cells first');
    }
    seen.add(key);
    const known = finiteOrNull(ratio, `cells[${index}].ratio`);
    return { structure, patchSize, ratio: known, count, text: known === null ? '–' : known.toFixed(2) };
  });
  const structures = [...new Set(values.map(({ structure }) => structure))];
  const sizes = [...new Set(values.map(({ patchSize }) => patchSize))].sort((a, b) => a - b);
  const title = titleOf(
    resolved.title,
    resolved.subtitle ?? 'Median share that survives; 1 is all of it.',
    Math.max(360, 64 * sizes.length),
  );
  const position = {
    x: {
      field: 'patchSize',
      type: 'ordinal',
      scale: { domain: sizes, padding: 0.04 },
      title: 'steps per patch',
      axis: { labelAngle: 0, domain: false, ticks: false },
    },
    y: {
      field: 'structure',
      type: 'nominal',
      sort: null,
      scale: { domain: structures, padding: 0.06 },
      axis: { title: null, domain: false, ticks: false, labelPadding: 8 },
    },
  } as const;
  return {
    $schema: schema,
    usermeta: { chart: 'survivalHeatmap', options: resolved },
    description: `${resolved.title ?? 'Survival by structure and patch size'}. ${structures
      .map((structure) => {
        const row = values.filter((cell) => cell.structure === structure);
        return `${structure}: ${row.map(({ patchSize, text }) => `${text} at ${patchSize} steps`).join(', ')}`;
      })
      .join('. ')}.`,
    ...(title === undefined ? {} : { title }),
    config: chartConfig(),
    width: { step: 64 },
    height: { step: 34 },
    data: { values },
    layer: [
      {
        mark: { type: 'rect', invalid: null, stroke: '#d9d9d9', strokeWidth: 0.6 },
        encoding: {
          ...position,
          color: {
            condition: { test: 'datum.ratio === null', value: '#ffffff' },
            field: 'ratio',
            type: 'quantitative',
            scale: { domain: [0, 1], clamp: true, range: ['#f4f4f4', hueOf(0)] },
            legend: null,
          },
          tooltip: [
            { field: 'structure', type: 'nominal' },
            { field: 'patchSize', type: 'quantitative', title: 'steps per patch' },
            { field: 'text', type: 'nominal', title: 'survives' },
            { field: 'count', type: 'quantitative', title: 'structures' },
          ],
        },
      },
      {
        mark: { type: 'text', fontSize: 12, aria: false, invalid: null },
        encoding: {
          ...position,
          text: { field: 'text', type: 'nominal' },
          color: {
            condition: { test: `datum.ratio !== null && datum.ratio >= ${whiteFrom}`, value: '#ffffff' },
            value: ink,
          },
        },
      },
    ],
  };
}
