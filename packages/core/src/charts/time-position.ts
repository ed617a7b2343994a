/** Time along x, the same in all charts: UTC, a fixed range, and a first tick that names its year. */
import type { XPosition } from './layer.js';

/** The first tick names the year too, which the ticks of Vega name only where a year begins. */
const tickLabel =
  "datum.index === 0 && datum.label !== utcFormat(datum.value, '%Y') ? [datum.label, utcFormat(datum.value, '%Y')] : datum.label";

/** @param times first and last moment of the axis @param labels whether this view carries the labels of time */
export function timePosition(field: string, times: readonly [number, number], labels: boolean): XPosition {
  return {
    field,
    type: 'temporal',
    // As expressions: a domain of numbers becomes datetime(number), which vega-interpreter misreads as a year.
    scale: { type: 'utc', domainMin: { expr: String(times[0]) }, domainMax: { expr: String(times[1]) } },
    axis: {
      title: null,
      grid: false,
      labels,
      labelExpr: tickLabel,
      labelOverlap: true,
      labelBound: 12,
      tickCount: { expr: 'max(3, width / 90)' },
    },
  } as const;
}
