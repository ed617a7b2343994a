/** The tasks of a suite as data: what is run, with what settings, and what others published for the same tasks. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseOptions } from '@tessera/core';
import { z } from 'zod';
import { tasksFolder } from '../paths.js';

const settings = z.record(z.string(), z.json());

const taskFileSchema = z.strictObject({
  suite: z.string(),
  /** What is measured and by what protocol, for a person. */
  about: z.string(),
  seed: z.int().min(0),
  /** Folders of the data folder that the tasks read. */
  data: z.array(z.string()).default([]),
  /** npm packages whose versions matter, by the workspace folder that depends on them. */
  dependencies: z.record(z.string(), z.array(z.string())).default({}),
  settings: settings.default({}),
  /** Settings of `--quick`, over all others. */
  quick: settings.default({}),
  tasks: z
    .array(
      z.strictObject({
        name: z.string(),
        /** Of the tasks that share a table. Default none. */
        group: z.string().optional(),
        settings: settings.default({}),
        quick: settings.default({}),
      }),
    )
    .min(1),
  arms: z.array(z.strictObject({ name: z.string(), settings: settings.default({}) })).min(1),
  published: z
    .array(
      z.strictObject({
        model: z.string(),
        task: z.string(),
        metric: z.string(),
        value: z.number(),
        source: z.string(),
      }),
    )
    .default([]),
  table: z.strictObject({
    /**
     * `arm`: one line per arm and a column per metric. `task`: one line per task and a column per arm. `paired`: one line per task and
     * arm, with the difference of the first metric to the best of the reference arms, seed by seed.
     */
    lines: z.enum(['arm', 'task', 'paired']),
    metrics: z
      .array(
        z.strictObject({
          name: z.string(),
          title: z.string().optional(),
          digits: z.int().min(0),
          divideBy: z.number().positive().default(1),
        }),
      )
      .min(1),
    /** Arms that a `paired` table compares with. */
    references: z.array(z.string()).default([]),
    /** An arm that a `paired` table also compares with, in a column of its own. */
    control: z.string().optional(),
    /** Arms in the short form of a `paired` table. */
    short: z.array(z.string()).default([]),
  }),
});

export type TaskFile = z.output<typeof taskFileSchema>;

/** The task file of a text. @throws TesseraError OPTIONS_INVALID */
export function parseTaskFile(text: string, name: string): TaskFile {
  return parseOptions(taskFileSchema, JSON.parse(text), `benchmarks/tasks/${name}.json`);
}

export async function readTaskFile(suite: string): Promise<TaskFile> {
  return parseTaskFile(await readFile(join(tasksFolder, `${suite}.json`), 'utf8'), suite);
}

/** Settings of one task with one arm. */
export function settingsOf(
  file: TaskFile,
  taskName: string,
  armName: string,
  quick: boolean,
): Readonly<Record<string, unknown>> {
  const task = file.tasks.find(({ name }) => name === taskName);
  const arm = file.arms.find(({ name }) => name === armName);
  return {
    ...file.settings,
    ...task?.settings,
    ...arm?.settings,
    ...(quick ? { ...file.quick, ...task?.quick } : {}),
  };
}
