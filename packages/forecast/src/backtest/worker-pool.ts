/**
 * Worker threads for the tasks of a backtest. Every thread gets the set once, when it starts. At most one task per
 * thread is under way, so nothing piles up, and an abort ends the threads at once. The worker is always the compiled
 * file, also when this module runs from its TypeScript source.
 */
import { setMaxListeners } from 'node:events';
import { fileURLToPath } from 'node:url';
import { throwIfAborted } from '@tessera/core';
import { Piscina } from 'piscina';
import type { WorkerSetup, WorkerTask } from './backtest-worker.js';
import type { JobsResult } from './run-jobs.js';

const workerFile = fileURLToPath(new URL('../../dist/backtest/backtest-worker.js', import.meta.url));

export interface PoolOptions {
  /** Worker threads, at least 1. */
  readonly threads: number;
  readonly setup: WorkerSetup;
  readonly signal?: AbortSignal | undefined;
  /** Called in the order in which tasks end, with the error where the thread broke down. */
  readonly onResult: (task: number, outcome: JobsResult | { readonly error: unknown }) => void;
}

/**
 * Runs all tasks and frees the threads.
 *
 * @throws TesseraError OPERATION_ABORTED
 */
export async function runInPool(tasks: readonly WorkerTask[], options: PoolOptions): Promise<void> {
  const { threads, setup, signal, onResult } = options;
  if (tasks.length === 0) return;
  throwIfAborted(signal, 'backtest');
  const pool: Piscina<WorkerTask, JobsResult> = new Piscina({
    filename: workerFile,
    name: 'runTask',
    minThreads: threads,
    maxThreads: threads,
    workerData: setup,
    // Waiting on atomics would freeze the event loop of a thread between tasks, and with it what a wasm module awaits.
    atomics: 'disabled',
  });
  const abort = new AbortController();
  setMaxListeners(2 * threads, abort.signal);
  const stop = () => abort.abort();
  signal?.addEventListener('abort', stop, { once: true });
  let next = 0;
  const lane = async () => {
    while (next < tasks.length) {
      throwIfAborted(signal, 'backtest');
      const task = next++;
      let outcome: JobsResult | { readonly error: unknown };
      try {
        outcome = await pool.run(tasks[task], { signal: abort.signal });
      } catch (error) {
        throwIfAborted(signal, 'backtest');
        outcome = { error };
      }
      onResult(task, outcome);
    }
  };
  try {
    await Promise.all(Array.from({ length: threads }, lane));
  } finally {
    next = tasks.length;
    signal?.removeEventListener('abort', stop);
    await pool.destroy();
  }
}
