/** Policies by the words of a command line, and what they make of the same windows, one policy after another. */
import { type LongWorkOptions, TesseraError } from '@tessera/core';
import type { PatchPolicy, PatchTree, PolicyWindow } from '@tessera/patching';
import { type NamedPolicy, policyNamed } from '../commands/policy-named.js';

/** How one policy cut all windows. */
export interface Segmentation {
  /** As it was asked for. */
  readonly name: string;
  readonly policy: PatchPolicy;
  readonly windows: readonly PolicyWindow[];
  readonly trees: readonly PatchTree[];
}

/**
 * @param names names of policies, or files of learned ones
 * @param rate steps per patch at least, for names without one; a limit around learned policies
 * @throws TesseraError POLICY_UNKNOWN, OPTIONS_INVALID, WEIGHTS_INVALID, FILE_UNREADABLE, OPERATION_ABORTED
 */
export async function segmentPolicies(
  names: readonly string[],
  rate: number | undefined,
  windows: readonly PolicyWindow[],
  { signal, onProgress }: LongWorkOptions,
): Promise<Segmentation[]> {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new TesseraError({
      code: 'OPTIONS_INVALID',
      argument: '--policy',
      expected: 'different policies',
      found: `"${twice}" twice`,
      wayOut: 'Name each policy once',
    });
  }
  // All are made before the first one works: a wrong name should not cost the time of the others.
  const made: (NamedPolicy & { readonly name: string })[] = [];
  try {
    for (const name of names) made.push({ name, ...(await policyNamed(name, rate)) });
    const segmentations: Segmentation[] = [];
    for (const { name, policy } of made) {
      const work = {
        signal,
        onProgress: (progress: Parameters<NonNullable<typeof onProgress>>[0]) =>
          onProgress?.({ ...progress, stage: name }),
      };
      segmentations.push({ name, policy, windows, trees: await policy.segment(windows, work) });
    }
    return segmentations;
  } finally {
    for (const { dispose } of made) await dispose();
  }
}
