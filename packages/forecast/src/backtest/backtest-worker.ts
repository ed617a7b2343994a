/**
 * What runs in a worker thread of a backtest: rebuilds a forecaster from its recipe and runs its jobs on the set that
 * the thread was started with, until it is asked to leave. Run as a thread only; it does nothing on import elsewhere.
 */
import { setImmediate } from 'node:timers/promises';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { metricByName } from '@tessera/core';
import { forecasterFromRecipe } from '../forecaster/registry.js';
import { type JobContext, type JobsResult, runJobs } from './run-jobs.js';
import { frameOf } from './shared-set.js';
import type { ThreadMessage, ThreadStart, WorkerReply, WorkerSetup, WorkerTask } from './thread-messages.js';

if (parentPort !== null) serve(parentPort, workerData);

function serve(port: MessagePort, { setup, hasLeft }: ThreadStart): void {
  const leave = new AbortController();
  let work = Promise.resolve();
  port.on('message', (message: ThreadMessage) => {
    if ('leave' in message) leave.abort();
    // What is thrown here, e.g. by a result that cannot be sent, breaks the thread down, and the caller hears of it.
    work = work.then(() =>
      'leave' in message ? end(port, hasLeft) : answer(port, setup, message.task, leave.signal),
    );
  });
}

/** Runs a task; the arrays of the result move to the calling thread without a copy. */
async function answer(
  port: MessagePort,
  setup: WorkerSetup,
  task: WorkerTask,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return;
  let reply: WorkerReply;
  try {
    reply = await runTask(setup, task, signal);
  } catch (error) {
    reply = { error };
  }
  if (!signal.aborted) port.postMessage(reply, 'error' in reply ? [] : buffersOf(reply));
}

function runTask(setup: WorkerSetup, { recipe, jobs }: WorkerTask, signal: AbortSignal): Promise<JobsResult> {
  const { set, options } = setup;
  // The frames of one task only, so that memory stays bounded by the largest task.
  const frames = new Map<number, ReturnType<typeof frameOf>>();
  const context: JobContext = {
    frame: (series) => {
      const known = frames.get(series) ?? frameOf(set, series);
      frames.set(series, known);
      return known;
    },
    options,
    metrics: setup.metrics.map(({ name, quantileLevels }) =>
      metricByName(name, quantileLevels.length === 0 ? undefined : quantileLevels),
    ),
    signal,
  };
  return runJobs(forecasterFromRecipe(recipe), jobs, context);
}

function buffersOf({ cells, parts, steps, forecasts }: JobsResult): ArrayBuffer[] {
  const arrays = [cells, parts, steps, ...forecasts.flatMap(({ point, quantiles }) => [point, quantiles])];
  return arrays.map(({ buffer }) => buffer).filter((buffer) => buffer instanceof ArrayBuffer);
}

async function end(port: MessagePort, hasLeft: Int32Array<SharedArrayBuffer>): Promise<void> {
  // Nothing else keeps the thread alive. What a model holds in an engine is released in the turn before.
  port.close();
  await setImmediate();
  Atomics.store(hasLeft, 0, 1);
  Atomics.notify(hasLeft, 0);
}
