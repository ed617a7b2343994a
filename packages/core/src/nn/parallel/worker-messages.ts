/** What the caller’s thread and its worker threads say to each other. Errors travel as plain data. */
import { TesseraError, type TesseraErrorOptions } from '../../errors/tessera-error.js';
import type { Progress } from '../../progress/progress.js';
import type { TrainingResult } from '../training/train.js';
import type { ExchangeMemory } from './gradient-exchange.js';
import type { TrainingProgram } from './training-program.js';

/** What a thread is started with. */
export interface WorkerSetup {
  readonly program: TrainingProgram;
  readonly options: TrainingResult['options'];
  /** Which thread this is; the first evaluates, reports and writes checkpoints. */
  readonly worker: number;
  readonly workers: number;
  /** Whether progress is wanted. */
  readonly reports: boolean;
  /** Steps after which to end without evaluation and checkpoints, where the run only measures. */
  readonly trial?: number | undefined;
  /** Set to 1 by each thread, and notified of, where it is out of the engine for good; shape `[workers]`, shared. */
  readonly hasLeft: Int32Array<SharedArrayBuffer>;
}

/** Sent to every thread once all are ready, or once it is clear that not all will be. */
export interface StartMessage {
  /** Undefined where the thread is to leave. */
  readonly memory: ExchangeMemory | undefined;
}

export type WorkerMessage =
  | { readonly kind: 'ready'; readonly size: number }
  | { readonly kind: 'progress'; readonly progress: Progress }
  /** The result, of the first thread only. */
  | { readonly kind: 'done'; readonly result?: TrainingResult }
  | { readonly kind: 'failed'; readonly error: SentError };

export type SentError =
  | { readonly tessera: TesseraErrorOptions }
  | { readonly name: string; readonly message: string; readonly stack: string | undefined };

/** An error as data that any thread can receive. */
export function sendError(error: unknown): SentError {
  if (TesseraError.is(error)) {
    const { code, argument, expected, found, wayOut, cause } = error.toJSON();
    const options = { code, argument, expected, found, wayOut };
    return { tessera: cause === undefined ? options : { ...options, cause: String(cause) } };
  }
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), stack: undefined };
  return { name: error.name, message: error.message, stack: error.stack };
}

/** The error that was sent. */
export function receiveError(sent: SentError): Error {
  if ('tessera' in sent) return new TesseraError(sent.tessera);
  const error = new Error(sent.message);
  error.name = sent.name;
  if (sent.stack !== undefined) error.stack = sent.stack;
  return error;
}
