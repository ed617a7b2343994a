/**
 * Hashes by which a reader sees whether two audits speak of the same data and the same patches. Over exact bits: a value that
 * differs in its last digit is other data. They are no protection against someone who makes up both sides.
 */
import { createHash, type Hash } from 'node:crypto';
import type { SeriesFrame } from '@tessera/core';
import type { Patches } from '../../patches/patches.js';

/** SHA-256 over id, times, and the names and values of all channels; O(T C) time, without a copy of the values. */
export function hashFrame(frame: SeriesFrame): string {
  const hash = createHash('sha256');
  addText(hash, JSON.stringify([frame.id, frame.channels.map(({ name }) => name)]));
  addText(hash, JSON.stringify(frame.time.toJSON()));
  for (const { values } of frame.channels) addBytes(hash, canonical(values));
  return hash.digest('hex');
}

/** SHA-256 over the ends. */
export function hashPatches(patches: Patches): string {
  const hash = createHash('sha256');
  addBytes(hash, patches.toEnds());
  return hash.digest('hex');
}

/** Missing values may carry any of the bit patterns of NaN; they all count as one. */
function canonical(values: Float64Array): Float64Array {
  return values.map((value) => (Number.isNaN(value) ? Number.NaN : value));
}

function addText(hash: Hash, text: string): void {
  hash.update(`${text.length}:`).update(text);
}

function addBytes(hash: Hash, numbers: Float64Array | Uint32Array): void {
  hash.update(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
}
