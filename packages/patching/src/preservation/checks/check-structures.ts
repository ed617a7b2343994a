/**
 * Checks every structure of one channel against what survives of its values, each by the check of its kind, and looks for what was
 * invented. Order of the structures, then of the invented ones.
 */
import type { CheckResult } from '../report/report-schema.js';
import type { Structure, StructureKind } from '../structures/structure.js';
import { checkChange } from './check-change.js';
import type { CheckContext } from './check-context.js';
import { checkIntervention } from './check-intervention.js';
import { checkMissingness } from './check-missingness.js';
import { checkRegime } from './check-regime.js';
import { checkSpike } from './check-spike.js';
import { checkVariance } from './check-variance.js';

/** Structures of one channel by kind, each list by start: what neighbours are looked up in. */
export type StructuresByKind = ReadonlyMap<StructureKind, readonly Structure[]>;

export function byKind(structures: readonly Structure[]): StructuresByKind {
  const map = new Map<StructureKind, Structure[]>();
  for (const structure of [...structures].sort((a, b) => a.start - b.start || a.end - b.end)) {
    const list = map.get(structure.kind);
    if (list === undefined) map.set(structure.kind, [structure]);
    else list.push(structure);
  }
  return map;
}

/** One result, or two for an intervention. @param keepsShare whether the observed share of each patch survives */
export function checkStructure(
  structure: Structure,
  context: CheckContext,
  all: StructuresByKind,
  keepsShare: boolean,
): CheckResult[] {
  const others = all.get(structure.kind) ?? [];
  const { kind } = structure;
  switch (kind) {
    case 'spike':
      return [checkSpike(structure, context, others)];
    case 'mean-change':
    case 'trend-change':
      return [checkChange({ ...structure, kind }, context, others)];
    case 'variance-change':
      return [checkVariance(structure, context, others)];
    case 'regime':
    case 'rare-regime':
      return [checkRegime({ ...structure, kind }, context)];
    case 'gap':
    case 'missingness':
      return [checkMissingness({ ...structure, kind }, context, keepsShare)];
    case 'intervention':
      return checkIntervention(structure, context);
  }
}
