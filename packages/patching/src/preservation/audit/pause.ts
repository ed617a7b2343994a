/** Long work in one thread lets others run: an abort can arrive and progress can be shown. */
import { setImmediate } from 'node:timers/promises';
import { throwIfAborted } from '@tessera/core';

/** @throws TesseraError OPERATION_ABORTED */
export async function pause(signal: AbortSignal | undefined): Promise<void> {
  await setImmediate();
  throwIfAborted(signal, 'audit');
}
