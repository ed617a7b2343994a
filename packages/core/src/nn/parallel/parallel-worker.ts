/**
 * A worker thread of a parallel training: loads the program, says how large it is, and trains with the others once they are ready.
 * Run as a thread only; it does nothing on import elsewhere.
 */
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { Engine } from '../../engine/engine.js';
import { openEngine } from '../../engine/open-engine.js';
import type { Progress } from '../../progress/progress.js';
import { runDigest, type TrainingResult, type TrainingTask, wholeStepper } from '../training/train.js';
import { runTraining, type Stepper } from '../training/training-loop.js';
import { sliceBatch } from './batch-slice.js';
import { GradientExchange } from './gradient-exchange.js';
import { parallelStepper } from './parallel-stepper.js';
import { loadProgram, type ProgramTask } from './training-program.js';
import { type StartMessage, sendError, type WorkerMessage, type WorkerSetup } from './worker-messages.js';

if (parentPort !== null) await work(parentPort, workerData);

async function work(port: MessagePort, setup: WorkerSetup): Promise<void> {
  const say = (message: WorkerMessage) => port.postMessage(message);
  let exchange: GradientExchange | undefined;
  let engine: Engine | undefined;
  try {
    engine = await openEngine(setup.program.engine);
    const task = await loadProgram(setup.program, engine);
    const started = once(port, 'message');
    say({ kind: 'ready', size: task.layout.size });
    const [start]: StartMessage[] = await started;
    if (start.memory === undefined) return;
    exchange = new GradientExchange(start.memory);
    const result = await trainTogether(setup, task, engine, exchange, (progress) =>
      say({ kind: 'progress', progress }),
    );
    say(setup.worker === 0 ? { kind: 'done', result } : { kind: 'done' });
  } catch (error) {
    say({ kind: 'failed', error: sendError(error) });
  } finally {
    exchange?.close();
    engine?.dispose();
    // Sessions are released in the microtasks before this.
    await setImmediate();
    Atomics.store(setup.hasLeft, setup.worker, 1);
    Atomics.notify(setup.hasLeft, setup.worker);
  }
}

function trainTogether(
  { program, options, worker, workers, reports, trial }: WorkerSetup,
  made: ProgramTask,
  engine: Engine,
  exchange: GradientExchange,
  onProgress: (progress: Progress) => void,
): Promise<TrainingResult> {
  const { layout, initial, learns, loss, evaluate } = made;
  const isFirst = worker === 0;
  const isTrial = trial !== undefined;
  const task: TrainingTask = {
    engine,
    layout,
    initial,
    learns,
    loss,
    batch: (step) => sliceBatch(made.batch(step), worker, workers),
    checkpoint: isTrial ? undefined : program.checkpoint,
    run: program.run ?? '',
    ...(isFirst && !isTrial && evaluate !== undefined ? { evaluate } : {}),
  };
  const abort = new AbortController();
  const follow = () => {
    if (isFirst && exchange.isAborted) abort.abort();
  };
  follow();
  const openStepper = (): Stepper => {
    const stepper =
      workers === 1
        ? wholeStepper(task, options)
        : parallelStepper(made, engine, options, { exchange, worker });
    let done = 0;
    return {
      advance: async (...inputs) => {
        if (done++ === trial || exchange.isClosed) return undefined;
        const next = await stepper.advance(...inputs);
        follow();
        return next;
      },
      dispose: () => stepper.dispose(),
    };
  };
  return runTraining(
    {
      task,
      options,
      openStepper,
      run: runDigest(task, options, { workers }),
      writes: isFirst,
      facts: { workers },
    },
    { signal: abort.signal, onProgress: isFirst && reports ? onProgress : undefined },
  );
}
