/**
 * Worker threads for the tasks of a backtest. Every thread gets the set once, when it starts. At most one task per
 * thread is under way, so nothing piles up. Whatever happens, every thread has ended when the promise settles.
 */
import { throwIfAborted } from '@tessera/core';
import { BacktestThread, type TaskOutcome } from './backtest-thread.js';
import type { WorkerSetup, WorkerTask } from './thread-messages.js';

/** Milliseconds that the end of the process waits for windows under way; Node would interrupt them otherwise. */
const longestWait = 5000;

export interface PoolOptions {
  /** Worker threads, at least 1. */
  readonly threads: number;
  readonly setup: WorkerSetup;
  readonly signal?: AbortSignal | undefined;
  /** Called in the order in which tasks end, with the error where the thread broke down. */
  readonly onResult: (task: number, outcome: TaskOutcome) => void;
}

/**
 * Runs all tasks and frees the threads. An abort waits for the modules, the series or the window that a thread is at.
 *
 * @throws TesseraError OPERATION_ABORTED, and whatever `onResult` throws
 */
export async function runInPool(tasks: readonly WorkerTask[], options: PoolOptions): Promise<void> {
  const { setup, signal, onResult } = options;
  throwIfAborted(signal, 'backtest');
  const threads = new Set<BacktestThread>();
  let next = 0;
  let isOver = false;
  const stop = () => {
    if (isOver) return;
    isOver = true;
    for (const thread of threads) thread.askToLeave();
  };
  const startThread = () => {
    const thread = new BacktestThread(setup);
    threads.add(thread);
    return thread;
  };
  /** False where another lane has failed: what this one is at is of no use to anybody. */
  const goesOn = () => {
    throwIfAborted(signal, 'backtest');
    return !isOver;
  };
  const lane = async () => {
    let thread = startThread();
    while (next < tasks.length && goesOn()) {
      const task = next++;
      if (thread.isOver) thread = startThread();
      const outcome = await thread.run(tasks[task]);
      if (goesOn()) onResult(task, outcome);
    }
  };
  const onProcessExit = () => {
    stop();
    const deadline = performance.now() + longestWait;
    for (const thread of threads) thread.waitUntilLeft(Math.max(0, deadline - performance.now()));
  };
  signal?.addEventListener('abort', stop, { once: true });
  process.once('exit', onProcessExit);
  try {
    await Promise.all(Array.from({ length: Math.min(options.threads, tasks.length) }, lane));
  } finally {
    stop();
    await Promise.all(Array.from(threads, ({ ended }) => ended));
    signal?.removeEventListener('abort', stop);
    process.off('exit', onProcessExit);
  }
}
