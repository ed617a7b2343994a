/**
 * Results as data: a JSON array with one run a line, so that changes can be read. A run is what one task with one arm gave on one machine
 * with the same versions; what it has in common with its numbers is written once. All seeds of a task and an arm share a run, because
 * their settings are longer than their numbers. A file is rewritten as a whole and atomically, so it is valid whenever it is left.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseOptions } from '@tessera/core';
import { writeFileAtomically } from '@tessera/core/io';
import { z } from 'zod';
import { machineSchema } from './machine.js';

const resultValueSchema = z.strictObject({
  /** null where the number was not finite, which JSON cannot write. */
  value: z.number().nullable(),
  unit: z.string(),
});

export type ResultValue = z.output<typeof resultValueSchema>;

export const resultRunSchema = z.strictObject({
  suite: z.string(),
  task: z.string(),
  arm: z.string(),
  /** Of the suite; what else is drawn from stands in the settings. */
  seed: z.int().min(0),
  settings: z.record(z.string(), z.json()),
  versions: z.record(z.string(), z.string()),
  machine: machineSchema,
  /** When the last of the values was stored. */
  date: z.iso.datetime(),
  /** By metric. */
  values: z.record(z.string(), resultValueSchema),
});

export type ResultRun = z.output<typeof resultRunSchema>;

/** One number with all that is known of its run. */
export type ResultRow = Omit<ResultRun, 'values'> & ResultValue & { readonly metric: string };

/** The numbers of runs one by one, in their order. */
export function rowsOf(runs: readonly ResultRun[]): ResultRow[] {
  return runs.flatMap(({ values, ...run }) =>
    Object.entries(values).map(([metric, value]) => ({ ...run, metric, ...value })),
  );
}

/** The runs of a text. @throws TesseraError OPTIONS_INVALID */
export function parseResults(text: string, name: string): ResultRun[] {
  return parseOptions(z.array(resultRunSchema), JSON.parse(text), name);
}

/** The runs of a file; none where it does not exist. */
export async function readResults(path: string): Promise<ResultRun[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  return parseResults(text, path);
}

/** The rows of a file; none where it does not exist. */
export async function readRows(path: string): Promise<ResultRow[]> {
  return rowsOf(await readResults(path));
}

export async function writeResults(path: string, runs: readonly ResultRun[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFileAtomically(path, [formatResults(runs)]);
}

export function formatResults(runs: readonly ResultRun[]): string {
  return `[\n${runs.map((run) => `  ${JSON.stringify(run)}`).join(',\n')}\n]\n`;
}
