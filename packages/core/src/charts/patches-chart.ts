/**
 * A series and where policies cut it: one plot per series and policy, under one another. Tiles behind the line are the finest patches,
 * coloured by their length; strips below are the levels from fine to coarse. Shows where patches begin, not whether that is good.
 */
import type { TopLevelSpec } from 'vega-lite';
import { z } from 'zod';
import { parseOptions } from '../options/parse-options.js';
import { checkNotEmpty, checkTimes, dataError, finiteOrNull } from './chart-data.js';
import { chartConfig, ink, panelTitle, schema, titleOf } from './chart-theme.js';
import { timeFormat } from './forecast-description.js';
import { zoomParam } from './interaction.js';
import { labelText } from './label-text.js';
import type { Layer, XPosition } from './layer.js';
import { lengthColor, patchSpans } from './patch-spans.js';
import { thinSeries } from './thin-series.js';
import { timePosition } from './time-position.js';

/** How one policy cut a series. */
export interface PatchPlan {
  /** Name of the policy. */
  readonly policy: string;
  /** Exclusive ends of the patches of each level, in steps, from fine to coarse; each ends with the number of steps. */
  readonly levels: readonly ArrayLike<number>[];
  /** What the plan earned, where that is known; higher is better. */
  readonly reward?: number | undefined;
}

/** A series with the plans to draw it under. */
export interface PatchesPanel {
  readonly name?: string | undefined;
  /** Unit of the values; titles the y axis. */
  readonly unit?: string | undefined;
  /** UTC milliseconds, ascending, shape `[T]`, at least one. */
  readonly times: ArrayLike<number>;
  /** Shape `[T]`; null or NaN is a gap. */
  readonly values: ArrayLike<number | null>;
  readonly plans: readonly PatchPlan[];
}

export interface PatchesChartData {
  readonly title?: string | undefined;
  /** Default: a line about colours and strips. */
  readonly subtitle?: string | undefined;
  readonly panels: readonly PatchesPanel[];
}

const whole = (least: number) => z.number('a number').int('a whole number').min(least, `at least ${least}`);

const patchesChartOptions = z.strictObject({
  /** Of each plot, in pixels. */
  width: whole(100).default(680),
  /** Of each plot, in pixels; by default 240 for one plot and 110 for several. */
  height: whole(40).optional(),
  /** Where a series has more points, it is thinned. */
  maxPoints: whole(9).default(3000),
});
export type PatchesChartOptions = Readonly<z.input<typeof patchesChartOptions>>;

/** Pixels of the strip of one level, and between two. */
const stripHeight = 7;
const stripGap = 2;

interface Tile {
  readonly from: number;
  readonly to: number;
  readonly steps: number;
  readonly level: number;
}

interface Plot {
  readonly series: number;
  readonly title: string;
  readonly tiles: readonly Tile[];
  readonly depth: number;
}

/** @throws TesseraError CHART_DATA_INVALID, OPTIONS_INVALID */
export function patchesChart(data: PatchesChartData, options: PatchesChartOptions = {}): TopLevelSpec {
  const resolved = parseOptions(patchesChartOptions, options, 'patchesChart');
  const { width, maxPoints } = resolved;
  checkNotEmpty(data.panels, 'panels');
  const lines = data.panels.map((panel, index) => lineOf(panel, `panels[${index}]`, maxPoints));
  const plots = data.panels.flatMap((panel, series) => {
    checkNotEmpty(panel.plans, `panels[${series}].plans`);
    return panel.plans.map((plan, i): Plot => {
      const tiles = tilesOf(plan, panel, `panels[${series}].plans[${i}]`);
      return { series, title: plotTitle(panel, plan), tiles, depth: plan.levels.length };
    });
  });
  const height = resolved.height ?? (plots.length === 1 ? 240 : 110);
  const title = titleOf(data.title, data.subtitle ?? reading(plots), width);
  const color = lengthColor(plots.flatMap(({ tiles }) => tiles.map(({ steps }) => steps)));
  return {
    $schema: schema,
    usermeta: { chart: 'patchesChart', options: resolved },
    description: `${data.title ?? 'Patches over series'}. ${plots.map((plot) => plot.title).join('; ')}.`,
    ...(title === undefined ? {} : { title }),
    config: chartConfig(),
    datasets: Object.fromEntries(lines.map(({ rows }, index) => [`series_${index}`, [...rows]])),
    vconcat: plots.map((plot, index) => ({
      ...panelTitle(plot.title),
      width,
      height: height + plot.depth * (stripHeight + stripGap),
      layer: plotLayers(plot, index, lines[plot.series], data.panels[plot.series], height, color),
    })),
    spacing: 14,
  };
}

interface Line {
  readonly rows: readonly { time: number; value: number | null; alone?: true }[];
  /** First moment, and the end of the last step. */
  readonly span: [number, number];
}

function lineOf({ times, values }: PatchesPanel, argument: string, maxPoints: number): Line {
  if (times.length === 0) throw dataError(`${argument}.times`, 'at least one step', 'none', 'Leave it out');
  if (times.length !== values.length) {
    const expected = `${times.length} values, one per time`;
    throw dataError(`${argument}.values`, expected, String(values.length), 'Complete it');
  }
  checkTimes(
    Array.from(times, (time) => ({ time })),
    `${argument}.times`,
  );
  const numbers = Float64Array.from(
    { length: values.length },
    (_, i) => finiteOrNull(values[i], `${argument}.values[${i}]`) ?? Number.NaN,
  );
  const thin = thinSeries(times, numbers, maxPoints);
  const isGap = (i: number) => !Number.isFinite(thin.values[i] ?? Number.NaN);
  const rows = Array.from(thin.times, (time, i) => ({
    time,
    value: isGap(i) ? null : thin.values[i],
    ...(!isGap(i) && isGap(i - 1) && isGap(i + 1) ? { alone: true as const } : {}),
  }));
  return { rows, span: [times[0], endTime(times)] };
}

/** When the last step is over: as long after it as it came after the one before. */
function endTime(times: ArrayLike<number>): number {
  const last = times[times.length - 1];
  return last + (times.length === 1 ? 1 : last - times[times.length - 2]);
}

function tilesOf(plan: PatchPlan, { times }: PatchesPanel, argument: string): Tile[] {
  checkNotEmpty(plan.levels, `${argument}.levels`);
  const timeOf = (step: number) => (step === times.length ? endTime(times) : times[step]);
  return plan.levels.flatMap((ends, level) =>
    patchSpans(ends, times.length, `${argument}.levels[${level}]`).map(({ from, to, steps }) => ({
      from: timeOf(from),
      to: timeOf(to),
      steps,
      level,
    })),
  );
}

function plotTitle({ name = '' }: PatchesPanel, { policy, levels, reward }: PatchPlan): string {
  const counts = levels.map((ends) => ends.length);
  const [finest] = levels;
  const rate = finest[finest.length - 1] / finest.length;
  return [
    `${name === '' ? '' : `${name}, `}${policy}: ${counts.join(' / ')} ${counts.at(-1) === 1 ? 'patch' : 'patches'}`,
    `${brief(rate)} steps ${levels.length === 1 ? '' : 'per finest one '}on average`,
    ...(reward === undefined ? [] : [`reward ${brief(reward)}`]),
  ].join(', ');
}

function brief(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function plotLayers(
  { tiles, depth, series }: Plot,
  index: number,
  line: Line,
  panel: PatchesPanel,
  height: number,
  color: ReturnType<typeof lengthColor>,
): Layer[] {
  const x = (field: string): XPosition => timePosition(field, line.span, true);
  const y = {
    field: 'value',
    type: 'quantitative',
    title: panel.unit === undefined || panel.unit === '' ? null : labelText(panel.unit),
    scale: { zero: false, nice: true, rangeMin: { expr: String(height) } },
    axis: { tickCount: { expr: `max(3, ${height} / 38)` }, grid: false },
  } as const;
  const format = timeFormat([...line.rows.map(({ time }) => time)]);
  const tooltip = [
    { field: 'from', type: 'temporal', title: 'begins', format, scale: { type: 'utc' } },
    { field: 'steps', type: 'quantitative' },
    { field: 'level', type: 'quantitative' },
  ] as const;
  const ofLevel = (level: number) => ({
    values: tiles.filter((tile) => tile.level === level).map((tile) => ({ ...tile })),
  });
  const data = { name: `series_${series}` };
  const strip = Array.from({ length: depth }, (_, level): Layer => {
    const top = height + stripGap + level * (stripHeight + stripGap);
    return {
      data: ofLevel(level),
      mark: { type: 'rect', stroke: '#ffffff', strokeWidth: 0.6, clip: true },
      encoding: {
        x: x('from'),
        x2: { field: 'to' },
        y: { value: top },
        y2: { value: top + stripHeight },
        color,
        tooltip: [...tooltip],
      },
    };
  });
  return [
    {
      data: ofLevel(0),
      params: [zoomParam(`zoom_${index}`)],
      mark: { type: 'rect', fillOpacity: 0.28, stroke: '#ffffff', strokeWidth: 0.6, clip: true },
      encoding: {
        x: x('from'),
        x2: { field: 'to' },
        y: { value: 0 },
        y2: { value: height },
        color,
        tooltip: [...tooltip],
      },
    },
    {
      data,
      mark: {
        type: 'line',
        color: ink,
        strokeWidth: 1.1,
        strokeJoin: 'round',
        invalid: 'break-paths-show-domains',
        clip: true,
      },
      encoding: { x: x('time'), y },
    },
    ...(line.rows.some(({ alone }) => alone)
      ? [
          {
            data,
            transform: [{ filter: 'datum.alone' }],
            mark: { type: 'point', filled: true, size: 12, color: ink, opacity: 1, aria: false, clip: true },
            encoding: { x: x('time'), y },
          } satisfies Layer,
        ]
      : []),
    ...strip,
  ];
}

/** What the picture means, in a line. */
function reading(plots: readonly Plot[]): string {
  const isDeep = plots.some(({ depth }) => depth > 1);
  return isDeep
    ? 'Tiles: the finest patches. Strips below: all levels, from fine to coarse.'
    : 'Each tile is a patch; its colour is its length.';
}
