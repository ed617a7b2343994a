/** The errors of a download as a caller sees them. */
import { TesseraError } from '@tessera/core';
import type { DownloadFailure } from './download-failure.js';
import { printableUrl } from './download-options.js';

interface Promised {
  readonly url: URL;
  readonly sha256: string;
  readonly bytes?: number | undefined;
}

export function downloadFailed(
  { url, sha256 }: Promised,
  path: string,
  history: {
    readonly attempts: number;
    readonly setAside: string | undefined;
    readonly failure: DownloadFailure;
  },
): TesseraError {
  const { attempts, setAside, failure } = history;
  const tries = attempts === 1 ? '1 attempt' : `${attempts} attempts`;
  const aside =
    setAside === undefined ? '' : `; a file with another checksum was there and is now ${setAside}`;
  return new TesseraError({
    code: 'DOWNLOAD_FAILED',
    argument: printableUrl(url),
    expected: 'the file',
    found: `${failure.reason}, after ${tries}${aside}`,
    wayOut: `Check the connection and try again, or put the file by hand at ${path}; its SHA-256 is ${sha256}`,
    cause: failure,
  });
}

export function wrongChecksum({ url, sha256, bytes }: Promised, found: string, cause: unknown): TesseraError {
  const length = bytes === undefined ? '' : ` and the length ${bytes} bytes`;
  return new TesseraError({
    code: 'CHECKSUM_MISMATCH',
    argument: printableUrl(url),
    expected: `a file with the checksum ${sha256}${length}`,
    found,
    wayOut: 'Ask the publisher which file is right; what was received has been deleted',
    cause,
  });
}

/** What the disk said as an error about the cache; TesseraErrors pass as they are. */
export function unwritableCache(cause: unknown, cacheFolder: string): unknown {
  if (TesseraError.is(cause) || !(cause instanceof Error && 'code' in cause)) return cause;
  return new TesseraError({
    code: 'FILE_UNWRITABLE',
    argument: cacheFolder,
    expected: 'a cache folder that can be written',
    found: cause.message,
    wayOut: 'Set TESSERA_CACHE or the option cacheFolder to such a folder',
    cause,
  });
}
