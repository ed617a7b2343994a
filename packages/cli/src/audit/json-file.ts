/** JSON files that a caller names on the command line. */
import { readFile } from 'node:fs/promises';
import { TesseraError } from '@tessera/core';

/** Content of a JSON file. @param subject what the file should hold @throws TesseraError FILE_UNREADABLE */
export async function readJsonFile(path: string, subject: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new TesseraError({
      code: 'FILE_UNREADABLE',
      argument: path,
      expected: `a JSON file with ${subject}`,
      found: cause instanceof Error ? cause.message : String(cause),
      wayOut: 'Check the path and the content of the file',
      cause,
    });
  }
}
