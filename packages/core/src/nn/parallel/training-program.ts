/**
 * A training that a thread can rebuild for itself: functions cannot be sent to a worker, so a program names the module that makes
 * them. Each thread runs the export on its own; what it makes must depend on the configuration alone. The module is code and runs
 * with the rights of the process: it must not come from outside.
 */
import { z } from 'zod';
import type { Engine, EngineName } from '../../engine/engine.js';
import { TesseraError } from '../../errors/tessera-error.js';
import type { Batch, TrainingTask } from '../training/train.js';

export interface TrainingProgram {
  /** URL of a module that Node can load as it is, e.g. of a compiled file: `new URL('./program.js', import.meta.url).href`. */
  readonly module: string;
  /** Name of the module’s export that makes the training, a `ProgramFactory`. */
  readonly export: string;
  /** Given to the export in each thread: plain data, copied; SharedArrayBuffers and views of them are shared, and must not change. */
  readonly config: unknown;
  /** Folder to keep checkpoints in, and to go on from. Default none. */
  readonly checkpoint?: string | undefined;
  /** Names the run: a checkpoint of another name is refused. Default empty. */
  readonly run?: string;
  /** Engine of every thread. Default `auto`. */
  readonly engine?: EngineName | 'auto';
}

/** A TrainingTask without the engine. */
export interface ProgramTask
  extends Pick<TrainingTask, 'layout' | 'initial' | 'loss' | 'evaluate' | 'learns'> {
  /** The batch of a step, counted from 0; the same in every thread. */
  readonly batch: (step: number) => Batch;
  /**
   * What the loss of some rows counts for, e.g. how many entries of them are observed, where the loss is a mean over these. Zero
   * leaves the rows out. Default: all rows count the same.
   */
  readonly weight?: (rows: Batch) => number;
}

/** Makes the training from the configuration; the engine is for `evaluate`, which runs in the first thread only. */
export type ProgramFactory = (config: unknown, engine: Engine) => ProgramTask | Promise<ProgramTask>;

const taskSchema = z.object({
  layout: z.object({ size: z.number(), entries: z.array(z.unknown()) }),
  initial: z.instanceof(Float32Array),
  loss: z.function(),
  batch: z.function(),
});

/**
 * The training of a program, for one thread.
 *
 * @throws TesseraError OPTIONS_INVALID where the module or its export is not there or makes something else, PARAMS_INVALID
 */
export async function loadProgram(program: TrainingProgram, engine: Engine): Promise<ProgramTask> {
  let module: unknown;
  try {
    module = await import(program.module);
  } catch (cause) {
    const found = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    throw programError('module', `a module that loads, at ${program.module}`, found, cause);
  }
  const factory = exportOf(module, program.export);
  if (!isFactory(factory)) {
    throw programError(
      'export',
      `a function that ${program.module} exports`,
      `"${program.export}", ${typeof factory}`,
    );
  }
  const task = await factory(program.config, engine);
  const checked = taskSchema.safeParse(task);
  if (!checked.success) {
    const field = checked.error.issues[0]?.path.join('.') ?? '';
    throw programError('export', 'a function that makes a ProgramTask', `something else at "${field}"`);
  }
  if (task.initial.length !== task.layout.size) {
    throw new TesseraError({
      code: 'PARAMS_INVALID',
      argument: 'initial',
      expected: `${task.layout.size} parameters, as the layout has`,
      found: String(task.initial.length),
      wayOut: 'Use initializeParams with the same layout',
    });
  }
  return task;
}

function exportOf(module: unknown, name: string): unknown {
  return typeof module === 'object' && module !== null ? Reflect.get(module, name) : undefined;
}

function isFactory(value: unknown): value is ProgramFactory {
  return typeof value === 'function';
}

function programError(field: string, expected: string, found: string, cause?: unknown): TesseraError {
  return new TesseraError({
    code: 'OPTIONS_INVALID',
    argument: `program.${field}`,
    expected,
    found,
    wayOut: 'Name a compiled module by its file URL and an export of it that makes the training',
    cause,
  });
}
