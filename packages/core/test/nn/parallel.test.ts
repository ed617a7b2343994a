import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
// The built package, as the program and the worker threads load it: a model of one copy under an engine of another is traced
// operation by operation, and rounds otherwise.
import { openEngine } from '@tessera/core/engine';
import { type TrainOptions, train } from '@tessera/core/nn';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { trainParallel } from '../../src/nn/parallel/train-parallel.js';
import { loadProgram, type TrainingProgram } from '../../src/nn/parallel/training-program.js';
import { expectNear } from './layer-run.js';

const started = vi.hoisted((): Worker[] => []);
vi.mock('node:worker_threads', async (load) => {
  const real = await load<typeof import('node:worker_threads')>();
  class RecordedWorker extends real.Worker {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      started.push(this);
    }
  }
  return { ...real, Worker: RecordedWorker };
});
vi.mock('node:os', async (load) => ({
  ...(await load<typeof import('node:os')>()),
  availableParallelism: () => 2,
}));

const module = new URL('./parallel-program.mjs', import.meta.url).href;
const program = (
  name: string,
  config: unknown = {},
  more: Partial<TrainingProgram> = {},
): TrainingProgram => ({
  module,
  export: name,
  config,
  ...more,
});
const options: TrainOptions = { steps: 50, schedule: { peak: 1e-2 }, average: 0.9 };

describe('trainParallel', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'parallel-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  afterEach(() => {
    // Holds after every test, the failing trainings above all: a thread that has ended has the id -1.
    expect(started.map(({ threadId }) => threadId)).toEqual(started.map(() => -1));
    started.length = 0;
  });

  async function alone(name: string, more: Partial<TrainOptions> = {}) {
    const engine = await openEngine('onnxruntime');
    try {
      const task = await loadProgram(program(name), engine);
      return await train({ ...task, engine }, { ...options, ...more });
    } finally {
      engine.dispose();
    }
  }

  it('gives the bits of train with one worker', async () => {
    const one = await trainParallel(program('evaluatedByEngine'), {
      ...options,
      workers: 1,
      evaluateEvery: 20,
    });
    const expected = await alone('evaluatedByEngine', { evaluateEvery: 20 });
    expect(one.params).toEqual(expected.params);
    expect(one.losses).toEqual(expected.losses);
    expect(one.evaluations).toEqual(expected.evaluations);
  });

  it('gives what one worker gives, but for rounding, with two and with four', async () => {
    const expected = await alone('mlp');
    for (const workers of [2, 4]) {
      const together = await trainParallel(program('mlp'), { ...options, workers });
      expectNear(together.params, expected.params, 1e-5);
      expectNear(Float32Array.from(together.losses), expected.losses, 1e-5);
      expect(together.workers).toEqual({ workers, reason: 'asked for', measured: [] });
    }
  });

  it('counts slices by their weight, so that a mean over observed entries is that of the batch', async () => {
    const expected = await alone('masked');
    const weighted = await trainParallel(program('masked'), { ...options, workers: 2 });
    expectNear(weighted.params, expected.params, 1e-5);
    expectNear(Float32Array.from(weighted.losses), expected.losses, 1e-5);
  });

  it('gives the same bits each time with as many workers', async () => {
    const run = () => trainParallel(program('masked'), { ...options, workers: 2 });
    const [one, two] = [await run(), await run()];
    expect(one.params).toEqual(two.params);
    expect(one.losses).toEqual(two.losses);
  });

  it('reads numbers from shared memory', async () => {
    const values = new SharedArrayBuffer(32 * 4);
    new Float32Array(values).fill(7);
    for (const workers of [1, 2]) {
      const { losses } = await trainParallel(program('shared', { values }), {
        ...options,
        steps: 1,
        workers,
      });
      expect(losses[0]).toBeGreaterThan(40);
    }
    expect(new Float32Array(values)).toEqual(new Float32Array(32).fill(7));
  });

  it('trains on an engine that computes operation by operation', async () => {
    const few = { ...options, steps: 3 };
    const slow = await trainParallel(program('mlp', {}, { engine: 'wasm' }), { ...few, workers: 2 });
    const fast = await trainParallel(program('mlp'), { ...few, workers: 2 });
    expectNear(slow.params, fast.params, 1e-5);
  });

  it('evaluates in the first thread, returns the best and stops early', async () => {
    const early = { ...options, evaluateEvery: 10, patience: 2 };
    const result = await trainParallel(program('evaluated'), { ...early, workers: 2 });
    expect(result.evaluations.map(({ value }) => value)).toEqual([3, 1, 2, 2]);
    expect(result.steps).toBe(40);
    expectNear(result.params, (await alone('evaluated', early)).params, 1e-5);
  });

  it('goes on from an abort to the bits of the run that was not aborted', async () => {
    const whole = await trainParallel(program('mlp'), { ...options, steps: 400, workers: 2 });
    const checkpoint = join(folder, 'abort');
    const stop = new AbortController();
    const seen: number[] = [];
    const resumable = program('mlp', {}, { checkpoint });
    const aborted = trainParallel(
      resumable,
      { ...options, steps: 400, workers: 2 },
      { signal: stop.signal, onProgress: ({ done }) => seen.push(done) === 23 && stop.abort('enough') },
    );
    await expect(aborted).rejects.toMatchObject({ code: 'OPERATION_ABORTED', cause: 'enough' });
    expect(seen.length).toBeLessThan(400);
    const other = trainParallel(resumable, { ...options, steps: 400, workers: 1 });
    await expect(other).rejects.toMatchObject({ code: 'CHECKPOINT_INVALID' });
    const rest = await trainParallel(resumable, { ...options, steps: 400 });
    expect(rest.workers).toEqual({
      workers: 2,
      reason: 'the checkpoint was begun with as many',
      measured: [],
    });
    expect(rest.losses.length).toBeGreaterThan(0);
    expect(rest.losses.length).toBeLessThan(400);
    expect(rest.losses).toEqual(whole.losses.slice(-rest.losses.length));
    expect(rest.params).toEqual(whole.params);
    expect((await readdir(checkpoint)).sort()).toEqual(['manifest.json', 'state-400.safetensors']);
  });

  it('starts nothing after an abort, and ends what is starting', async () => {
    const before = trainParallel(program('mlp'), { ...options, workers: 2 }, { signal: AbortSignal.abort() });
    await expect(before).rejects.toMatchObject({ code: 'OPERATION_ABORTED' });
    expect(started).toEqual([]);
    const stop = new AbortController();
    const starting = trainParallel(program('mlp'), { ...options, workers: 2 }, { signal: stop.signal });
    setTimeout(() => stop.abort(), 20);
    await expect(starting).rejects.toMatchObject({ code: 'OPERATION_ABORTED' });
    expect(started.length).toBe(2);
  });

  it.each([
    ['throws', 'throw', 1, { name: 'RangeError', message: 'no batch 5' }],
    ['throws first', 'throw', 0, { name: 'RangeError', message: 'no batch 5' }],
    ['exits', 'exit', 1, { code: 'WORKER_FAILED', argument: 'worker 1', found: 'an exit with code 3' }],
    ['leaves a rejection alone', 'reject', 1, { message: 'nobody waits for this' }],
  ])('hands on that a thread %s, and ends the others', async (_, how, worker, error) => {
    const failing = trainParallel(program('faulty', { how, worker }), { ...options, workers: 2 });
    await expect(failing).rejects.toMatchObject(error);
  });

  it.each([
    ['while its threads load', 'setTimeout(() => process.exit(7), 150);', '() => {}'],
    ['amid the training', '', '({ done }) => done === 5 && process.exit(7)'],
  ])('keeps the exit code of a process that ends %s', (_, before, onProgress) => {
    const script = `import { trainParallel } from '@tessera/core/nn';
      const program = ${JSON.stringify(program('heavy'))};
      ${before}
      await trainParallel(program, { steps: 1e6, workers: 2 }, { onProgress: ${onProgress} });`;
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      encoding: 'utf8',
    });
    expect(child).toMatchObject({ status: 7, signal: null, stderr: '' });
  });

  it('ends its threads where the caller’s progress throws', async () => {
    const onProgress = () => {
      throw new Error('no more');
    };
    const failing = trainParallel(program('mlp'), { ...options, workers: 2 }, { onProgress });
    await expect(failing).rejects.toThrow('no more');
  });

  it.each([
    ['mlp', { rows: 31 }, 2, { code: 'SHAPE_MISMATCH', found: '31 rows', argument: 'batch array "x"' }],
    ['different', {}, 2, { code: 'PARAMS_INVALID', argument: 'initial' }],
    ['diverging', {}, 2, { code: 'TRAINING_DIVERGED', found: expect.stringMatching(/at step 1$/) }],
    ['weightless', {}, 2, { code: 'TRAINING_DIVERGED', found: 'a batch whose weight is 0' }],
    ['nothing', {}, 1, { code: 'OPTIONS_INVALID', found: 'something else at "layout"' }],
    ['missing', {}, 1, { code: 'OPTIONS_INVALID', argument: 'program.export' }],
    ['mlp', { rows: () => 4 }, 1, { code: 'OPTIONS_INVALID', argument: 'program.config' }],
  ])('refuses the program %s with %o', async (name, config, workers, error) => {
    const refused = trainParallel(program(name, config), { ...options, workers });
    await expect(refused).rejects.toMatchObject(error);
  });

  it('refuses a module that cannot be loaded and a number of workers that cannot be', async () => {
    const absent = { ...program('mlp'), module: new URL('./absent.mjs', import.meta.url).href };
    await expect(trainParallel(absent, { ...options, workers: 1 })).rejects.toMatchObject({
      code: 'OPTIONS_INVALID',
      argument: 'program.module',
    });
    await expect(trainParallel(program('mlp'), { ...options, workers: 0 })).rejects.toMatchObject({
      code: 'OPTIONS_INVALID',
      argument: 'trainParallel options.workers',
    });
  });

  describe('with workers: auto', () => {
    it('measures one and two, takes the faster and says so', async () => {
      const stages = new Set<string>();
      const onProgress = ({ stage }: { readonly stage: string }) => stages.add(stage);
      const { workers, steps } = await trainParallel(
        program('mlp'),
        { ...options, steps: 100 },
        { onProgress },
      );
      expect(workers.measured.map((each) => each.workers)).toEqual([1, 2]);
      const [one, two] = workers.measured;
      expect(workers.workers).toBe(two.millisecondsPerStep < one.millisecondsPerStep ? 2 : 1);
      expect(workers.reason).toBe('the faster of those measured');
      expect(steps).toBe(100);
      expect([...stages]).toEqual(['measure workers', 'train']);
    });

    it('takes one where rows do not divide, and where steps are few', async () => {
      const odd = await trainParallel(program('mlp', { rows: 31 }), { ...options, steps: 100 });
      expect(odd.workers.workers).toBe(1);
      expect(odd.workers.reason).toMatch(/^2 could not share a batch: SHAPE_MISMATCH/);
      expect(odd.workers.measured.length).toBe(1);
      const few = await trainParallel(program('mlp'), { ...options, steps: 3 });
      expect(few.workers).toEqual({
        workers: 1,
        reason: 'fewer than 100 steps are not worth measuring',
        measured: [],
      });
    });
  });
});
