/**
 * From what checks say to how grave it is. A pure function of check results and settings: the severity of a verdict, raised by the
 * rule’s thresholds on the ratio, lowered where the structure itself may be chance, and lowered again where the rule tolerates a
 * share. Suppressions and baselines come later and change no severity.
 */
import { qValues } from './false-discovery.js';
import type { CheckResult, RuleSettings, Severity } from './report-schema.js';
import { severities } from './report-schema.js';
import type { RuleId } from './rule-ids.js';
import { ruleOf } from './rules.js';

export interface GradedCheck {
  readonly check: CheckResult;
  readonly severity: Severity;
  readonly qValue: number | null;
  readonly hint: string;
  /** Whether it comes without a warning or error before its rule’s tolerated share is applied. */
  readonly kept: boolean;
}

/** Below 0 where `a` is graver than `b`. */
export function compareSeverity(a: Severity, b: Severity): number {
  return severities.indexOf(a) - severities.indexOf(b);
}

export function worseOf(a: Severity, b: Severity): Severity {
  return compareSeverity(a, b) <= 0 ? a : b;
}

/** Errors and warnings: what a baseline compares and a suppression covers. */
export function isAlert({ severity }: { readonly severity: Severity }): boolean {
  return severity === 'error' || severity === 'warning';
}

/** The severity of one check by its verdict and ratio alone. */
export function severityOf(check: CheckResult, settings: RuleSettings): Severity {
  const { verdict, ratio } = check;
  const byVerdict = settings.verdicts[verdict];
  if (verdict === 'not-assessable' || ratio === null) return byVerdict;
  if (settings.errorBelow !== null && ratio < settings.errorBelow) return worseOf('error', byVerdict);
  if (settings.warnBelow !== null && ratio < settings.warnBelow) return worseOf('warning', byVerdict);
  return byVerdict;
}

/**
 * Grades checks, in their order; those of disabled rules are left out.
 *
 * @param falseDiscoveryRate q-value above which a structure is at most a note
 */
export function gradeChecks(
  checks: readonly CheckResult[],
  settings: ReadonlyMap<RuleId, RuleSettings>,
  falseDiscoveryRate: number,
): GradedCheck[] {
  const graded: GradedCheck[] = [];
  const enabled = checks.filter(({ ruleId }) => settings.get(ruleId)?.enabled !== false);
  const q = qValues(enabled.map(({ pValue }) => pValue));
  for (const [index, check] of enabled.entries()) {
    const own = settings.get(check.ruleId);
    if (own === undefined) continue;
    const qValue = q[index];
    const severity = severityOf(check, own);
    const isChance = qValue !== null && qValue > falseDiscoveryRate;
    const lowered = isChance && isAlert({ severity }) ? 'note' : severity;
    graded.push({
      check,
      severity: lowered,
      qValue,
      hint: isAlert({ severity: lowered }) ? ruleOf(check.ruleId).hint : '',
      kept: !isAlert({ severity: lowered }),
    });
  }
  return applyTolerance(graded, settings);
}

/** Where a rule keeps at least the share it asks for, its alerts become notes. */
function applyTolerance(
  graded: readonly GradedCheck[],
  settings: ReadonlyMap<RuleId, RuleSettings>,
): GradedCheck[] {
  const tolerated = new Set<RuleId>();
  for (const [id, { mostly }] of settings) {
    const judged = graded.filter(({ check }) => check.ruleId === id && check.verdict !== 'not-assessable');
    const kept = judged.filter((each) => each.kept).length;
    if (judged.length > 0 && kept / judged.length >= mostly) tolerated.add(id);
  }
  return graded.map((each) =>
    isAlert(each) && tolerated.has(each.check.ruleId) ? { ...each, severity: 'note' } : each,
  );
}
