/** The two ways to say where in a distribution: quantile levels in (0, 1), interval levels in percent. */
import { TesseraError } from '../errors/tessera-error.js';

/** The levels 0.1 to 0.9 that CRPS and weighted quantile loss use where none are given, as in GluonTS’s evaluator. */
export const deciles: readonly number[] = Object.freeze([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]);

/** A frozen copy of quantile levels. @throws TesseraError OPTIONS_INVALID unless strictly ascending within (0, 1) */
export function checkQuantileLevels(levels: readonly number[]): readonly number[] {
  const ascend = levels.every((level, i) => level > (i === 0 ? 0 : levels[i - 1]) && level < 1);
  if (ascend && levels.length > 0) return Object.freeze([...levels]);
  throw new TesseraError({
    code: 'OPTIONS_INVALID',
    argument: 'quantile levels',
    expected: 'at least one level, strictly ascending within (0, 1)',
    found: levels.length === 0 ? 'none' : levels.join(', '),
    wayOut: 'Write the median as 0.5 and sort the levels',
  });
}

/** The quantile levels that bound a central interval of `level` percent. @throws TesseraError LEVEL_INVALID */
export function intervalBounds(level: number): readonly [lower: number, upper: number] {
  if (level > 0 && level < 100) return [(100 - level) / 200, (100 + level) / 200];
  throw new TesseraError({
    code: 'LEVEL_INVALID',
    argument: 'interval level',
    expected: 'a number between 0 and 100, both excluded',
    found: String(level),
    wayOut: 'Give the level in percent, e.g. 80',
  });
}
