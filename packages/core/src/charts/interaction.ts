/**
 * What a chart can do in a page and not on paper: tell the values under the pointer, and be moved and zoomed in time.
 * The layers that only serve the pointer carry one name, so that still images leave them out.
 */
import type { TopLevelSpec } from 'vega-lite';
import { labelText } from './label-text.js';
import type { Layer } from './layer.js';

const interactionLayer = 'interaction';

/** Moves and zooms along x; the wheel needs a key, so that scrolling the page never stops at a chart. */
export function zoomParam(name: string) {
  return {
    name,
    select: {
      type: 'interval' as const,
      encodings: ['x' as const],
      zoom: 'wheel![event.ctrlKey || event.metaKey]',
    },
    bind: 'scales' as const,
  };
}

/** A text of the tooltip: a label, and a Vega expression of its value. */
export interface Reading {
  readonly label: string;
  readonly expression: string;
}

/** The row under the pointer, also where the pointer is on a cell around its mark. */
export const pointedRow = '(datum.datum || datum)';

/** A vertical line at the place nearest to the pointer, with the readings of its row. */
export function readingLayer(
  selection: string,
  x: { readonly field: string; readonly type: 'temporal' | 'quantitative' },
  readings: readonly Reading[],
): Layer {
  const entries = readings.map(({ label, expression }) => `${textLiteral(plainKey(label))}: ${expression}`);
  return {
    name: interactionLayer,
    params: [
      {
        name: selection,
        select: { type: 'point', on: 'pointermove', clear: 'pointerout', nearest: true, encodings: ['x'] },
      },
    ],
    mark: { type: 'rule', aria: false, tooltip: { expr: `{${entries.join(', ')}}` }, clip: true },
    encoding: {
      x,
      opacity: { condition: { param: selection, empty: false, value: 0.4 }, value: 0 },
    },
  };
}

/** The expression of a field as a number; `missing` where it is null and left out where the row has no such field. */
export function numberReading(field: string, format: string): string {
  const value = `${pointedRow}[${JSON.stringify(field)}]`;
  return `${value} === null ? 'missing' : isValid(${value}) ? format(${value}, '${format}') : datum.nothing`;
}

/** The expression of an interval; left out where the row has none. */
export function intervalReading(lower: string, upper: string, format: string): string {
  const value = (field: string): string => `${pointedRow}[${JSON.stringify(field)}]`;
  const bound = (field: string): string => `format(${value(field)}, '${format}')`;
  const both = [lower, upper].map((field) => `isValid(${value(field)})`).join(' && ');
  return `${both} ? ${bound(lower)} + ' to ' + ${bound(upper)} : datum.nothing`;
}

/** A text as a literal of Vega’s expressions, where U+2028 and U+2029 end a line. */
function textLiteral(text: string): string {
  return JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

/** The tooltip gives two keys a meaning of its own; a space after them makes them plain text. */
function plainKey(label: string): string {
  return ['title', 'image'].includes(label) ? `${label} ` : labelText(label);
}

/** A copy of a specification without the layers that only serve the pointer. */
export function stillSpec(spec: TopLevelSpec): TopLevelSpec {
  const copy = structuredClone(spec);
  dropInteraction(copy);
  return copy;
}

function dropInteraction(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  for (const key of ['layer', 'vconcat', 'hconcat', 'concat']) {
    const parts: unknown = Reflect.get(node, key);
    if (!Array.isArray(parts)) continue;
    const kept = parts.filter((part: unknown) => Reflect.get(Object(part), 'name') !== interactionLayer);
    Reflect.set(node, key, kept);
    for (const part of kept) dropInteraction(part);
  }
  const inner: unknown = Reflect.get(node, 'spec');
  if (inner !== undefined) dropInteraction(inner);
}
