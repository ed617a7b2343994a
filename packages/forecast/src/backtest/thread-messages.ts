/** What the caller’s thread and the worker threads of a backtest say to each other. */
import type { Recipe } from '../forecaster/forecaster.js';
import type { Job } from './backtest-plan.js';
import type { JobOptions, JobsResult } from './run-jobs.js';
import type { SharedSet } from './shared-set.js';

/** What every worker is started with. */
export interface WorkerSetup {
  readonly set: SharedSet;
  readonly options: JobOptions;
  readonly metrics: readonly { readonly name: string; readonly quantileLevels: readonly number[] }[];
}

export interface WorkerTask {
  readonly recipe: Recipe;
  readonly jobs: readonly Job[];
}

export interface ThreadStart {
  readonly setup: WorkerSetup;
  /** Set to 1, and notified of, where the thread is done for good and nothing native is under way; shape `[1]`, shared. */
  readonly hasLeft: Int32Array<SharedArrayBuffer>;
}

export type ThreadMessage = { readonly task: WorkerTask } | { readonly leave: true };

/** One per task, but for a task that was under way when the thread was asked to leave. */
export type WorkerReply = JobsResult | { readonly error: unknown };
