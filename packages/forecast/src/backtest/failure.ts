/** What went wrong for one model, series and origin. Failures are data: they are collected and stop nothing. */
import { type ErrorCode, TesseraError } from '@tessera/core';

/** `plan`: the series is too short. `fit`, `predict`: the forecaster’s own. `score`: its forecast cannot be scored. */
export type FailureStage = 'plan' | 'fit' | 'predict' | 'score';

export interface BacktestFailure {
  /** Absent where no model was asked: the series is too short for the window. */
  readonly model?: string;
  readonly unique_id: string;
  readonly window: number;
  /** Time of the last training step, UTC milliseconds; absent where the series is too short to have one. */
  readonly origin?: number;
  readonly stage: FailureStage;
  readonly code: ErrorCode;
  readonly message: string;
}

const codeOfStage = {
  plan: 'HORIZON_TOO_LONG',
  fit: 'FIT_FAILED',
  predict: 'PREDICT_FAILED',
  score: 'FORECAST_INVALID',
} as const satisfies Record<FailureStage, ErrorCode>;

/** Code and message of anything thrown; what is no TesseraError gets the code of its stage. */
export function describeError(
  error: unknown,
  stage: FailureStage,
): { readonly code: ErrorCode; readonly message: string } {
  if (TesseraError.is(error)) return { code: error.code, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  return { code: codeOfStage[stage], message: `${codeOfStage[stage]}: ${message}` };
}
