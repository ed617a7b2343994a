/**
 * One HTTP request that begins or continues a partial file (RFC 9110, 14). Asks for a range only where bytes have arrived
 * before, guarded by If-Range, so that a file that has changed on the server comes whole. Never tries twice.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { DownloadFailure, failureOfConnection, failureOfStatus } from './download-failure.js';
import { type PartialFile, type PartialNote, rangeValidator } from './partial-file.js';

export interface AttemptOptions {
  readonly url: string;
  readonly partial: PartialFile;
  /** Length of the whole file, where it is promised. */
  readonly bytes: number | undefined;
  /** Milliseconds without a byte after which the server counts as silent. */
  readonly idleTimeout: number;
  readonly signal: AbortSignal;
  /** Bytes on the disk, and of the whole file where known. */
  readonly onBytes: (done: number, total: number | undefined) => void;
}

type Begun = { readonly bytes: number; readonly note: PartialNote } | undefined;

/**
 * Brings the partial file to its end.
 *
 * @returns bytes that had arrived before and were not sent again
 * @throws DownloadFailure; what the disk or the signal throws passes through
 */
export async function attemptDownload(options: AttemptOptions): Promise<number> {
  const { url, partial, idleTimeout, signal } = options;
  const begun = await partial.begun(url);
  let isSilent = false;
  const stop = new AbortController();
  const silence = setTimeout(() => {
    isSilent = true;
    stop.abort();
  }, idleTimeout);
  const online = async <Result>(step: () => Promise<Result>): Promise<Result> => {
    try {
      return await step();
    } catch (cause) {
      signal.throwIfAborted();
      if (!isSilent) throw failureOfConnection(cause);
      throw new DownloadFailure('passing', `nothing from the server for ${idleTimeout} ms`, cause);
    }
  };
  try {
    const end = AbortSignal.any([signal, stop.signal]);
    const response = await online(() => fetch(url, { headers: requestHeaders(begun), signal: end }));
    const kept = keptBytes(response, begun);
    const total = totalBytes(response);
    if (options.bytes !== undefined && total !== undefined && total !== options.bytes) {
      throw new DownloadFailure('other file', `${total} bytes`);
    }
    const file = await open(partial.path, kept === 0 ? 'w' : 'r+');
    try {
      if (kept === 0) await noteVersion(partial, url, response);
      const reader = response.body?.getReader();
      const read = async () => {
        const piece = await online(async () => reader?.read());
        silence.refresh();
        return piece?.value;
      };
      await receive(read, file, kept, total, options);
      await file.sync();
    } finally {
      await file.close();
    }
    return kept;
  } finally {
    clearTimeout(silence);
    // Lets go of a body that was not read to its end.
    stop.abort();
  }
}

/** Without an encoding of the transfer, bytes on the wire are bytes of the file and ranges can be counted. */
function requestHeaders(begun: Begun): Record<string, string> {
  const headers = { 'Accept-Encoding': 'identity' };
  if (begun === undefined) return headers;
  const validator = rangeValidator(begun.note);
  const range = { ...headers, Range: `bytes=${begun.bytes}-` };
  return validator === undefined ? range : { ...range, 'If-Range': validator };
}

/** How many of the bytes that have arrived before the answer builds on. */
function keptBytes(response: Response, begun: Begun): number {
  if (response.status === 200) return 0;
  if (response.status !== 206) throw failureOfStatus(response.status);
  const from = /^bytes (\d+)-\d+\/(?:\d+|\*)$/.exec(response.headers.get('content-range') ?? '')?.[1];
  if (begun === undefined || Number(from) !== begun.bytes) {
    throw new DownloadFailure('start over', 'a part of the file that was not asked for');
  }
  const etag = response.headers.get('etag');
  if (begun.note.etag !== undefined && etag !== null && etag !== begun.note.etag) {
    throw new DownloadFailure('start over', 'a part of another version of the file');
  }
  return begun.bytes;
}

/** Length of the whole file by the headers of the answer. */
function totalBytes({ status, headers }: Response): number | undefined {
  if (isEncoded(headers)) return undefined;
  const text = status === 206 ? headers.get('content-range')?.split('/')[1] : headers.get('content-length');
  return text !== null && text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function isEncoded(headers: Headers): boolean {
  return !['identity', null].includes(headers.get('content-encoding'));
}

/** Which version of the file begins to arrive; an encoded one cannot be continued, so it gets no note. */
async function noteVersion(partial: PartialFile, url: string, { headers }: Response): Promise<void> {
  if (isEncoded(headers)) return partial.discardNote();
  const etag = headers.get('etag');
  const lastModified = headers.get('last-modified');
  await partial.writeNote({
    url,
    ...(etag === null ? {} : { etag }),
    ...(lastModified === null ? {} : { lastModified }),
  });
}

async function receive(
  read: () => Promise<Uint8Array | undefined>,
  file: FileHandle,
  kept: number,
  total: number | undefined,
  { bytes, onBytes }: AttemptOptions,
): Promise<void> {
  let done = kept;
  onBytes(done, total);
  for (let piece = await read(); piece !== undefined; piece = await read()) {
    await file.write(piece, 0, piece.length, done);
    done += piece.length;
    if (bytes !== undefined && done > bytes)
      throw new DownloadFailure('other file', `more than ${bytes} bytes`);
    onBytes(done, total);
  }
  if (total !== undefined && done !== total) {
    throw new DownloadFailure('passing', `the end of the connection after ${done} of ${total} bytes`);
  }
}
