/**
 * What a forecast chart says in words: the line under its title, the text for readers who cannot see it, and how precise
 * its times are written. All times are read as UTC.
 */
import type { ForecastChartData } from './chart-data.js';
import type { ForecastTable } from './forecast-table.js';

const day = 86_400_000;

/** A d3 time format that shows what these times differ in: months, days, minutes or seconds. */
export function timeFormat(times: readonly number[]): string {
  if (times.every((time) => time % day === 0)) {
    return times.every((time) => new Date(time).getUTCDate() === 1) ? '%b %Y' : '%a %-d %b %Y';
  }
  return times.every((time) => time % 60_000 === 0) ? '%a %-d %b %Y %H:%M' : '%a %-d %b %Y %H:%M:%S';
}

/** The subtitle: origin, horizon and how much of the history is shown, where all panels agree. */
export function describeOrigin(tables: readonly ForecastTable[]): string {
  const origins = new Set(tables.map(({ origin }) => origin));
  const horizons = new Set(tables.flatMap(({ lines }) => lines.map(({ horizon }) => horizon)));
  const histories = new Set(tables.map(({ shown, given }) => `${shown} ${given}`));
  const parts: string[] = [];
  const [origin] = origins;
  if (origins.size === 1 && origin !== undefined) parts.push(`Forecast origin ${writeTime(origin)}`);
  const [horizon] = horizons;
  if (horizons.size === 1) parts.push(`horizon ${countOf(horizon, 'step')}`);
  const [{ shown, given }] = tables;
  if (histories.size === 1 && shown < given) {
    parts.push(`last ${shown} of ${countOf(given, 'step')} of history shown`);
  }
  return parts.join(', ');
}

/** The text alternative of the chart. */
export function describeForecast(data: ForecastChartData, tables: readonly ForecastTable[]): string {
  const title = data.title === undefined ? 'Forecast chart' : data.title;
  const sentences = data.panels.map((panel, index) => {
    const { shown, origin, lines, rows } = tables[index];
    const missing = rows.filter(({ history }) => history === null).length;
    const parts: string[] = [];
    if (origin !== undefined) {
      parts.push(
        `${countOf(shown, 'step')} of history to ${writeTime(origin)}${missing > 0 ? ', with gaps' : ''}`,
      );
    }
    for (const { forecaster, horizon, bands, point } of lines) {
      const levels = bands.map(({ level }) => `${level} %`).reverse();
      const intervals = levels.length === 0 ? '' : ` with ${levels.join(' and ')} intervals`;
      const points = rows.map((row) => row[point]).filter((value) => typeof value === 'number');
      const ends =
        points.length === 0 ? '' : `, from ${brief(points[0])} to ${brief(points[points.length - 1])}`;
      parts.push(`${countOf(horizon, 'step')} forecast by ${forecaster}${intervals}${ends}`);
    }
    if (panel.truth !== undefined) parts.push('and what came after the origin');
    const unit = panel.unit === undefined ? '' : ` in ${panel.unit}`;
    return `${panel.name ?? 'One series'}${unit}: ${parts.join('; ')}.`;
  });
  return `${title}. ${sentences.join(' ')}`;
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function brief(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function writeTime(time: number): string {
  const iso = new Date(time).toISOString();
  return time % day === 0 ? iso.slice(0, 10) : `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}
