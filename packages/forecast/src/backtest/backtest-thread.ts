/**
 * One worker thread of a backtest: it works on a task at a time, and leaves when it is asked to. It is never terminated. Node takes the
 * whole process down where a thread is interrupted while it loads modules, and so does the native library amid a call; so an end waits
 * for the modules, the series or the window under way. The worker is always the compiled file, also when this module runs from its
 * TypeScript source.
 */
import { Worker } from 'node:worker_threads';
import type { JobsResult } from './run-jobs.js';
import type { ThreadMessage, ThreadStart, WorkerReply, WorkerSetup, WorkerTask } from './thread-messages.js';

const workerFile = new URL('../../dist/backtest/backtest-worker.js', import.meta.url);

/** What a task came to: its result, or the error of a thread that broke down over it. */
export type TaskOutcome = JobsResult | { readonly error: unknown };

export class BacktestThread {
  /** Settles when the thread has ended, however it did. */
  readonly ended: Promise<void>;
  readonly #worker: Worker;
  readonly #hasLeft = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  #fault: unknown;
  #isOver = false;
  #settle: ((outcome: TaskOutcome) => void) | undefined;

  constructor(setup: WorkerSetup) {
    const start: ThreadStart = { setup, hasLeft: this.#hasLeft };
    // Flags of the caller, e.g. those of a script given on the command line, are not meant for the worker file.
    this.#worker = new Worker(workerFile, { workerData: start, name: 'backtest', execArgv: [] });
    this.#worker.on('message', (reply: WorkerReply) => this.#answer(reply));
    this.#worker.on('error', (error) => {
      this.#fault = error;
    });
    this.ended = new Promise((resolve) => {
      // Comes after an error too.
      this.#worker.on('exit', (code) => {
        this.#isOver = true;
        this.#fault ??= new Error(`The thread ended with code ${code}`);
        this.#answer({ error: this.#fault });
        resolve();
      });
    });
  }

  /** Whether it can work no more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Works on a task; the next one may come when this has settled. A thread that breaks down over it is over. */
  run(task: WorkerTask): Promise<TaskOutcome> {
    if (this.#isOver) return Promise.resolve({ error: this.#fault });
    return new Promise((resolve) => {
      this.#settle = resolve;
      this.#tell({ task });
    });
  }

  /** Ends the thread at the next point where that is safe; a task under way comes to an error. */
  askToLeave(): void {
    this.#tell({ leave: true });
  }

  /** Blocks until the thread has left, or for some milliseconds at most; for the end of a process, where nothing can be awaited. */
  waitUntilLeft(milliseconds: number): void {
    if (!this.#isOver) Atomics.wait(this.#hasLeft, 0, 0, milliseconds);
  }

  #tell(message: ThreadMessage): void {
    this.#worker.postMessage(message);
  }

  #answer(outcome: TaskOutcome): void {
    this.#settle?.(outcome);
    this.#settle = undefined;
  }
}
