/** What the command tells the shell. Scripts branch on these numbers, so they never change their meaning. */
import { type ErrorCode, TesseraError } from '@tessera/core';

export const exitCodes = {
  done: 0,
  /** Bad usage or bad input: the caller can mend it. */
  badInput: 2,
  /** The work itself failed. */
  failure: 3,
  /** Stopped by Ctrl-C, as shells expect: 128 + SIGINT. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const failures: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'FIT_FAILED',
  'BACKTEST_FAILED',
  'DOWNLOAD_FAILED',
  'CHECKSUM_MISMATCH',
  'CHART_FAILED',
  'FILE_UNWRITABLE',
]);

/** The exit code of an error; whatever is not a TesseraError is a failure of ours. */
export function exitCodeOf(error: unknown): ExitCode {
  if (!TesseraError.is(error)) return exitCodes.failure;
  if (error.code === 'OPERATION_ABORTED') return exitCodes.interrupted;
  return failures.has(error.code) ? exitCodes.failure : exitCodes.badInput;
}

/** What `tessera audit` tells instead: a pipeline must know a finding from a wrong option. */
export const auditExitCodes = { passed: 0, warned: 1, failed: 2, badInput: 3, internal: 4 } as const;

/** The code of an audit that did not run to its end. */
export function auditCodeOf(code: ExitCode): number {
  if (code === exitCodes.badInput) return auditExitCodes.badInput;
  return code === exitCodes.failure ? auditExitCodes.internal : code;
}
