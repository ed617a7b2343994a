import { TesseraError } from '@tessera/core';

/** The TesseraError that a call throws. */
export function thrown(call: () => unknown): TesseraError {
  try {
    call();
  } catch (error) {
    if (error instanceof TesseraError) return error;
    throw error;
  }
  throw new Error('Nothing was thrown.');
}
