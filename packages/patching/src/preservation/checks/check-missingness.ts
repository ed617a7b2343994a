/**
 * Can a pattern of missing values be recovered? Step by step where what survives is missing where the raw series was; as a share
 * where what survives holds the share of observed steps of each patch; else not at all: the gap was filled in silently.
 */
import type { CheckResult, Verdict } from '../report/report-schema.js';
import type { Structure } from '../structures/structure.js';
import type { CheckContext } from './check-context.js';
import { checkResult, notAssessable } from './check-result.js';

/** @param keepsShare whether the share of observed steps of each patch survives beside the values */
export function checkMissingness(
  structure: Structure & { readonly kind: 'gap' | 'missingness' },
  context: CheckContext,
  keepsShare: boolean,
): CheckResult {
  const about = { ruleId: `${structure.kind}-survival`, measure: 'missing steps' } as const;
  const { raw, surviving } = context;
  let [missing, recovered, lost] = [0, 0, 0];
  for (let t = structure.start; t < structure.end; t++) {
    const isGone = Number.isNaN(surviving.values[t]);
    if (Number.isNaN(raw[t])) {
      missing += 1;
      if (isGone) recovered += 1;
    } else if (isGone) lost += 1;
  }
  if (missing === 0)
    return notAssessable(structure, context, { ...about, reason: 'no step of it is missing' });
  const ratio = recovered / missing;
  return checkResult(structure, context, {
    ...about,
    raw: missing,
    surviving: recovered,
    threshold: Number.NaN,
    ratio,
    verdict: verdictOf(ratio, lost, keepsShare),
    // A mask is a fact and not an estimate.
    pValue: Number.NaN,
    reason: reasonOf(ratio, keepsShare),
    details: { filledSilently: missing - recovered, observedButLost: lost },
  });
}

function verdictOf(ratio: number, lost: number, keepsShare: boolean): Verdict {
  if (ratio === 1) return lost === 0 ? 'preserved' : 'attenuated';
  return ratio > 0 || keepsShare ? 'attenuated' : 'erased';
}

function reasonOf(ratio: number, keepsShare: boolean): string {
  if (ratio === 1) return 'the mask can be recovered exactly';
  if (keepsShare) return 'the mask can be recovered as a share per patch';
  if (ratio > 0) return 'the mask can be recovered in part; the other steps are filled in silently';
  return 'the mask cannot be recovered: its steps are filled in silently';
}
