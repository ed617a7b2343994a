/**
 * Results as data: a JSON array with one row per measured number, one row a line so that changes can be read. A file
 * is rewritten as a whole and atomically, so it is valid whenever the run is stopped.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseOptions } from '@tessera/core';
import { writeFileAtomically } from '@tessera/core/io';
import { z } from 'zod';
import { machineSchema } from './machine.js';

export const resultRowSchema = z.strictObject({
  suite: z.string(),
  task: z.string(),
  arm: z.string(),
  metric: z.string(),
  /** null where the number was not finite, which JSON cannot write. */
  value: z.number().nullable(),
  unit: z.string(),
  seed: z.int().min(0),
  settings: z.record(z.string(), z.json()),
  versions: z.record(z.string(), z.string()),
  machine: machineSchema,
  date: z.iso.datetime(),
});

export type ResultRow = z.output<typeof resultRowSchema>;

/** The rows of a text. @throws TesseraError OPTIONS_INVALID */
export function parseResults(text: string, name: string): ResultRow[] {
  return parseOptions(z.array(resultRowSchema), JSON.parse(text), name);
}

/** The rows of a file; none where it does not exist. */
export async function readResults(path: string): Promise<ResultRow[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  return parseResults(text, path);
}

export async function writeResults(path: string, rows: readonly ResultRow[]): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFileAtomically(path, [formatResults(rows)]);
}

export function formatResults(rows: readonly ResultRow[]): string {
  return `[\n${rows.map((row) => `  ${JSON.stringify(row)}`).join(',\n')}\n]\n`;
}
