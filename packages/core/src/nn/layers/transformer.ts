/**
 * Multi-head attention and the pre-norm transformer block. Positions enter as rotations of queries and keys (rotary, Su et al.
 * 2021, arXiv 2104.09864) or are added by the caller; masks enter as a bias on the scores. No bias on query, key and value.
 */
import { add, concat, expandDims, mul, reshape, split, sub, type Tensor } from '@tensorflow/tfjs-core';
import { attention } from '../../engine/composites/attention.js';
import { feedForward } from '../../engine/composites/feed-forward.js';
import { linear } from '../../engine/composites/linear.js';
import { invariant } from '../../errors/invariant.js';
import type { ParamPlan, Params } from '../params/param-layout.js';
import { applyLinear, planLinear } from './dense.js';
import { foldNorm, type NormKind, planNorm, type ReadRows } from './norm.js';

export interface AttentionConfig {
  readonly width: number;
  readonly heads: number;
}

export interface AttentionOptions {
  /** Added to the scores, broadcast to `[B, heads, N, M]`: one for each window is `[B, 1, N, M]`. Default none. */
  readonly bias?: Tensor | undefined;
  /** Rotations of queries and keys. Default none. */
  readonly rotation?: Rotation | undefined;
}

/** Cosines and sines of the angles of each position, shapes `[N, E / 2]` or `[B, N, E / 2]` with E the width of a head. */
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
  config: AttentionConfig,
  options: AttentionOptions = {},
): Tensor {
  const own = { rows: x };
  return attend(params, own, x === memory ? own : { rows: memory }, config, options);
}

function attend(
  params: Params,
  x: ReadRows,
  memory: ReadRows,
  { heads }: AttentionConfig,
  { bias, rotation }: AttentionOptions,
): Tensor {
  const [query, key, value] =
    x === memory
      ? projected(params, x, ['query', 'key', 'value'])
      : [...projected(params, x, ['query']), ...projected(params, memory, ['key', 'value'])];
  invariant(query !== undefined && key !== undefined && value !== undefined, 'each has its projection');
  const turned = (rows: Tensor) => (rotation === undefined ? rows : rotateHeads(rows, rotation, heads));
  return applyLinear(params.scope('out'), attention(turned(query), turned(key), value, { heads, bias }));
}

/** Rows by several weights, which take up a norm side by side. */
function projected(params: Params, { rows, fold }: ReadRows, names: readonly string[]): Tensor[] {
  const weights = names.map((name) => params.tensor(name));
  if (fold === undefined) return weights.map((weight) => linear(rows, weight));
  const { weight, bias } = fold(concat(weights, 1));
  const biases = bias === undefined ? [] : split(bias, names.length);
  return split(weight, names.length, 1).map((own, i) => linear(rows, own, biases[i]));
}

/** Turns each pair (x_i, x_{i + E/2}) by its angle. @param x shape `[..., E]` @param rotation broadcast to `[..., E / 2]` */
export function rotate(x: Tensor, { cosine, sine }: Rotation): Tensor {
  const [first, second] = split(x, 2, -1);
  invariant(first !== undefined && second !== undefined, 'there are two halves');
  return concat(
    [sub(mul(first, cosine), mul(second, sine)), add(mul(second, cosine), mul(first, sine))],
    x.rank - 1,
  );
}

/** Turns every head of rows. @param rows shape `[B, N, heads E]` */
function rotateHeads(rows: Tensor, { cosine, sine }: Rotation, heads: number): Tensor {
  const [batch = 0, steps = 0, width = 0] = rows.shape;
  const apart = reshape(rows, [batch, steps, heads, width / heads]);
  const spread = { cosine: expandDims(cosine, -2), sine: expandDims(sine, -2) };
  return reshape(rotate(apart, spread), rows.shape);
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
  const normed = foldNorm(params.scope('attentionNorm'), x, config.norm);
  const attended = attend(params.scope('attention'), normed, normed, config, options);
  const y = add(x, options.noise === undefined ? attended : mul(attended, options.noise.attention));
  const inner = params.scope('feedForward');
  const { rows, fold } = foldNorm(params.scope('feedForwardNorm'), y, config.norm);
  const [weight, bias] = [inner.tensor('in.weight'), inner.tensor('in.bias')];
  const folded = fold?.(weight, bias) ?? { weight, bias };
  invariant(folded.bias !== undefined, 'a bias that is given stays one');
  const fed = feedForward(rows, {
    in: folded.weight,
    inBias: folded.bias,
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
