/**
 * When values are missing: a row per channel, dark where none was observed, lighter where some were. Shows that, not why.
 */
import type { TopLevelSpec } from 'vega-lite';
import { z } from 'zod';
import { parseOptions } from '../options/parse-options.js';
import { checkNotEmpty } from './chart-data.js';
import { chartConfig, ink, schema, titleOf } from './chart-theme.js';
import { zoomParam } from './interaction.js';
import type { MissingStretch } from './series-audit-chart.js';
import { timePosition } from './time-position.js';

export interface MissingnessRow {
  readonly channel: string;
  readonly missing: readonly MissingStretch[];
}

const missingnessStripOptions = z.strictObject({
  title: z.string().optional(),
  subtitle: z.string().optional(),
  /** Of the plot, in pixels. */
  width: z.number('a number').int('a whole number').min(100, 'at least 100').default(600),
});
export type MissingnessStripOptions = Readonly<z.input<typeof missingnessStripOptions>>;

const rowHeight = 20;

/**
 * @param span first and last moment of the axis, UTC milliseconds
 * @throws TesseraError CHART_DATA_INVALID, OPTIONS_INVALID
 */
export function missingnessStrip(
  rows: readonly MissingnessRow[],
  span: readonly [number, number],
  options: MissingnessStripOptions = {},
): TopLevelSpec {
  const resolved = parseOptions(missingnessStripOptions, options, 'missingnessStrip');
  checkNotEmpty(rows, 'rows');
  const channels = [...new Set(rows.map(({ channel }) => channel))];
  const times: [number, number] = span[0] === span[1] ? [span[0], span[0] + 1] : [span[0], span[1]];
  const title = titleOf(
    resolved.title,
    resolved.subtitle ?? 'Dark: missing. Lighter: part of the stretch is missing.',
    resolved.width,
  );
  const y = {
    field: 'channel',
    type: 'nominal',
    sort: null,
    scale: { domain: channels, paddingInner: 0.25 },
    axis: { title: null, domain: false, ticks: false, labelPadding: 8, labelLimit: 160 },
  } as const;
  return {
    $schema: schema,
    usermeta: { chart: 'missingnessStrip', options: resolved },
    description: `${resolved.title ?? 'Missing values by time'}. ${rows
      .map(({ channel, missing }) => `${channel}: ${missing.length} stretches with missing values`)
      .join('; ')}.`,
    ...(title === undefined ? {} : { title }),
    config: chartConfig(),
    width: resolved.width,
    height: { step: rowHeight },
    layer: [
      {
        data: { values: channels.map((channel) => ({ channel, from: times[0], to: times[1] })) },
        params: [zoomParam('zoom')],
        mark: { type: 'rect', color: '#ececec', aria: false, clip: true },
        encoding: { x: timePosition('from', times, true), x2: { field: 'to' }, y },
      },
      {
        data: {
          values: rows.flatMap(({ channel, missing }) => missing.map((stretch) => ({ channel, ...stretch }))),
        },
        mark: { type: 'rect', color: ink, clip: true },
        encoding: {
          x: timePosition('from', times, true),
          x2: { field: 'to' },
          y,
          opacity: {
            field: 'share',
            type: 'quantitative',
            scale: { domain: [0, 1], range: [0.15, 0.9] },
            legend: null,
          },
          tooltip: [
            { field: 'channel', type: 'nominal' },
            { field: 'share', type: 'quantitative', title: 'share missing', format: '.0%' },
          ],
        },
      },
    ],
  };
}
