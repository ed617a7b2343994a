/** Gradient clipping by global norm. Source: Pascanu et al. 2013, arXiv 1211.5063, algorithm 1. */
import { div, maximum, mul, scalar, sqrt, square, sum, type Tensor } from '@tensorflow/tfjs-core';

/** The gradient, shortened to length `limit` where it is longer, and its length before. @param gradient shape `[size]` */
export function clipByGlobalNorm(
  gradient: Tensor,
  limit: number,
): { readonly gradient: Tensor; readonly norm: Tensor } {
  const norm = sqrt(sum(square(gradient)));
  return { gradient: mul(gradient, div(scalar(limit), maximum(norm, limit))), norm };
}
