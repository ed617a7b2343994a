/** The place of a file that long work will write at its end. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { TesseraError } from '@tessera/core';
import { makeFolder } from './forecast-files.js';

/** Makes the folder of a file, and says now what would keep the file from being written. @throws TesseraError FILE_UNWRITABLE */
export async function prepareFile(path: string): Promise<void> {
  const folder = dirname(path);
  await makeFolder(folder);
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) throw unwritable(path, 'a folder');
  try {
    await access(folder, constants.W_OK);
  } catch (error) {
    throw unwritable(path, error instanceof Error ? error.message : String(error), error);
  }
}

function unwritable(path: string, found: string, cause?: unknown): TesseraError {
  return new TesseraError({
    code: 'FILE_UNWRITABLE',
    argument: `file ${path}`,
    expected: 'a file that can be written',
    found,
    wayOut: 'Choose another file with --out',
    cause,
  });
}
