/**
 * A key of what a window holds: random plans differ from window to window, and stay the same whatever stands beside it in a batch
 * and however often it comes.
 */
import { foldIn, type Key } from '@tessera/core';

/** The child of a key that belongs to these values; all NaN are one, and so are 0 and -0. O(T). */
export function windowKey(key: Key, values: Float64Array): Key {
  // FNV-1a over 32-bit words, twice with different offsets; the key then mixes what it leaves unmixed.
  let first = 0x811c9dc5;
  let second = 0x9e3779b9;
  const number = new Float64Array(1);
  const words = new Uint32Array(number.buffer);
  for (const value of values) {
    // Adding 0 turns -0 into 0; a NaN of any bits becomes the usual one.
    number[0] = Number.isNaN(value) ? Number.NaN : value + 0;
    for (const word of words) {
      first = Math.imul(first ^ word, 0x01000193);
      second = Math.imul(second ^ (word >>> 16) ^ (word << 16), 0x01000193);
    }
  }
  return foldIn(foldIn(foldIn(key, values.length), first >>> 0), second >>> 0);
}
