/**
 * Multi-head attention and the pre-norm transformer block. Positions enter as rotations of queries and keys (rotary, Su et al.
 * 2021, arXiv 2104.09864) or are added by the caller; masks enter as a bias on the scores. No bias on query, key and value.
 */
import { add, concat, mul, neg, reshape, slice, type Tensor } from '@tensorflow/tfjs-core';
import { attention, joinHeads, projectToHeads } from '../../engine/composites/attention.js';
import { feedForward } from '../../engine/composites/feed-forward.js';
import type { ParamPlan, Params } from '../params/param-layout.js';
import { applyLinear, planLinear } from './dense.js';
import { applyNorm, type NormKind, planNorm } from './norm.js';

export interface AttentionConfig {
  readonly width: number;
  readonly heads: number;
}

export interface AttentionOptions {
  /** Added to the scores, broadcast to `[heads B, N, M]`. Default none. */
  readonly bias?: Tensor | undefined;
  /** Rotations of queries and keys. Default none. */
  readonly rotation?: Rotation | undefined;
}

/** Cosines and sines of the angles of each position, shapes `[N, E / 2]` or `[G, N, E / 2]`. */
export interface Rotation {
  readonly cosine: Tensor;
  readonly sine: Tensor;
}

export function planAttention(plan: ParamPlan, { width }: AttentionConfig): void {
  const limit = Math.sqrt(6 / (2 * width));
  for (const name of ['query', 'key', 'value']) plan.add(name, [width, width], { kind: 'uniform', limit });
  planLinear(plan.scope('out'), { from: width, to: width });
}

/**
 * @param x queries, shape `[B, N, D]`
 * @param memory keys and values, shape `[B, M, D]`; x itself for self-attention
 * @returns shape `[B, N, D]`
 */
export function applyAttention(
  params: Params,
  x: Tensor,
  memory: Tensor,
  { heads }: AttentionConfig,
  { bias, rotation }: AttentionOptions = {},
): Tensor {
  const query = projectToHeads(x, params.tensor('query'), heads);
  const key = projectToHeads(memory, params.tensor('key'), heads);
  const value = projectToHeads(memory, params.tensor('value'), heads);
  const turned = rotation === undefined ? [query, key] : [rotate(query, rotation), rotate(key, rotation)];
  const mixed = attention(turned[0] ?? query, turned[1] ?? key, value, bias);
  return applyLinear(params.scope('out'), joinHeads(mixed, heads));
}

/** Turns each pair (x_i, x_{i + E/2}) by its angle. @param x shape `[G, N, E]` */
export function rotate(x: Tensor, { cosine, sine }: Rotation): Tensor {
  const [groups = 0, steps = 0, width = 0] = x.shape;
  const half = width / 2;
  const first = slice(x, [0, 0, 0], [groups, steps, half]);
  const second = slice(x, [0, 0, half], [groups, steps, half]);
  return concat(
    [add(mul(first, cosine), neg(mul(second, sine))), add(mul(second, cosine), mul(first, sine))],
    2,
  );
}

export interface BlockConfig extends AttentionConfig {
  /** Width of the feed-forward layer. */
  readonly hidden: number;
  readonly norm: NormKind;
}

/** Noise for dropout, drawn on the host: factors 0 or 1 / (1 - rate), broadcast to `[B, N, D]`. */
export interface BlockNoise {
  readonly attention: Tensor;
  readonly feedForward: Tensor;
}

export function planBlock(plan: ParamPlan, config: BlockConfig): void {
  planNorm(plan.scope('attentionNorm'), config.width, config.norm);
  planAttention(plan.scope('attention'), config);
  planNorm(plan.scope('feedForwardNorm'), config.width, config.norm);
  planLinear(plan.scope('feedForward.in'), { from: config.width, to: config.hidden });
  planLinear(plan.scope('feedForward.out'), { from: config.hidden, to: config.width });
}

/** x + attention(norm(x)), then + feed-forward(norm). @param x shape `[B, N, D]` @returns the shape of x */
export function applyBlock(
  params: Params,
  x: Tensor,
  config: BlockConfig,
  options: AttentionOptions & { readonly noise?: BlockNoise | undefined } = {},
): Tensor {
  const normed = applyNorm(params.scope('attentionNorm'), x, config.norm);
  const attended = applyAttention(params.scope('attention'), normed, normed, config, options);
  const y = add(x, options.noise === undefined ? attended : mul(attended, options.noise.attention));
  const inner = params.scope('feedForward');
  const fed = feedForward(applyNorm(params.scope('feedForwardNorm'), y, config.norm), {
    in: inner.tensor('in.weight'),
    inBias: inner.tensor('in.bias'),
    out: inner.tensor('out.weight'),
    outBias: inner.tensor('out.bias'),
  });
  return add(y, options.noise === undefined ? fed : mul(fed, options.noise.feedForward));
}

/** The axes of x with the first two joined. @param x shape `[B, N, D]` @returns shape `[B, N D]` */
export function flattenSteps(x: Tensor): Tensor {
  const [batch = 0, steps = 0, width = 0] = x.shape;
  return reshape(x, [batch, steps * width]);
}
