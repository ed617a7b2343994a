/**
 * How wide the feed-forward layers of even patches must be to cost at least what patches of a policy cost, its network included. Costs are
 * read from ledgers, which need a fitted model: one update on one series will do, since they depend on shapes alone.
 */
import { type LongWorkOptions, parseOptions, SeriesSet } from '@tessera/core';
import { patchForecaster } from '@tessera/forecast';
import { LearnedPolicy, type PatchPolicy, policyConfigSchema, policyLayout } from '@tessera/patching';

export interface ModelCost {
  /** Width of the feed-forward layers. */
  readonly hidden: number;
  /** Floating-point operations of one window. */
  readonly total: number;
}

/** What one forecast of one window costs. @param model options of the patch model */
export async function modelCost(
  model: Readonly<Record<string, unknown>>,
  set: SeriesSet,
  work: LongWorkOptions,
  policy?: PatchPolicy,
): Promise<ModelCost> {
  const training = { steps: 1, batchSize: 1, validationShare: 0 };
  const one = new SeriesSet(set.frames.slice(0, 1));
  const fitted = await patchForecaster({ model, training }, policy).fit(one, { signal: work.signal });
  try {
    return { hidden: fitted.options.model.hidden, total: fitted.ledger.flops.total };
  } finally {
    fitted.dispose();
  }
}

/** The least width, and at least that of `narrow`, that costs `total`. The cost grows with the width along a straight line. */
export function hiddenAtCost(total: number, narrow: ModelCost, wide: ModelCost): number {
  const each = (wide.total - narrow.total) / (wide.hidden - narrow.hidden);
  return narrow.hidden + Math.max(0, Math.ceil((total - narrow.total) / each));
}

/** A learned policy of this configuration whose weights are 0: it costs what every other one does. */
export function untrainedPolicy(options: object): LearnedPolicy {
  const config = parseOptions(policyConfigSchema, options, 'policy');
  return new LearnedPolicy({ config, params: new Float32Array(policyLayout(config).size) });
}
