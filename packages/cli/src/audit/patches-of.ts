/** Which patches are audited: those of a file, or those that a policy places. */
import { type LongWorkOptions, type SeriesFrame, TesseraError } from '@tessera/core';
import { Patches, PatchTree, policyWindows } from '@tessera/patching';
import { policyNamed } from '../commands/policy-named.js';
import { readJsonFile } from './json-file.js';
import { listedNames } from './listed-names.js';

export interface PatchSource {
  /** A policy by name, e.g. `uniform:32`, or the file of weights of a learned one. */
  readonly policy: string;
  /** A file instead of it: what `Patches` or `PatchTree` store as JSON, or such by series id. */
  readonly patches?: string | undefined;
  /** Level of a tree, 0 the finest. */
  readonly level: number;
}

/** @throws TesseraError OPTIONS_INVALID, POLICY_UNKNOWN, WEIGHTS_INVALID, FILE_UNREADABLE, SERIES_UNKNOWN, PATCHES_INVALID, INDEX_INVALID */
export async function patchesOf(
  frame: SeriesFrame,
  source: PatchSource,
  work: LongWorkOptions = {},
): Promise<Patches> {
  if (source.patches === undefined) return onePartition(await cut(frame, source, work), frame.id);
  const content = await readJsonFile(source.patches, 'patches');
  return storedPatches(bySeries(content, frame.id, source.patches), source.level);
}

/** The patches of every target. */
async function cut(
  frame: SeriesFrame,
  { policy, level }: PatchSource,
  work: LongWorkOptions,
): Promise<Patches[]> {
  const { policy: placing, dispose } = await policyNamed(policy);
  try {
    const trees = await placing.segment(policyWindows(frame), work);
    return trees.map((tree) => tree.level(level));
  } finally {
    await dispose();
  }
}

/** An audit judges one partition: where a policy cuts each target in its own way, each is a series to audit alone. */
function onePartition([first, ...others]: readonly Patches[], id: string): Patches {
  if (others.every((other) => other.equals(first))) return first;
  throw new TesseraError({
    code: 'OPTIONS_INVALID',
    argument: '--policy',
    expected: `the same patches for every target of series "${id}"`,
    found: 'a policy that cuts each target in its own way',
    wayOut: 'Name one column with --target, and audit the others apart',
  });
}

/** The entry of a series where the file has one for each. @throws TesseraError OPTIONS_INVALID, SERIES_UNKNOWN */
function bySeries(content: unknown, id: string, path: string): unknown {
  if (!isObject(content) || isStored(content)) return content;
  const entries: readonly [string, unknown][] = Object.entries(content);
  const policies = entries.filter(([, entry]) => holdsSeries(entry)).map(([name]) => name);
  if (policies.length > 0) {
    throw new TesseraError({
      code: 'OPTIONS_INVALID',
      argument: `--patches ${path}`,
      expected: `patches by series, among them "${id}"`,
      found: `patches by policy first: ${listedNames(policies)}`,
      wayOut: 'Segment with one policy, and audit the patches of each in turn',
    });
  }
  const ids = entries.filter(([, entry]) => isStored(entry)).map(([name]) => name);
  // A file without any patches is of another form altogether, which reading it tells.
  if (ids.length === 0 || ids.includes(id))
    return Object.hasOwn(content, id) ? Reflect.get(content, id) : undefined;
  throw new TesseraError({
    code: 'SERIES_UNKNOWN',
    argument: `--patches ${path}`,
    expected: `patches of series "${id}"`,
    found: `none, only those of ${listedNames(ids)}`,
    wayOut: 'Segment the table that is audited, and give the file of that',
  });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Whether this is what `Patches` and `PatchTree` write. */
function isStored(value: unknown): boolean {
  return isObject(value) && 'version' in value;
}

/** Whether these are patches by series. */
function holdsSeries(value: unknown): boolean {
  if (!isObject(value) || isStored(value)) return false;
  const entries = Object.values(value);
  return entries.length > 0 && entries.every(isStored);
}

function storedPatches(stored: unknown, level: number): Patches {
  const isTree = typeof stored === 'object' && stored !== null && 'levels' in stored;
  return isTree ? PatchTree.fromJSON(stored).level(level) : Patches.fromJSON(stored);
}
