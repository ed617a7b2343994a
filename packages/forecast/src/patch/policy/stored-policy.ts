/** A policy inside the file of a forecaster: a rule as its recipe, a learned one as its weights. */
import { TesseraError } from '@tessera/core';
import { type PatchPolicy, policyFromRecipe } from '@tessera/patching';
import { LearnedPolicy, loadPolicy } from '@tessera/patching/learned';
import { z } from 'zod';

const storedSchema = z.union([
  z.strictObject({
    recipe: z.strictObject({ name: z.string(), options: z.record(z.string(), z.unknown()) }),
  }),
  z.strictObject({ weights: z.base64() }),
]);

export function packPolicy(policy: PatchPolicy): string {
  return JSON.stringify(
    policy instanceof LearnedPolicy
      ? { weights: Buffer.from(policy.save()).toString('base64') }
      : { recipe: policy.recipe },
  );
}

/** @throws TesseraError WEIGHTS_INVALID, OPTIONS_INVALID */
export async function unpackPolicy(text: string, label: string): Promise<PatchPolicy> {
  const parsed = storedSchema.safeParse(jsonOf(text));
  if (!parsed.success) {
    throw new TesseraError({
      code: 'WEIGHTS_INVALID',
      argument: `${label}, policy`,
      expected: 'a recipe or weights of a policy',
      found: 'something else',
      wayOut: 'Load a file that save() of a patch forecaster wrote',
      cause: parsed.error,
    });
  }
  return 'recipe' in parsed.data
    ? policyFromRecipe(parsed.data.recipe)
    : loadPolicy(Buffer.from(parsed.data.weights, 'base64'));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
