/** The configuration of the network inside a policy, from its recipe; what has no network has none. */
import type { PolicyRecipe } from '@tessera/patching';
import { type PolicyConfig, policyConfigSchema } from '@tessera/patching/learned';
import { z } from 'zod';

const wrappedSchema = z.object({
  policy: z.object({ name: z.string(), options: z.record(z.string(), z.unknown()) }),
});

/** Also of a learned policy within limits. */
export function learnedConfig({ name, options }: PolicyRecipe): PolicyConfig | undefined {
  if (name === 'learned') return policyConfigSchema.safeParse(options).data;
  const wrapped = wrappedSchema.safeParse(options);
  return name === 'limited' && wrapped.success ? learnedConfig(wrapped.data.policy) : undefined;
}
