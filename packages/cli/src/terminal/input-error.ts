/** Failures of many fits that are all the fault of the table: the caller can mend it, so the first of them is the error to tell. */
import { type ErrorCode, TesseraError } from '@tessera/core';

/** What a forecaster says of a table that it cannot use. */
const inputCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'TIME_IRREGULAR',
  'SERIES_TOO_SHORT',
  'HORIZON_TOO_LONG',
  'FUTURE_MISSING',
]);

/** The first failure in the cause of an error where all of them are of the input; otherwise undefined. */
export function inputErrorWithin(error: unknown): TesseraError | undefined {
  if (!TesseraError.is(error)) return undefined;
  const { code, cause } = error;
  if (code === 'FIT_FAILED' && cause instanceof AggregateError) return firstOf(cause.errors);
  if (code === 'BACKTEST_FAILED' && Array.isArray(cause)) return firstOf(cause);
  return undefined;
}

function firstOf(given: readonly unknown[]): TesseraError | undefined {
  const failures = given.filter(isFailure);
  const ofInput = failures.filter(({ code }) => inputCodes.has(code));
  // A forecaster of all series at once fails under one code for them all, whatever was wrong with each.
  const explained = new Set(ofInput.map(placeOf));
  const isExplained = (failure: Failure) =>
    failure.code === 'FIT_FAILED' && failure.unique_id !== undefined && explained.has(placeOf(failure));
  const [first] = ofInput;
  if (first === undefined || failures.length < given.length) return undefined;
  if (!failures.every((failure) => inputCodes.has(failure.code) || isExplained(failure))) return undefined;
  if (TesseraError.is(first)) return first;
  return new TesseraError({
    code: first.code,
    argument: 'table',
    expected: 'at least one series that can be compared on',
    found: `${failures.length} failures, the first: ${first.message.replace(/\.$/, '')}`,
    wayOut: 'Mend the table as the first failure says',
    cause: failures,
  });
}

/** What failures of a fit, which are errors, and those of a backtest, which are plain data, have in common. */
interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  /** Of a backtest. */
  readonly unique_id?: string;
  readonly window?: number;
}

function placeOf({ unique_id, window }: Failure): string {
  return JSON.stringify([unique_id, window]);
}

function isFailure(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null && 'code' in value && 'message' in value;
}
