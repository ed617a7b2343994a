/**
 * What all charts look like: colours that colour-blind readers tell apart (Okabe and Ito, Color Universal Design, 2008),
 * doubled by dashes so that they survive a black-and-white print, on a white ground. Yellow is left out because a yellow
 * line vanishes on white; black is kept for what was observed.
 */
import type { Config } from 'vega-lite';
import { textWidth, wrapText } from './font-metrics.js';
import { labelText } from './label-text.js';

export const ink = '#1a1a1a';
export const quiet = '#5f5f5f';
export const schema = 'https://vega.github.io/schema/vega-lite/v6.json';

const hues = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9'];
/** Five patterns against six hues: the pair repeats only after thirty names. */
const dashes = [
  [1, 0],
  [7, 3],
  [2, 2],
  [9, 3, 2, 3],
  [14, 4],
];

const titleSize = 15;
const subtitleSize = 12;
const legendLabelSize = 11;
const labelLimit = 260;

export function hueOf(index: number): string {
  return hues[index % hues.length];
}

export function dashOf(index: number): number[] {
  return dashes[index % dashes.length];
}

const config: Config = {
  background: '#ffffff',
  font: 'sans-serif',
  padding: 8,
  // The description tells what is drawn; a label on each of hundreds of marks would drown it.
  aria: false,
  view: { stroke: null },
  axis: {
    labelColor: ink,
    titleColor: ink,
    titleFontWeight: 'normal',
    labelFontSize: 11,
    titleFontSize: 12,
    titlePadding: 10,
    gridColor: '#e4e4e4',
    domainColor: '#8c8c8c',
    tickColor: '#8c8c8c',
  },
  axisY: { labelLimit: 240 },
  legend: {
    orient: 'top',
    title: null,
    labelFontSize: legendLabelSize,
    labelColor: ink,
    labelLimit,
    symbolStrokeWidth: 2,
    columnPadding: 16,
    rowPadding: 4,
    offset: 12,
  },
  title: {
    anchor: 'start',
    frame: 'bounds',
    fontSize: titleSize,
    fontWeight: 'bold',
    color: ink,
    subtitleFontSize: subtitleSize,
    subtitleColor: quiet,
    subtitlePadding: 4,
    offset: 12,
  },
};

/** Title and subtitle in lines as wide as the chart; undefined where there is neither. */
export function titleOf(
  title: string | undefined,
  subtitle: string | undefined,
  width: number,
): { text: string[]; subtitle?: string[] } | undefined {
  const text = wrapText(title ?? '', width, titleSize, 'bold').map(labelText);
  const below = wrapText(subtitle ?? '', width, subtitleSize).map(labelText);
  if (text.length === 0 && below.length === 0) return undefined;
  return { text, ...(below.length === 0 ? {} : { subtitle: below }) };
}

/** The title of one panel of several, nothing for an empty one. */
export function panelTitle(title: string) {
  if (title === '') return {};
  return { title: { text: labelText(title), frame: 'group' as const, fontSize: 12, offset: 6 } };
}

/** The look of all charts; `stacked` puts several legends below one another instead of side by side. */
export function chartConfig(stacked = false): Config {
  const legend = { ...config.legend };
  const top = { direction: stacked ? 'vertical' : 'horizontal', anchor: 'start', margin: stacked ? 4 : 20 };
  // Vega-Lite passes the layout of legends on to Vega, but its typings leave it out.
  Reflect.set(legend, 'layout', { top });
  return { ...config, legend };
}

/** Width of the symbol of a legend entry with the space around it. */
const symbolRoom = 48;

function entryWidth(label: string): number {
  return Math.min(labelLimit, textWidth(label, legendLabelSize)) + symbolRoom;
}

/** Width of legend entries side by side. */
export function legendWidth(labels: readonly string[]): number {
  return labels.reduce((sum, label) => sum + entryWidth(label), 0);
}

/** How many legend entries of these labels fit side by side, in columns as wide as the widest. */
export function legendColumns(labels: readonly string[], width: number): number {
  if (legendWidth(labels) <= width) return labels.length;
  return Math.max(1, Math.floor(width / Math.max(...labels.map(entryWidth))));
}

/** Decimals that give the largest of these numbers four significant digits, at most 8; 0 where there is no number. */
export function decimalsFor(values: Iterable<number | null>): number {
  let largest = 0;
  for (const value of values) {
    if (value !== null && Number.isFinite(value)) largest = Math.max(largest, Math.abs(value));
  }
  return largest === 0 ? 0 : Math.min(8, Math.max(0, 3 - Math.floor(Math.log10(largest))));
}

/** A d3 number format of that many decimals, without trailing zeros. */
export function numberFormat(decimals: number): string {
  return `,.${decimals}~f`;
}

/** A number with exactly that many decimals; a dash where it is missing. */
export function numberText(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return '–';
  return value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}
