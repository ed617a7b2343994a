/** Where things lie, from the sources and from the compiled files alike. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../../', import.meta.url));
export const tasksFolder = join(repository, 'benchmarks', 'tasks');
export const resultsFolder = join(repository, 'benchmarks', 'results');
export const quickFolder = join(repository, 'out', 'bench');

/** Folder of the benchmark data: `TESSERA_DATA`, or `../shared/data` beside the repository. */
export const dataFolder = process.env.TESSERA_DATA ?? resolve(repository, '..', 'shared', 'data');

/** The folders among `names` that the data folder lacks. */
export function missingData(names: readonly string[], folder: string = dataFolder): string[] {
  return names.filter((name) => !existsSync(join(folder, name)));
}
