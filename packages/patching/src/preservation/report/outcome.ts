/**
 * A report in a few numbers and one word. Suppressed alerts, and those a baseline already had, are told but do not count; what was
 * skipped or could not be judged is never a pass.
 */
import { isAlert, worseOf } from './grade.js';
import type {
  AuditData,
  Finding,
  Outcome,
  RuleResult,
  RuleSettings,
  Severity,
  Verdict,
} from './report-schema.js';
import type { RuleId } from './rule-ids.js';

/** Whether a finding decides the outcome: not suppressed and, with a baseline, not as it was before. */
export function counts({ suppression, baselineState }: Finding): boolean {
  return suppression === null && baselineState !== 'unchanged';
}

export function summarize(
  findings: readonly Finding[],
  gone: number | undefined,
  skipped: number,
): AuditData['summary'] {
  const open = findings.filter(({ suppression }) => suppression === null);
  const withState = (state: Finding['baselineState']) =>
    findings.filter(({ baselineState }) => baselineState === state).length;
  const ofSeverity = (severity: Severity) =>
    open.filter((each) => each.severity === severity && (isAlert(each) || each.verdict !== 'not-assessable'))
      .length;
  return {
    errors: ofSeverity('error'),
    warnings: ofSeverity('warning'),
    notes: ofSeverity('note'),
    clean: ofSeverity('none'),
    notAssessable: findings.filter(({ verdict }) => verdict === 'not-assessable').length,
    skipped,
    suppressed: findings.length - open.length,
    byVerdict: countVerdicts(findings),
    baseline:
      gone === undefined
        ? null
        : { new: withState('new'), unchanged: withState('unchanged'), updated: withState('updated'), gone },
  };
}

function countVerdicts(findings: readonly Finding[]): Record<Verdict, number> {
  const count = (verdict: Verdict) => findings.filter((each) => each.verdict === verdict).length;
  return {
    preserved: count('preserved'),
    attenuated: count('attenuated'),
    displaced: count('displaced'),
    merged: count('merged'),
    erased: count('erased'),
    invented: count('invented'),
    'not-assessable': count('not-assessable'),
  };
}

/** One entry for every rule. @param kept fingerprints of findings that came without an alert before tolerated shares */
export function ruleResults(
  findings: readonly Finding[],
  kept: ReadonlySet<string>,
  settings: ReadonlyMap<RuleId, RuleSettings>,
): RuleResult[] {
  return [...settings].map(([ruleId, own]) => {
    const all = findings.filter((each) => each.ruleId === ruleId);
    const judged = all.filter(({ verdict }) => verdict !== 'not-assessable');
    const good = judged.filter(({ fingerprint }) => kept.has(fingerprint)).length;
    return {
      ruleId,
      settings: own,
      judged: judged.length,
      notAssessable: all.length - judged.length,
      kept: good,
      keptShare: judged.length === 0 ? null : good / judged.length,
      severity: all
        .filter(({ suppression }) => suppression === null)
        .reduce<Severity>((worst, { severity }) => worseOf(worst, severity), 'none'),
    };
  });
}

const maskDetectors: ReadonlySet<string> = new Set([
  'gaps',
  'mask-clock',
  'mask-memory',
  'mask-values',
  'missing-not-at-random',
]);

/** The word for it. @param detections what the detectors did; where none could judge, finding nothing means nothing */
export function outcomeOf(findings: readonly Finding[], detections: AuditData['detections']): Outcome {
  const alerts = findings.filter((each) => isAlert(each) && counts(each));
  if (alerts.some(({ severity }) => severity === 'error')) return 'failed';
  if (alerts.length > 0) return 'warned';
  if (findings.some(({ verdict }) => verdict !== 'not-assessable')) return 'passed';
  // Which values are missing can be told of a single step, and says nothing of the values.
  const ofValues = detections.filter(({ detector }) => !maskDetectors.has(detector));
  const asked = ofValues.length > 0 ? ofValues : detections;
  const ran = asked.some(({ status }) => status !== 'not-assessable');
  return findings.length === 0 && ran ? 'nothing-found' : 'not-assessed';
}
