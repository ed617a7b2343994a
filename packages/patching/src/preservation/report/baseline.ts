/**
 * Alerts against those of an earlier audit, by fingerprint: new, unchanged, updated (the same structure, graver, milder or with
 * another verdict), and gone. Only alerts are compared; a preserved structure has no history.
 */
import { isAlert } from './grade.js';
import type { AuditData, Finding, GoneFinding } from './report-schema.js';

export interface ComparedFindings {
  readonly findings: readonly Finding[];
  /** Alerts of the baseline that are none any more. */
  readonly gone: readonly GoneFinding[];
}

export function compareWithBaseline(findings: readonly Finding[], baseline: AuditData): ComparedFindings {
  const before = new Map(baseline.findings.filter(isAlert).map((each) => [each.fingerprint, each]));
  const compared = findings.map((finding) => {
    if (!isAlert(finding)) return finding;
    const earlier = before.get(finding.fingerprint);
    before.delete(finding.fingerprint);
    return { ...finding, baselineState: stateOf(finding, earlier) };
  });
  const gone = [...before.values()].map(
    ({ fingerprint, ruleId, kind, channel, start, end, timestamps, severity, verdict }) => ({
      fingerprint,
      ruleId,
      kind,
      channel,
      start,
      end,
      timestamps,
      severity,
      verdict,
    }),
  );
  return { findings: compared, gone };
}

function stateOf(finding: Finding, earlier: Finding | undefined): 'new' | 'unchanged' | 'updated' {
  if (earlier === undefined) return 'new';
  const isSame = earlier.verdict === finding.verdict && earlier.severity === finding.severity;
  return isSame ? 'unchanged' : 'updated';
}
