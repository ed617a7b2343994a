/** Norms with learned scale; the choice is data, so that a configuration can name it. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { type FoldedNorm, foldedNorm } from '../../engine/composites/folded-norm.js';
import { layerNorm, rmsNorm } from '../../engine/composites/normalization.js';
import { isDifferentiated } from '../../engine/gradients/is-differentiated.js';
import type { ParamPlan, Params } from '../params/param-layout.js';

export type NormKind = 'layer' | 'rms';

export function planNorm(plan: ParamPlan, width: number, kind: NormKind): void {
  plan.add('scale', [width], { kind: 'constant', value: 1 });
  if (kind === 'layer') plan.add('offset', [width], { kind: 'constant', value: 0 });
}

/** @param x shape `[..., width]` @returns the shape of x */
export function applyNorm(params: Params, x: Tensor, kind: NormKind): Tensor {
  if (kind === 'rms') return rmsNorm(x, params.tensor('scale'));
  return layerNorm(x, params.tensor('scale'), params.tensor('offset'));
}

/** Folding is work for each weight; with fewer rows than this for each column of x it takes more than it saves. */
const rowsPerColumn = 16;

/**
 * Rows that products read. Where `fold` is given, every weight that reads them has to go through it, or gradients are wrong; where it
 * is absent, weights are used as they are.
 */
export type ReadRows = Pick<FoldedNorm, 'rows'> & Partial<FoldedNorm>;

/**
 * The norm of rows that only products read. In training on many rows its scale and offset are left to the weights of these products,
 * which halves the work of its gradient; else it is `applyNorm`. The numbers agree up to rounding.
 *
 * @param x shape `[..., width]`
 */
export function foldNorm(params: Params, x: Tensor, kind: NormKind): ReadRows {
  const width = x.shape.at(-1) ?? 1;
  const pays = isDifferentiated() && x.size >= rowsPerColumn * width ** 2;
  if (!pays) return { rows: applyNorm(params, x, kind) };
  const scale = params.tensor('scale');
  return foldedNorm(x, kind === 'rms' ? { scale } : { scale, offset: params.tensor('offset') });
}
