/** What readers say when they refuse, as one text. */
import { TesseraError } from '../../src/errors/tessera-error.js';
import { readTable } from '../../src/io/index.js';
import type { ReadTableOptions } from '../../src/io/read-options.js';
import { stream } from './tables.js';

/** The message of the TesseraError that a promise is rejected with. */
export async function messageOf(reading: Promise<unknown>): Promise<string> {
  try {
    await reading;
  } catch (error) {
    if (TesseraError.is(error)) return error.message;
    throw error;
  }
  throw new Error('Nothing was thrown.');
}

/** What reading a CSV of this text from a stream says. */
export function csvMessage(text: string | Uint8Array, options?: ReadTableOptions): Promise<string> {
  return messageOf(readTable(stream(text), options));
}
