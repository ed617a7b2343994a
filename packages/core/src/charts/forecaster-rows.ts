/**
 * What the charts that compare forecasters share: a row per forecaster, its name on the left, the number itself on the
 * right, so that the picture can be read and quoted.
 */
import { ink, quiet } from './chart-theme.js';
import type { Layer, YPosition } from './layer.js';

/** Height of a row in pixels. */
export const rowStep = 24;

/** The y position by name, best first; `named` where this panel shows the names. */
export function forecasterAxis(names: readonly string[], named: boolean): YPosition {
  return {
    field: 'forecaster',
    type: 'nominal',
    sort: null,
    scale: { domain: [...names] },
    axis: {
      title: null,
      domain: false,
      ticks: false,
      labels: named,
      labelPadding: 8,
      grid: true,
      gridDash: [1, 3],
    },
  };
}

/** The number of each row to the right of its panel; `strong` names the field that makes it bold. */
export function valueColumn(y: YPosition, field: string, strong: string): Layer {
  return {
    mark: { type: 'text', align: 'left', baseline: 'middle', dx: 8, fontSize: 11, aria: false },
    encoding: {
      x: { value: 'width' },
      y,
      text: { field, type: 'nominal' },
      color: { condition: { test: `datum.${strong}`, value: ink }, value: quiet },
    },
  };
}

/** Names by ascending score; a name without a score comes last. */
export function namesByScore(scores: ReadonlyMap<string, number>): string[] {
  const orLast = (name: string): number => {
    const score = scores.get(name) ?? Number.NaN;
    return Number.isNaN(score) ? Number.POSITIVE_INFINITY : score;
  };
  return [...scores.keys()].sort((a, b) => orLast(a) - orLast(b) || 0);
}
