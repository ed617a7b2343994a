/**
 * Simple exponential smoothing with the smoothing parameter that makes the one-step errors smallest. Skips missing
 * values: the level stays where nothing was observed.
 */

/** The level after each step; NaN before the first observed value. O(T) */
export function smoothLevels(values: Float64Array, alpha: number): Float64Array {
  const levels = new Float64Array(values.length);
  let level = Number.NaN;
  for (let t = 0; t < values.length; t++) {
    if (!Number.isNaN(values[t]))
      level = Number.isNaN(level) ? values[t] : level + alpha * (values[t] - level);
    levels[t] = level;
  }
  return levels;
}

/** Points of the grid on which the search begins: the sum of squares may have several valleys. */
const gridSize = 50;
/** Width at which the search ends; the sum of squares is flat at its minimum, so more digits change no forecast. */
const tolerance = 1e-6;

/** The alpha in (0, 1] of the least squared one-step errors: the best of a grid, refined by golden sections. O(T) */
export function bestAlpha(values: Float64Array): number {
  let best = 1;
  let least = squaredErrors(values, 1);
  for (let i = 1; i < gridSize; i++) {
    const error = squaredErrors(values, i / gridSize);
    if (error < least) {
      least = error;
      best = i / gridSize;
    }
  }
  const ratio = (Math.sqrt(5) - 1) / 2;
  let low = Math.max(best - 1 / gridSize, 0);
  let high = Math.min(best + 1 / gridSize, 1);
  while (high - low > tolerance) {
    const left = high - ratio * (high - low);
    const right = low + ratio * (high - low);
    if (squaredErrors(values, left) <= squaredErrors(values, right)) high = right;
    else low = left;
  }
  const refined = (low + high) / 2;
  return squaredErrors(values, refined) < least ? refined : best;
}

function squaredErrors(values: Float64Array, alpha: number): number {
  let sum = 0;
  let level = Number.NaN;
  for (let t = 0; t < values.length; t++) {
    if (Number.isNaN(values[t])) continue;
    if (Number.isNaN(level)) {
      level = values[t];
      continue;
    }
    const error = values[t] - level;
    sum += error * error;
    level += alpha * error;
  }
  return sum;
}
