/** The files behind a path: the file itself, or those below a folder; and why a file cannot be read. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { TesseraError } from '@tessera/core';

/**
 * The path itself where it is a file; else every file below it with this extension, in the order of their paths.
 *
 * @throws TesseraError FILE_UNREADABLE, also where a folder holds no such file
 */
export async function dataFiles(path: string, extension: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const names = await readdir(path, { recursive: true });
    const files = names.filter((name) => extname(name) === extension).sort();
    if (files.length > 0) return files.map((name) => join(path, name));
  } catch (cause) {
    throw unreadableFile(path, cause);
  }
  throw new TesseraError({
    code: 'FILE_UNREADABLE',
    argument: path,
    expected: `a file, or a folder with ${extension} files`,
    found: `a folder without ${extension} files`,
    wayOut: 'Check the path',
  });
}

/** The name of a file without folder and extension. */
export function stemOf(path: string): string {
  return basename(path, extname(path));
}

/** The value in a JSON file. @throws TesseraError FILE_UNREADABLE, TABLE_MALFORMED */
export async function readJsonFile(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw unreadableFile(path, cause);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TesseraError({
      code: 'TABLE_MALFORMED',
      argument: path,
      expected: 'JSON',
      found: cause instanceof Error ? cause.message : String(cause),
      wayOut: 'Get the file again; it may be cut off',
      cause,
    });
  }
}

/** The error of a file that cannot be read, from what the file system said. */
export function unreadableFile(path: string, cause: unknown): TesseraError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const found =
    code === 'ENOENT' || code === 'ENOTDIR'
      ? 'no such file'
      : code === 'EISDIR'
        ? 'a directory'
        : cause instanceof Error
          ? cause.message
          : String(cause);
  return new TesseraError({
    code: 'FILE_UNREADABLE',
    argument: path,
    expected: 'a file that can be read',
    found,
    wayOut: 'Check the path and its permissions',
    cause,
  });
}
