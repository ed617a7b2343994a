/** How patches of any length become tokens, as plain data. */
import { z } from 'zod';

const convolutionSchema = z
  .strictObject({
    /** Steps that one response reads. */
    kernel: z.number().int().positive().default(12),
    channels: z.number().int().positive().default(32),
    /** Steps from one response to the next within a patch; at most the kernel, so that every step is read. */
    stride: z.number().int().positive().default(1),
  })
  .refine(({ kernel, stride }) => stride <= kernel, { path: ['stride'], message: 'at most kernel' });
export type PatchConvolution = z.output<typeof convolutionSchema>;

/** The largest response of a small shared convolution in each patch, or none. */
const optionalConvolution = z.union([z.literal(false), convolutionSchema]);

export const embeddingSchema = z.discriminatedUnion('kind', [
  /** All raw values through one linear layer, for patches of one length: PatchTST’s way, arXiv 2211.14730. */
  z.strictObject({
    kind: z.literal('flatten'),
    /** Steps of a patch; a shorter one counts as missing behind its end. */
    patchLength: z.number().int().positive().default(16),
    /** What the Fourier features of start, end and length go through. */
    position: z.enum(['mlp', 'linear']).default('mlp'),
    /** Default none. */
    convolution: optionalConvolution.default(false),
  }),
  /** The first samples raw, mean, maximum and minimum of the rest, and by default the convolution. */
  z.strictObject({
    kind: z.literal('crop'),
    /** Raw samples from the start of each patch. */
    samples: z.number().int().positive().default(16),
    /** Steps of a cycle: all samples once more, by their place in it; 0 for none. Default: `fit` settles it by the season of the set. */
    phases: z.number().int().nonnegative().optional(),
    convolution: optionalConvolution.prefault({}),
  }),
  /** Means over a fixed number of equal cells of the patch. */
  z.strictObject({
    kind: z.literal('resample'),
    /** Cells of a patch. */
    size: z.number().int().positive().default(16),
  }),
  /** Features of each step, averaged over the patch by attention. */
  z.strictObject({
    kind: z.literal('pool'),
    /** Features of a step. */
    features: z.number().int().positive().default(32),
  }),
  /** Mean, maximum, minimum and observed share: what is left of the order of samples is nothing. */
  z.strictObject({ kind: z.literal('summary') }),
]);
export type EmbeddingConfig = z.output<typeof embeddingSchema>;
export type EmbeddingOptions = z.input<typeof embeddingSchema>;
