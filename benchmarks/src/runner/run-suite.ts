/**
 * Runs every task of a suite with every arm and stores what comes out after each one, so that a run that is stopped
 * has lost nothing and goes on where it was.
 *
 *   tasks × arms ──already stored?──> run ──> values ──> file (whole, atomically)
 */
import { isDeepStrictEqual } from 'node:util';
import { invariant, type LongWorkOptions, TesseraError, throwIfAborted } from '@tessera/core';
import { addRun } from '../results/add-run.js';
import { thisMachine } from '../results/machine.js';
import {
  type ResultRow,
  type ResultRun,
  type ResultValue,
  readResults,
  resultRunSchema,
  rowsOf,
  writeResults,
} from '../results/result-file.js';
import { versionsOf } from '../results/versions.js';
import type { Measurement, Suite, Unavailable } from './suite.js';
import { settingsOf, type TaskFile } from './task-file.js';

export interface RunSuiteOptions extends LongWorkOptions {
  readonly out: string;
  readonly quick: boolean;
  /** Runs everything again, whatever is stored. */
  readonly fresh: boolean;
  readonly dataFolder: string;
  /** Only these tasks or arms; default all. */
  readonly tasks?: readonly string[];
  readonly arms?: readonly string[];
  /** Called as each task with each arm begins and ends. */
  readonly onEvent: (event: RunEvent) => void;
}

export interface RunEvent {
  readonly task: string;
  readonly arm: string;
  readonly number: number;
  readonly total: number;
  readonly state: 'begins' | 'stored before' | 'done' | 'unavailable' | 'failed';
  readonly rows: readonly ResultRow[];
  /** Why it failed or cannot run. */
  readonly reason?: string;
}

export interface RunOutcome {
  readonly done: number;
  readonly storedBefore: number;
  readonly unavailable: number;
  readonly failed: number;
}

/** @throws TesseraError OPERATION_ABORTED with everything that was done stored; OPTIONS_INVALID for an unknown name */
export async function runSuite(suite: Suite, file: TaskFile, options: RunSuiteOptions): Promise<RunOutcome> {
  const { out, quick, fresh, signal, onEvent } = options;
  const pairs = choosePairs(file, options);
  let runs = fresh ? [] : await readResults(out);
  const outcome = { done: 0, storedBefore: 0, unavailable: 0, failed: 0 };
  for (const [index, { task, arm }] of pairs.entries()) {
    throwIfAborted(signal, `bench ${file.suite}`);
    const settings = settingsOf(file, task, arm, quick);
    const event = { task, arm, number: index + 1, total: pairs.length, rows: [] };
    const before = runs.filter((run) => run.task === task && run.arm === arm);
    // A run of other settings makes all of them worthless.
    let own = before.every((run) => isSameRun(run, settings, file.seed)) ? before : [];
    const stored = rowsOf(own);
    const known = stored.map(measurementOf);
    if (stored.length > 0 && (suite.isComplete?.(known) ?? true)) {
      outcome.storedBefore += 1;
      onEvent({ ...event, state: 'stored before', rows: stored });
      continue;
    }
    onEvent({ ...event, state: 'begins' });
    const store = async (measurements: readonly Measurement[]) => {
      own = addRun(own, runOf(measurements, { task, arm, settings, file }));
      const others = runs.filter((run) => run.task !== task || run.arm !== arm);
      runs = inFileOrder([...others, ...own], file);
      await writeResults(out, runs);
    };
    let result: readonly Measurement[] | Unavailable;
    try {
      result = await suite.run({
        task,
        arm,
        settings,
        seed: file.seed,
        dataFolder: options.dataFolder,
        signal,
        onProgress: options.onProgress,
        stored: known,
        store,
      });
    } catch (error) {
      throwIfAborted(signal, `bench ${file.suite}`);
      outcome.failed += 1;
      const reason = error instanceof Error ? error.message : String(error);
      onEvent({ ...event, state: 'failed', reason });
      continue;
    }
    if ('unavailable' in result) {
      outcome.unavailable += 1;
      onEvent({ ...event, state: 'unavailable', reason: result.unavailable });
      continue;
    }
    await store(result);
    outcome.done += 1;
    onEvent({ ...event, state: 'done', rows: rowsOf(own) });
  }
  return outcome;
}

function choosePairs(
  file: TaskFile,
  { tasks, arms }: RunSuiteOptions,
): { readonly task: string; readonly arm: string }[] {
  const chosen = (kind: string, all: readonly string[], wanted: readonly string[] | undefined) => {
    const unknown = wanted?.find((name) => !all.includes(name));
    if (unknown === undefined) return all.filter((name) => wanted?.includes(name) ?? true);
    throw new TesseraError({
      code: 'OPTIONS_INVALID',
      argument: `${kind} of ${file.suite}`,
      expected: `one of ${all.join(', ')}`,
      found: `"${unknown}"`,
      wayOut: 'Name one that the suite has',
    });
  };
  const taskNames = chosen(
    'task',
    file.tasks.map(({ name }) => name),
    tasks,
  );
  const armNames = chosen(
    'arm',
    file.arms.map(({ name }) => name),
    arms,
  );
  return taskNames.flatMap((task) => armNames.map((arm) => ({ task, arm })));
}

/** Settings are compared as JSON, which is how they are stored. */
function isSameRun(run: ResultRun, settings: Readonly<Record<string, unknown>>, seed: number): boolean {
  return run.seed === seed && isDeepStrictEqual(run.settings, JSON.parse(JSON.stringify(settings)));
}

function runOf(
  measurements: readonly Measurement[],
  run: {
    readonly task: string;
    readonly arm: string;
    readonly settings: Readonly<Record<string, unknown>>;
    readonly file: TaskFile;
  },
): ResultRun {
  const { task, arm, settings, file } = run;
  return resultRunSchema.parse({
    suite: file.suite,
    task,
    arm,
    seed: file.seed,
    settings,
    versions: versionsOf(file.dependencies),
    machine: thisMachine(),
    date: new Date().toISOString(),
    values: valuesOf(measurements),
  });
}

function valuesOf(measurements: readonly Measurement[]): Record<string, ResultValue> {
  const values = new Map<string, ResultValue>();
  for (const { metric, value, unit } of measurements) {
    invariant(!values.has(metric), `a suite measured ${metric} twice`);
    values.set(metric, { value: Number.isFinite(value) ? value : null, unit });
  }
  return Object.fromEntries(values);
}

/** What a suite gave for a row. */
function measurementOf({ metric, value, unit }: ResultRow): Measurement {
  return { metric, value: value ?? Number.NaN, unit };
}

/** By task, then arm, as the task file lists them; runs of names that it no longer has come last. */
function inFileOrder(runs: readonly ResultRun[], { tasks, arms }: TaskFile): ResultRun[] {
  const place = (list: readonly { readonly name: string }[], name: string) => {
    const index = list.findIndex((each) => each.name === name);
    return index < 0 ? list.length : index;
  };
  return [...runs].sort(
    (a, b) => place(tasks, a.task) - place(tasks, b.task) || place(arms, a.arm) - place(arms, b.arm),
  );
}
