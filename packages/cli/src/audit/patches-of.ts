/** Which patches are audited: those of a file, or those that a policy places. */
import { type SeriesFrame, TesseraError } from '@tessera/core';
import { Patches, PatchTree } from '@tessera/patching';
import { readJsonFile } from './json-file.js';

export interface PatchSource {
  /** A policy, e.g. `uniform:32`. */
  readonly policy: string;
  /** A file instead of it: what `Patches` or `PatchTree` store as JSON, or such by series id. */
  readonly patches?: string | undefined;
  /** Level of a tree, 0 the finest. */
  readonly level: number;
}

/** @throws TesseraError OPTIONS_INVALID, FILE_UNREADABLE, PATCHES_INVALID, INDEX_INVALID */
export async function patchesOf(frame: SeriesFrame, source: PatchSource): Promise<Patches> {
  if (source.patches === undefined) return cut(frame, source.policy);
  const content = await readJsonFile(source.patches, 'patches');
  return storedPatches(bySeries(content, frame.id), source.level);
}

/** Until policies are told apart by name elsewhere, `uniform:N` alone. */
function cut(frame: SeriesFrame, policy: string): Patches {
  const [, digits] = /^uniform:(\d+)$/.exec(policy) ?? [];
  const size = Number(digits);
  if (!Number.isSafeInteger(size) || size < 1) {
    throw new TesseraError({
      code: 'OPTIONS_INVALID',
      argument: '--policy',
      expected: 'uniform:N, N the steps per patch',
      found: `"${policy}"`,
      wayOut: 'Give for instance --policy uniform:32, or the patches themselves with --patches',
    });
  }
  const { length } = frame;
  const ends: number[] = [];
  // Counted from the end, so that the newest patches are whole.
  for (let end = length; end > 0; end -= size) ends.push(end);
  return Patches.fromEnds(ends.reverse(), length);
}

/** The entry of a series where the file has one for each; a file of one entry holds for all. */
function bySeries(content: unknown, id: string): unknown {
  if (typeof content !== 'object' || content === null || 'version' in content) return content;
  return Object.hasOwn(content, id) ? Reflect.get(content, id) : undefined;
}

function storedPatches(stored: unknown, level: number): Patches {
  const isTree = typeof stored === 'object' && stored !== null && 'levels' in stored;
  return isTree ? PatchTree.fromJSON(stored).level(level) : Patches.fromJSON(stored);
}
