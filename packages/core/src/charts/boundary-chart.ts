/**
 * How the patches of a window move while a policy learns: a row of tiles for each look at it, from the first at the top to the last,
 * coloured by length, with a tick at every boundary; above them the window itself. Shows that boundaries move, not that it pays.
 */
import type { TopLevelSpec } from 'vega-lite';
import { z } from 'zod';
import { parseOptions } from '../options/parse-options.js';
import { checkNotEmpty, dataError, finiteOrNull } from './chart-data.js';
import { chartConfig, hueOf, ink, panelTitle, schema, titleOf } from './chart-theme.js';
import { labelText } from './label-text.js';
import type { Layer, XPosition, YPosition } from './layer.js';
import { lengthColor, patchSpans } from './patch-spans.js';

/** How the policy cut a window at one moment. */
export interface BoundaryMoment {
  /** Updates of the policy before it. */
  readonly update: number;
  /** Exclusive ends of the patches, in steps; the last is the number of steps. */
  readonly ends: ArrayLike<number>;
}

/** A window with the moments to draw under it. */
export interface BoundaryPanel {
  readonly name?: string | undefined;
  /** Unit of the values; titles the y axis. */
  readonly unit?: string | undefined;
  /** Shape `[T]`, at least one; null or NaN is a gap. */
  readonly values: ArrayLike<number | null>;
  /** By update, ascending, at least one. */
  readonly moments: readonly BoundaryMoment[];
  /** Steps at which something is known to happen, in `[0, T]`. */
  readonly events?: readonly number[] | undefined;
}

export interface BoundaryChartData {
  readonly title?: string | undefined;
  /** Default: a line about rows, ticks and events. */
  readonly subtitle?: string | undefined;
  readonly panels: readonly BoundaryPanel[];
}

const whole = (least: number) => z.number('a number').int('a whole number').min(least, `at least ${least}`);

const boundaryChartOptions = z.strictObject({
  /** Of each plot, in pixels. */
  width: whole(100).default(680),
  /** Of each window, in pixels. */
  lineHeight: whole(40).default(90),
  /** Of all rows of one window together, in pixels. */
  height: whole(40).default(260),
});
export type BoundaryChartOptions = Readonly<z.input<typeof boundaryChartOptions>>;

interface Row {
  readonly update: number;
  readonly from: number;
  readonly to: number;
  readonly steps: number;
}

/** @throws TesseraError CHART_DATA_INVALID, OPTIONS_INVALID */
export function boundaryChart(data: BoundaryChartData, options: BoundaryChartOptions = {}): TopLevelSpec {
  const resolved = parseOptions(boundaryChartOptions, options, 'boundaryChart');
  checkNotEmpty(data.panels, 'panels');
  const rows = data.panels.map((panel, index) => rowsOf(panel, `panels[${index}]`));
  const color = lengthColor(rows.flatMap((own) => own.map(({ steps }) => steps)));
  const hasEvents = data.panels.some(({ events = [] }) => events.length > 0);
  const subtitle = data.subtitle ?? reading(hasEvents);
  const title = titleOf(data.title, subtitle, resolved.width);
  const told = data.panels.map((panel, index) => panelText(panel, rows[index]));
  return {
    $schema: schema,
    usermeta: { chart: 'boundaryChart', options: resolved },
    description: `${data.title ?? 'Patch boundaries while a policy learns'}. ${told.join('; ')}.`,
    ...(title === undefined ? {} : { title }),
    config: chartConfig(),
    vconcat: data.panels.flatMap((panel, index) => [
      linePlot(panel, `panels[${index}]`, told[index], resolved),
      rowsPlot(panel, rows[index], color, resolved),
    ]),
    spacing: 10,
  };
}

function rowsOf({ values, moments, events = [] }: BoundaryPanel, argument: string): Row[] {
  if (values.length === 0) throw dataError(`${argument}.values`, 'at least one step', 'none', 'Leave it out');
  checkNotEmpty(moments, `${argument}.moments`);
  for (const [i, step] of events.entries()) {
    if (step >= 0 && step <= values.length) continue;
    const expected = `a step from 0 to ${values.length}`;
    throw dataError(`${argument}.events[${i}]`, expected, String(step), 'Leave out what lies outside');
  }
  let previous = -1;
  return moments.flatMap(({ update, ends }, i) => {
    const name = `${argument}.moments[${i}]`;
    if (!Number.isInteger(update) || update <= previous) {
      const expected = 'whole numbers of updates, ascending';
      throw dataError(`${name}.update`, expected, String(update), 'Sort the moments by update');
    }
    previous = update;
    return patchSpans(ends, values.length, `${name}.ends`).map((span) => ({ update, ...span }));
  });
}

/** What a panel shows, in a line. */
function panelText({ name = '', moments }: BoundaryPanel, rows: readonly Row[]): string {
  const countAt = (update: number) => rows.filter((row) => row.update === update).length;
  const [first, last] = [moments[0].update, moments[moments.length - 1].update];
  const begun = `${countAt(first)} ${countAt(first) === 1 ? 'patch' : 'patches'} after ${first} updates`;
  const counts = first === last ? begun : `${begun}, ${countAt(last)} after ${last}`;
  return name === '' ? counts : `${name}: ${counts}`;
}

function xOf(field: string, steps: number, hasAxis: boolean): XPosition {
  return {
    field,
    type: 'quantitative',
    scale: { domain: [0, steps], nice: false, zero: false },
    axis: hasAxis ? { title: 'step', grid: false } : null,
  };
}

/** Dashed, so that an event is not taken for a boundary. */
function eventLayer(events: readonly number[], steps: number): Layer[] {
  if (events.length === 0) return [];
  return [
    {
      data: { values: events.map((event) => ({ event })) },
      mark: { type: 'rule', color: hueOf(1), strokeDash: [5, 3], strokeWidth: 1.4, clip: true },
      encoding: { x: xOf('event', steps, true), tooltip: [{ field: 'event', type: 'quantitative' }] },
    },
  ];
}

function linePlot(
  { values, unit = '', events = [] }: BoundaryPanel,
  argument: string,
  title: string,
  { width, lineHeight }: z.output<typeof boundaryChartOptions>,
) {
  const steps = values.length;
  const rows = Array.from({ length: steps }, (_, step) => ({
    step,
    value: finiteOrNull(values[step], `${argument}.values[${step}]`),
  }));
  const y = {
    field: 'value',
    type: 'quantitative',
    title: unit === '' ? null : labelText(unit),
    scale: { zero: false, nice: true },
    axis: { tickCount: 3, grid: false },
  } as const;
  const line: Layer = {
    data: { values: rows },
    mark: {
      type: 'line',
      color: ink,
      strokeWidth: 1.1,
      strokeJoin: 'round',
      invalid: 'break-paths-show-domains',
      clip: true,
    },
    encoding: { x: xOf('step', steps, false), y },
  };
  const layer = [line, ...aloneLayer(rows, y), ...eventLayer(events, steps)];
  return { ...panelTitle(title), width, height: lineHeight, layer };
}

/** A value between two gaps, which no line shows. */
function aloneLayer(
  rows: readonly { readonly step: number; readonly value: number | null }[],
  y: YPosition,
): Layer[] {
  const isGap = (step: number) => (rows[step]?.value ?? null) === null;
  const values = rows.filter(({ step }) => !isGap(step) && isGap(step - 1) && isGap(step + 1));
  if (values.length === 0) return [];
  return [
    {
      data: { values },
      mark: { type: 'point', filled: true, size: 12, color: ink, opacity: 1, aria: false, clip: true },
      encoding: { x: xOf('step', rows.length, false), y },
    },
  ];
}

function rowsPlot(
  { values, moments, events = [] }: BoundaryPanel,
  rows: readonly Row[],
  color: ReturnType<typeof lengthColor>,
  { width, height }: z.output<typeof boundaryChartOptions>,
) {
  const steps = values.length;
  const y = {
    field: 'update',
    type: 'ordinal',
    sort: 'ascending',
    title: 'updates of the policy',
    scale: { domain: moments.map(({ update }) => update), paddingInner: 0, paddingOuter: 0 },
    axis: { domain: false, ticks: false, labelOverlap: true },
  } as const;
  const tooltip = [
    { field: 'update', type: 'quantitative' },
    { field: 'from', type: 'quantitative', title: 'begins at step' },
    { field: 'steps', type: 'quantitative' },
  ] as const;
  const tiles: Layer = {
    data: { values: rows.map((row) => ({ ...row })) },
    mark: { type: 'rect', fillOpacity: 0.55, strokeOpacity: 0, clip: true },
    encoding: { x: xOf('from', steps, true), x2: { field: 'to' }, y, color, tooltip: [...tooltip] },
  };
  const ticks: Layer = {
    // Where the window begins there is nothing to choose.
    data: { values: rows.filter(({ from }) => from > 0).map(({ update, from }) => ({ update, from })) },
    mark: {
      type: 'tick',
      orient: 'vertical',
      color: ink,
      thickness: 1.2,
      size: height / moments.length,
      clip: true,
    },
    encoding: { x: xOf('from', steps, true), y },
  };
  return { width, height, layer: [tiles, ticks, ...eventLayer(events, steps)] };
}

function reading(hasEvents: boolean): string {
  const rows = 'A row is one look at the policy, the first on top. Ticks: where it cuts.';
  return hasEvents ? `${rows} Dashed: known events.` : rows;
}
