/**
 * Keys by name: each part of a synthetic series draws from a key of its own, so that adding, removing or reordering
 * parts leaves the draws of the others as they are.
 */
import { foldIn, type Key, RandomStream } from '@tessera/core';

/** The child of a key that belongs to a name. */
export function namedKey(parent: Key, name: string): Key {
  let key = foldIn(parent, name.length);
  for (let i = 0; i < name.length; i++) key = foldIn(key, name.charCodeAt(i));
  return key;
}

/** The draws that belong to a name under a key. */
export function namedStream(parent: Key, name: string): RandomStream {
  return new RandomStream(namedKey(parent, name));
}
