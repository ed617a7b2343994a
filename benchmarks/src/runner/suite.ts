/**
 * What a benchmark is made of. A suite is a file of tasks and arms (data) and one function that runs a task with an
 * arm (code); everything else, from resuming to tables, is the runner’s and the same for all suites.
 */
import type { LongWorkOptions } from '@tessera/core';

/** One number that came out. */
export interface Measurement {
  /** Short standard name, e.g. `MASE`, `seconds`. */
  readonly metric: string;
  readonly value: number;
  /** E.g. `ratio`, `percent`, `s`, `ms`, `series`. */
  readonly unit: string;
}

/** One task with one arm. */
export interface Assignment extends LongWorkOptions {
  readonly task: string;
  readonly arm: string;
  /** Of the file, the task and the arm, later ones first; with `--quick`, the quick ones over all. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly seed: number;
  /** Holds the folders that the task file names under `data`. */
  readonly dataFolder: string;
  /** What a run that was stopped had stored of this task and arm, with these settings. Default nothing. */
  readonly stored?: readonly Measurement[];
  /** Stores what is done so far, so that a run that is stopped later loses no more than what follows. */
  readonly store?: (measurements: readonly Measurement[]) => Promise<void>;
}

/** Why an arm cannot run on this machine, e.g. because a peer is not installed. */
export interface Unavailable {
  readonly unavailable: string;
}

export interface Suite {
  /** Name of the suite and of its files in tasks and results. */
  readonly name: string;
  /** Whether these are all measurements of a task with an arm; for suites that store as they go. Default that they are. */
  isComplete?(stored: readonly Measurement[]): boolean;
  /** @throws whatever goes wrong; the runner reports it and goes on with the next arm */
  run(assignment: Assignment): Promise<readonly Measurement[] | Unavailable>;
}
