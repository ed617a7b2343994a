/** The loop that every policy by rule runs: checks windows, tells progress, hears an abort. */
import { type LongWorkOptions, progressReporter, TesseraError, throwIfAborted } from '@tessera/core';
import type { PatchTree } from '../patches/patch-tree.js';
import type { PolicyWindow } from './patch-policy.js';

/** Longest time in which nothing else gets its turn, in milliseconds. */
const longestTurn = 50;

/**
 * Cuts one window after another.
 *
 * @throws TesseraError SHAPE_MISMATCH, NUMBER_INFINITE, OPERATION_ABORTED
 */
export async function segmentEach(
  windows: readonly PolicyWindow[],
  { signal, onProgress }: LongWorkOptions,
  cut: (window: PolicyWindow, index: number) => PatchTree | Promise<PatchTree>,
): Promise<PatchTree[]> {
  for (const [index, window] of windows.entries()) checkWindow(window, index);
  const report = progressReporter('segment', windows.length, onProgress);
  const trees: PatchTree[] = [];
  let turn = performance.now();
  for (const [index, window] of windows.entries()) {
    throwIfAborted(signal, 'segment');
    trees.push(await cut(window, index));
    report(window.id);
    if (performance.now() - turn < longestTurn) continue;
    await new Promise((resolve) => setTimeout(resolve));
    turn = performance.now();
  }
  return trees;
}

/** @throws TesseraError SHAPE_MISMATCH, NUMBER_INFINITE */
export function checkWindow({ values, times, id }: PolicyWindow, index: number): void {
  const name = id === undefined ? `window ${index}` : `window ${index} ("${id}")`;
  if (times !== undefined && times.length !== values.length) {
    throw new TesseraError({
      code: 'SHAPE_MISMATCH',
      argument: `times of ${name}`,
      expected: `${values.length} times, one per value`,
      found: String(times.length),
      wayOut: 'Give a time for every value, or no times',
    });
  }
  const infinite = values.findIndex((value) => !Number.isFinite(value) && !Number.isNaN(value));
  if (infinite === -1) return;
  throw new TesseraError({
    code: 'NUMBER_INFINITE',
    argument: `step ${infinite} of ${name}`,
    expected: 'a finite number, or NaN where nothing was observed',
    found: String(values[infinite]),
    wayOut: 'Replace it by the value meant, or by NaN to mark it missing',
  });
}
