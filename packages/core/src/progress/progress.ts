/**
 * How long work tells where it stands and how it is stopped: one event type and one signal for all of Tessera.
 */
import { TesseraError } from '../errors/tessera-error.js';

export interface Progress {
  /** What is being done, e.g. `backtest`. */
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  /** Milliseconds since the stage began. */
  readonly elapsed: number;
  /** Milliseconds left, by the pace so far; absent before the first unit is done. */
  readonly remaining?: number;
  /** One line about the unit just finished, e.g. the series id. */
  readonly detail?: string;
}

export interface LongWorkOptions {
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Counts finished units of one stage and reports each with the time left. */
export function progressReporter(
  stage: string,
  total: number,
  onProgress: LongWorkOptions['onProgress'],
): (detail?: string) => void {
  const began = performance.now();
  let done = 0;
  return (detail) => {
    done += 1;
    if (onProgress === undefined) return;
    const elapsed = performance.now() - began;
    const remaining = (elapsed / done) * Math.max(0, total - done);
    onProgress({ stage, done, total, elapsed, remaining, ...(detail === undefined ? {} : { detail }) });
  };
}

/** @throws TesseraError OPERATION_ABORTED when the signal has fired */
export function throwIfAborted(signal: AbortSignal | undefined, stage: string): void {
  if (signal?.aborted !== true) return;
  throw new TesseraError({
    code: 'OPERATION_ABORTED',
    argument: stage,
    expected: 'the work to run to its end',
    found: 'an abort by the caller',
    wayOut: 'Start it again without aborting the signal',
    cause: signal.reason,
  });
}
