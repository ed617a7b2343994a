/**
 * Daily births as the tests need them: a weekly and a yearly season, a slow trend and noise, with forecasts of known
 * interval widths. Made from a key, so the same on every machine; no real data.
 */
import type { ForecastPoint, HistoryPoint } from '../../src/charts/index.js';
import { RandomStream, randomKey } from '../../src/random/key.js';

export const day = 86_400_000;
const firstDay = Date.UTC(1987, 0, 1);
/** By day of the week, from Sunday. */
const weekdayEffect = [-1100, 250, 420, 380, 330, 300, -580];

export function dayAt(index: number): number {
  return firstDay + index * day;
}

/** Births of day `index`, without noise. */
export function expectedBirths(index: number): number {
  const weekday = new Date(dayAt(index)).getUTCDay();
  return 9800 + weekdayEffect[weekday] + 420 * Math.sin((2 * Math.PI * (index - 110)) / 365.25) + index / 4;
}

/** Days `[from, to)`; null on the days of `missing`. */
export function births(from: number, to: number, missing: readonly number[] = []): HistoryPoint[] {
  const noise = new RandomStream(randomKey(1987));
  const all = Array.from({ length: to }, (_, index) => ({
    time: dayAt(index),
    value: Math.round(expectedBirths(index) + 170 * noise.normal()),
  }));
  return all
    .slice(from)
    .map((point, place) => (missing.includes(from + place) ? { ...point, value: null } : point));
}

/** A forecast whose normal intervals widen with the step; `bias` shifts it. */
export function birthsForecast(origin: number, horizon: number, bias = 0): ForecastPoint[] {
  return Array.from({ length: horizon }, (_, step) => {
    const point = expectedBirths(origin + step) + bias;
    const sigma = 190 * Math.sqrt(1 + step / 8);
    return {
      time: dayAt(origin + step),
      point,
      intervals: [
        { level: 80, lower: point - 1.2816 * sigma, upper: point + 1.2816 * sigma },
        { level: 95, lower: point - 1.96 * sigma, upper: point + 1.96 * sigma },
      ],
    };
  });
}
