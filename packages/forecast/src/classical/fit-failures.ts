/** Failures of single series while a set is fitted: each names its series, and one error names them all. */
import { type SeriesFrame, TesseraError } from '@tessera/core';

/** The error of a series that a method could not be fitted to; a TesseraError stays as it is. */
export function seriesFailure(name: string, frame: SeriesFrame, cause: unknown): TesseraError {
  if (TesseraError.is(cause)) return cause;
  return new TesseraError({
    code: 'FIT_FAILED',
    argument: `series "${frame.id}"`,
    expected: `a history that ${name} can be fitted to`,
    found: cause instanceof Error ? cause.message : String(cause),
    wayOut: 'Leave the series out, or use another forecaster for it',
    cause,
  });
}

/** The failure itself where there is one, else one error that names them all and has them as its cause. */
export function combinedFailure(
  name: string,
  failures: readonly TesseraError[],
  series: number,
): TesseraError {
  if (failures.length === 1) return failures[0];
  const shown = failures.slice(0, 3).map(({ message }) => message);
  return new TesseraError({
    code: 'FIT_FAILED',
    argument: `fit of ${name}`,
    expected: `a model for each of ${series} series`,
    found: `${failures.length} failures: ${shown.join(' ')}${failures.length > 3 ? ' …' : ''}`,
    wayOut: 'Leave these series out, or backtest, which reports failing series and goes on',
    cause: new AggregateError(failures),
  });
}
