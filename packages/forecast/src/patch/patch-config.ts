/** What a patch forecaster is made of, as plain data: stored with weights and results, checked where it comes in. */
import { scheduleOptionsSchema } from '@tessera/core/nn';
import { z } from 'zod';
import { embeddingSchema } from './embeddings/index.js';
import { patchInputsSchema } from './patch-inputs.js';

/** Deciles and the ends of 80 and 95 % intervals. */
export const defaultQuantiles = [0.025, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.975] as const;

const modelShape = {
  /** Steps of history seen, L. */
  lookback: z.number().int().min(2).default(336),
  /** Steps ahead, H. */
  horizon: z.number().int().positive(),
  /**
   * `even`: by `patchLength` and `stride`. `policy`: where a policy says, in at most `maxPatches` patches, each through an embedding
   * for patches of any length.
   */
  patching: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('even') }),
      z.strictObject({
        kind: z.literal('policy'),
        maxPatches: z.number().int().positive(),
        embedding: embeddingSchema,
      }),
    ])
    .prefault({ kind: 'even' }),
  /** How patches of a policy become tokens. */
  embedding: embeddingSchema.prefault({ kind: 'crop' }),
  /** Steps of a patch. */
  patchLength: z.number().int().positive().default(16),
  /** Steps from one patch to the next; at most its length, and a divisor of it. */
  stride: z.number().int().positive().default(16),
  /** Width of a token, D. */
  width: z.number().int().positive().default(64),
  heads: z.number().int().positive().default(4),
  /** Width of the feed-forward layers. */
  hidden: z.number().int().positive().default(128),
  layers: z.number().int().nonnegative().default(2),
  norm: z.enum(['layer', 'rms']).default('layer'),
  /** `flatten`: all tokens into one projection. `queries`: future steps attend to the tokens. */
  head: z.enum(['flatten', 'queries']).default('flatten'),
  /** Future steps that one query answers, for `queries`, and that one token of future covariates holds. */
  queryLength: z.number().int().positive().default(16),
  /** Maximum over the patch of a small shared convolution, beside the raw values. Default none. */
  convolution: z
    .strictObject({
      kernel: z.number().int().positive().default(9),
      channels: z.number().int().positive().default(16),
    })
    .optional(),
  /** `mixed`: a target also sees the other targets of its series. */
  channels: z.enum(['independent', 'mixed']).default('independent'),
  /** Whether past and future covariates of the set are used. */
  covariates: z.enum(['use', 'ignore']).default('use'),
  /** Rows beside the target; settled by `fit`, which overwrites what is given. */
  inputs: patchInputsSchema.prefault({}),
  /** Quantile levels, ascending; none for a point forecast trained by mean squared error. */
  quantiles: z
    .array(z.number().gt(0).lt(1))
    .readonly()
    .default([...defaultQuantiles]),
};

type Shape = Omit<z.output<z.ZodObject<typeof modelShape>>, 'horizon'>;

/** What no single option can say of itself. */
function fitTogether<Schema extends z.ZodType<Shape>>(schema: Schema): Schema {
  return schema
    .refine((c) => c.patchLength % c.stride === 0, { path: ['stride'], message: 'a divisor of patchLength' })
    .refine((c) => c.lookback >= c.patchLength, { path: ['lookback'], message: 'at least one patch' })
    .refine((c) => c.width % c.heads === 0, { path: ['heads'], message: 'a divisor of width' })
    .refine((c) => c.convolution === undefined || c.stride === c.patchLength, {
      path: ['convolution'],
      message: 'used with patches that do not overlap',
    })
    .refine((c) => c.patching.kind === 'even' || c.head === 'queries', {
      path: ['head'],
      message: '"queries" for patches of a policy, whose number varies',
    })
    .refine((c) => c.quantiles.every((q, i) => i === 0 || q > c.quantiles[i - 1]), {
      path: ['quantiles'],
      message: 'ascending levels',
    });
}

export const patchModelSchema = fitTogether(z.strictObject(modelShape));
export type PatchModelConfig = z.output<typeof patchModelSchema>;

export const patchTrainingSchema = z.strictObject({
  /** Updates in all. */
  steps: z.number().int().positive().default(600),
  /** Windows of one channel per update. */
  batchSize: z.number().int().positive().default(128),
  schedule: scheduleOptionsSchema.prefault({}),
  weightDecay: z.number().nonnegative().default(0.01),
  /** Share of features that dropout sets to zero. */
  dropout: z.number().min(0).lt(1).default(0),
  /** Decay of the moving average of weights; 0 for none. */
  average: z.number().min(0).lt(1).default(0),
  /** Share kept for validation. */
  validationShare: z.number().min(0).lt(1).default(0.15),
  /** `ends`: the last steps of every series. `series`: the last series, for sets of many short ones. */
  validation: z.enum(['ends', 'series']).default('ends'),
  /** Fewest steps of history before an origin, for training. Default one patch. */
  history: z.number().int().positive().optional(),
  evaluateEvery: z.number().int().positive().default(50),
  patience: z.number().int().nonnegative().default(6),
  /**
   * Threads that share every batch. `auto` measures whether several are faster; then two runs may differ in the last bits. Default 1,
   * in the calling thread.
   */
  threads: z.union([z.literal('auto'), z.number().int().min(1).max(256)]).default(1),
  seed: z.number().int().nonnegative().default(1),
});
export type PatchTraining = z.output<typeof patchTrainingSchema>;

const policyRecipeSchema = z.strictObject({
  name: z.string(),
  options: z.record(z.string(), z.unknown()),
});

export const patchForecasterSchema = z.strictObject({
  /** As of the model, but that the horizon may be left to `fit`. */
  model: fitTogether(z.strictObject({ ...modelShape, horizon: modelShape.horizon.optional() })).prefault({}),
  training: patchTrainingSchema.prefault({}),
  /** What places the patches, as data. Default even patches. */
  policy: policyRecipeSchema.optional(),
});
export type PatchForecasterOptions = z.output<typeof patchForecasterSchema>;

/** The options of a fitted forecaster, whose horizon is settled. */
export const fittedPatchSchema = z.strictObject({ model: patchModelSchema, training: patchTrainingSchema });
export type FittedPatchOptions = z.output<typeof fittedPatchSchema>;
