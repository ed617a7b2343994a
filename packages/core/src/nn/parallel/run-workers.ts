/**
 * Starts the threads of a parallel training, and sees to it that none outlives it: whatever happens, every thread has ended when the
 * promise settles. Threads are asked to leave, never terminated: the native library takes the whole process down where it is
 * interrupted. So an end waits for the step under way, and a program that never returns is waited for. The worker is always the
 * compiled file, also when this module runs from its TypeScript source.
 */
import { Worker } from 'node:worker_threads';
import { TesseraError } from '../../errors/tessera-error.js';
import { type LongWorkOptions, throwIfAborted } from '../../progress/progress.js';
import type { TrainingResult } from '../training/train.js';
import { exchangeMemory, GradientExchange } from './gradient-exchange.js';
import type { TrainingProgram } from './training-program.js';
import { receiveError, type StartMessage, type WorkerMessage, type WorkerSetup } from './worker-messages.js';

const workerFile = new URL('../../../dist/nn/parallel/parallel-worker.js', import.meta.url);

/** Milliseconds that the end of the process waits for threads that load or are amid a step; Node would interrupt them otherwise. */
const longestWait = 5000;

export interface WorkersRun {
  readonly program: TrainingProgram;
  readonly options: TrainingResult['options'];
  /** Threads, at least 1. */
  readonly workers: number;
  /** Steps after which to end without evaluation and checkpoints, for a run that only measures. */
  readonly trial?: number;
}

/** Trains on some threads and ends them. */
export async function runWorkers(
  run: WorkersRun,
  { onProgress, signal }: LongWorkOptions = {},
): Promise<TrainingResult> {
  throwIfAborted(signal, 'train');
  const hasLeft = new Int32Array(new SharedArrayBuffer(run.workers * Int32Array.BYTES_PER_ELEMENT));
  const threads = startThreads(run, hasLeft, onProgress !== undefined);
  const exits = threads.map((thread) => new Promise((resolve) => thread.once('exit', resolve)));
  let exchange: GradientExchange | undefined;
  let isOver = false;
  const askToLeave = () => {
    if (exchange === undefined) tell(threads, { memory: undefined });
    else exchange.close();
  };
  const onProcessExit = () => {
    askToLeave();
    awaitAll(hasLeft, longestWait);
  };
  process.once('exit', onProcessExit);
  let onAbort: (() => void) | undefined;
  try {
    return await new Promise<TrainingResult>((resolve, reject) => {
      const sizes = new Map<number, number>();
      const done = new Set<number>();
      let result: TrainingResult | undefined;
      const guarded = (act: () => void) => {
        try {
          act();
        } catch (error) {
          reject(error);
        }
      };
      onAbort = () => {
        // Before the start there is nothing to save; after it, the first thread saves and ends.
        if (exchange === undefined) guarded(() => throwIfAborted(signal, 'train'));
        else exchange.abort();
      };
      const start = () => {
        const memory = exchangeMemory(run.workers, sameSize([...sizes.values()]));
        exchange = new GradientExchange(memory);
        tell(threads, { memory });
      };
      const hear = (worker: number, message: WorkerMessage) => {
        switch (message.kind) {
          case 'ready':
            sizes.set(worker, message.size);
            if (sizes.size === threads.length) start();
            break;
          case 'progress':
            onProgress?.(message.progress);
            break;
          case 'failed': {
            const error = receiveError(message.error);
            if (TesseraError.is(error) && error.code === 'OPERATION_ABORTED') throwIfAborted(signal, 'train');
            throw error;
          }
          case 'done':
            done.add(worker);
            result ??= message.result;
            // The first may end because another failed and has not said so yet: only all together are done.
            if (done.size === threads.length && result !== undefined) resolve(result);
        }
      };
      for (const [worker, thread] of threads.entries()) {
        thread.on('message', (message: WorkerMessage) => {
          if (!isOver) guarded(() => hear(worker, message));
        });
        thread.on('error', reject);
        thread.on('exit', (code) => {
          // One that broke down has not said so.
          Atomics.store(hasLeft, worker, 1);
          if (!done.has(worker)) reject(endedEarly(worker, code));
        });
      }
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  } finally {
    isOver = true;
    if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort);
    askToLeave();
    await Promise.all(exits);
    process.off('exit', onProcessExit);
  }
}

function tell(threads: readonly Worker[], message: StartMessage): void {
  for (const thread of threads) thread.postMessage(message);
}

/** Blocks until every element is 1, or for some milliseconds at most. */
function awaitAll(flags: Int32Array<SharedArrayBuffer>, milliseconds: number): void {
  const until = performance.now() + milliseconds;
  for (const index of flags.keys()) Atomics.wait(flags, index, 0, Math.max(0, until - performance.now()));
}

function startThreads(
  { program, options, workers, trial }: WorkersRun,
  hasLeft: Int32Array<SharedArrayBuffer>,
  reports: boolean,
): Worker[] {
  return Array.from({ length: workers }, (_, worker) => {
    const setup: WorkerSetup = { program, options, worker, workers, reports, trial, hasLeft };
    try {
      // Flags of the caller, e.g. those of a script given on the command line, are not meant for the worker file.
      return new Worker(workerFile, { workerData: setup, name: `train ${worker}`, execArgv: [] });
    } catch (cause) {
      throw new TesseraError({
        code: 'OPTIONS_INVALID',
        argument: 'program.config',
        expected: 'plain data and SharedArrayBuffers',
        found: cause instanceof Error ? cause.message : String(cause),
        wayOut: 'Give the program data, and let its module make functions of it',
        cause,
      });
    }
  });
}

function sameSize(sizes: readonly number[]): number {
  const [first] = sizes;
  if (sizes.every((size) => size === first)) return first;
  throw new TesseraError({
    code: 'PARAMS_INVALID',
    argument: 'layout',
    expected: 'the same layout in every thread',
    found: `${sizes.join(', ')} parameters`,
    wayOut: 'Let the layout depend on the configuration alone',
  });
}

function endedEarly(worker: number, code: number): TesseraError {
  return new TesseraError({
    code: 'WORKER_FAILED',
    argument: `worker ${worker}`,
    expected: 'the thread to run to the end of the training',
    found: `an exit with code ${code}`,
    wayOut: 'Let the program not end its process, and give it memory enough',
  });
}
