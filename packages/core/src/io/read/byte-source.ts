/**
 * Bytes of a table from a file or a stream, chunk by chunk, unzipped where they are gzip. Whether a file can be read is
 * checked before anything else is done, so that a wrong path fails at once.
 */
import { constants, createReadStream } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { TesseraError } from '../../errors/tessera-error.js';
import { type LongWorkOptions, throwIfAborted } from '../../progress/progress.js';

/** Large enough that per-chunk work does not count, small enough not to be felt in memory. */
const chunkBytes = 1024 * 1024;

export interface ByteSource {
  /** File name, or what stands for it in messages. */
  readonly label: string;
  /** Bytes before unzipping; Infinity where unknown. */
  readonly size: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/**
 * The bytes of a file; it is opened again when its first chunk is asked for.
 *
 * @throws TesseraError FILE_UNREADABLE
 */
export async function openFile(path: string, label: string): Promise<ByteSource> {
  try {
    await access(path, constants.R_OK);
    const facts = await stat(path);
    if (facts.isDirectory()) throw Object.assign(new Error('is a directory'), { code: 'EISDIR' });
    // A pipe has no size.
    const size = facts.isFile() ? facts.size : Number.POSITIVE_INFINITY;
    return { label, size, chunks: fileChunks(path) };
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

async function* fileChunks(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: chunkBytes });
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** The bytes of a stream; text chunks are taken as UTF-8. */
export function streamSource(stream: AsyncIterable<unknown>, label: string): ByteSource {
  return { label, size: Number.POSITIVE_INFINITY, chunks: streamChunks(stream, label) };
}

async function* streamChunks(stream: AsyncIterable<unknown>, label: string): AsyncGenerator<Uint8Array> {
  const iterator = stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await orUnreadable(label, () => iterator.next());
      if (next.done === true) return;
      yield bytesOf(next.value, label);
    }
  } finally {
    await iterator.return?.();
  }
}

async function orUnreadable<Result>(label: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (cause) {
    throw new TesseraError({
      code: 'FILE_UNREADABLE',
      argument: label,
      expected: 'a stream that runs to its end',
      found: cause instanceof Error ? cause.message : String(cause),
      wayOut: 'Check where the stream comes from, and read again from its beginning',
      cause,
    });
  }
}

function bytesOf(chunk: unknown, label: string): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  if (typeof chunk === 'string') return Buffer.from(chunk, 'utf8');
  throw new TesseraError({
    code: 'FILE_UNREADABLE',
    argument: label,
    expected: 'chunks of bytes or text',
    found: `a chunk of type ${typeof chunk}`,
    wayOut: 'Give an array of objects, not a stream of them',
  });
}

/** The source with its gzip taken off, if it begins like gzip or `isGzip` says so. @throws TesseraError TABLE_MALFORMED */
export function unzipped(source: ByteSource, isGzip: boolean): ByteSource {
  return { ...source, chunks: unzippedChunks(source, isGzip) };
}

async function* unzippedChunks({ label, chunks }: ByteSource, isGzip: boolean): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done === true) return;
  const all = resumed(first.value, iterator);
  if (!isGzip && !(first.value[0] === 0x1f && first.value[1] === 0x8b)) {
    yield* all;
    return;
  }
  const gunzip = createGunzip({ chunkSize: chunkBytes });
  // A failure of either stream reaches the loop below as an error of `gunzip`.
  pipeline(Readable.from(all), gunzip, () => undefined);
  try {
    yield* gunzip;
  } catch (cause) {
    if (TesseraError.is(cause)) throw cause;
    throw new TesseraError({
      code: 'TABLE_MALFORMED',
      argument: label,
      expected: 'a whole gzip file',
      found: cause instanceof Error ? cause.message : String(cause),
      wayOut: 'Copy or download the file again; it may be cut off or not gzip at all',
      cause,
    });
  }
}

async function* resumed(first: Uint8Array, iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield first;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}

/** The source with every chunk reported and the signal heeded. @throws TesseraError OPERATION_ABORTED */
export function watched(source: ByteSource, { onProgress, signal }: LongWorkOptions): ByteSource {
  return { ...source, chunks: watchedChunks(source, onProgress, signal) };
}

async function* watchedChunks(
  { chunks, label, size }: ByteSource,
  onProgress: LongWorkOptions['onProgress'],
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const began = performance.now();
  let done = 0;
  for await (const chunk of chunks) {
    throwIfAborted(signal, 'readTable');
    yield chunk;
    done += chunk.length;
    const elapsed = performance.now() - began;
    const remaining = (elapsed / done) * Math.max(0, size - done);
    onProgress?.({
      stage: 'read',
      done,
      total: size,
      elapsed,
      ...(Number.isFinite(remaining) ? { remaining } : {}),
      detail: label,
    });
  }
}

/** All bytes of a source in one array. */
export async function allBytes(source: ByteSource): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of source.chunks) parts.push(chunk);
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
}

function unreadable(path: string, cause: unknown): TesseraError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const [found, wayOut] =
    code === 'ENOENT'
      ? ['no such file', 'Check the path; it is relative to the working directory unless it begins with /']
      : code === 'EISDIR'
        ? ['a directory', 'Name a file in it']
        : code === 'EACCES' || code === 'EPERM'
          ? ['a file without permission to read it', 'Give yourself the permission to read it']
          : [cause instanceof Error ? cause.message : String(cause), 'Check the disk and the path'];
  return new TesseraError({
    code: 'FILE_UNREADABLE',
    argument: path,
    expected: 'a file that can be read',
    found,
    wayOut,
    cause,
  });
}
