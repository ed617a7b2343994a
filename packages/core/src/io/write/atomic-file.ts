/**
 * Files that are either there as a whole or not at all: written beside the target under a name of their own, then renamed
 * onto it. An interrupted write leaves the old file untouched.
 */
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { TesseraError } from '../../errors/tessera-error.js';
import { throwIfAborted } from '../../progress/progress.js';

export interface AtomicFileOptions {
  /** Compress. Default false. */
  readonly gzip?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes pieces of text (as UTF-8) or bytes to a file, replacing it if it exists.
 *
 * @throws TesseraError FILE_UNWRITABLE, OPERATION_ABORTED; what `pieces` throws passes through
 */
export async function writeFileAtomically(
  path: string,
  pieces: Iterable<string | Uint8Array>,
  options: AtomicFileOptions = {},
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`);
  const { signal } = options;
  try {
    throwIfAborted(signal, 'writing a file');
    if (await isDirectory(path)) throw Object.assign(new Error('is a directory'), { code: 'EISDIR' });
    const source = Readable.from(pieces, { objectMode: true });
    const target = createWriteStream(temporary, { flags: 'wx', flush: true });
    const watch = signal === undefined ? {} : { signal };
    if (options.gzip === true) await pipeline(source, createGzip(), target, watch);
    else await pipeline(source, target, watch);
    await rename(temporary, path);
  } catch (cause) {
    // Where the temporary file could not even be made, it cannot be removed either.
    await rm(temporary, { force: true }).catch(() => undefined);
    throwIfAborted(signal, 'writing a file');
    throw TesseraError.is(cause) ? cause : unwritable(path, cause);
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // What is not there yet is no directory; other reasons show when the file is opened.
    return false;
  }
}

function unwritable(path: string, cause: unknown): TesseraError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const [found, wayOut] =
    code === 'ENOENT' || code === 'ENOTDIR'
      ? ['a folder that does not exist', 'Create the folder first']
      : code === 'EISDIR'
        ? ['a directory', 'Name a file in it']
        : code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
          ? ['a folder without permission to write', 'Choose another folder, or give yourself the permission']
          : code === 'ENOSPC'
            ? ['no space left', 'Make room on the disk']
            : [cause instanceof Error ? cause.message : String(cause), 'Check the disk and the path'];
  return new TesseraError({
    code: 'FILE_UNWRITABLE',
    argument: path,
    expected: 'a file that can be written',
    found,
    wayOut,
    cause,
  });
}
