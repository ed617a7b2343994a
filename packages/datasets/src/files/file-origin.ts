/** Where a public data set is to be had, for the error of whoever has not got it yet. Tessera does not fetch it. */
import { TesseraError } from '@tessera/core';

export interface FileOrigin {
  /** Begins a sentence, e.g. `The ETT files`. */
  readonly what: string;
  readonly url: string;
}

/** Runs `read`; where it fails for want of a file, the error says where the file is to be had. */
export async function readFrom<Result>(origin: FileOrigin, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (cause) {
    if (!TesseraError.is(cause) || cause.code !== 'FILE_UNREADABLE') throw cause;
    const { code, argument, expected, found, wayOut } = cause;
    throw new TesseraError({
      code,
      argument,
      expected,
      found,
      wayOut: `${wayOut}. ${origin.what} are at ${origin.url}`,
      cause,
    });
  }
}
