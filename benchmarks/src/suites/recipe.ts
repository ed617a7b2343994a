/** A forecaster as it stands in a task file. */
import { z } from 'zod';

export const recipeSchema = z.strictObject({
  name: z.string(),
  options: z.record(z.string(), z.json()).default({}),
});
