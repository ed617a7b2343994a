/**
 * The audit as JUnit XML, which every build server reads: a suite per rule, a case per structure. Errors fail, warnings too where the
 * caller lets warnings fail; what is suppressed, known from the baseline, not assessable or skipped is skipped, never passed.
 */
import { findingFigures, findingTitle, patchText } from './describe-finding.js';
import { isAlert } from './grade.js';
import { counts } from './outcome.js';
import type { AuditData, Finding, Severity } from './report-schema.js';

export type FailOn = 'warn' | 'error';

interface TestCase {
  readonly name: string;
  readonly className: string;
  readonly kind: 'passed' | 'failed' | 'skipped';
  /** Content of the failure, reason of the skip, or what a passed case says. */
  readonly text: string;
  readonly type: string;
}

interface TestSuite {
  readonly name: string;
  readonly cases: readonly TestCase[];
}

/** @param failOn the mildest severity that fails */
export function junitOf(data: AuditData, failOn: FailOn): string {
  const suites: TestSuite[] = data.rules.map(({ ruleId }) => ({
    name: ruleId,
    cases: data.findings
      .filter((finding) => finding.ruleId === ruleId)
      .map((finding) => caseOf(finding, data.series.id, failOn)),
  }));
  suites.push({
    name: 'skipped',
    cases: data.skipped.map(({ check, channel, reason }) => ({
      name: channel === null ? check : `${check} of ${channel}`,
      className: `${data.series.id}.skipped`,
      kind: 'skipped',
      text: reason,
      type: 'skipped',
    })),
  });
  const shown = suites.filter(({ cases }) => cases.length > 0);
  const all = shown.flatMap(({ cases }) => cases);
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="${xml(`Audit of ${data.series.id}`)}"${tally(all)}>
${shown.map(suiteXml).join('')}</testsuites>
`;
}

function caseOf(finding: Finding, series: string, failOn: FailOn): TestCase {
  const name = `${findingTitle(finding)} [${finding.detector}] ${finding.fingerprint.slice(0, 8)}`;
  const said = `${findingFigures(finding)}; ${patchText(finding)}`;
  const { severity, suppression, verdict } = finding;
  const base = { name, className: `${series}.${finding.ruleId}`, type: `${severity}: ${verdict}` };
  if (isAlert(finding) && suppression !== null) {
    return { ...base, kind: 'skipped', text: `suppressed: ${suppression.reason}. ${said}` };
  }
  if (isAlert(finding) && !counts(finding)) {
    return { ...base, kind: 'skipped', text: `unchanged since the baseline. ${said}` };
  }
  if (fails(severity, failOn)) return { ...base, kind: 'failed', text: `${said}\n${finding.hint}` };
  if (verdict === 'not-assessable') return { ...base, kind: 'skipped', text: said };
  return { ...base, kind: 'passed', text: severity === 'none' ? '' : `${severity}: ${said}` };
}

function fails(severity: Severity, failOn: FailOn): boolean {
  return severity === 'error' || (severity === 'warning' && failOn === 'warn');
}

function suiteXml({ name, cases }: TestSuite): string {
  return `<testsuite name="${xml(name)}"${tally(cases)}>
${cases.map(caseXml).join('')}</testsuite>
`;
}

function tally(cases: readonly TestCase[]): string {
  const of = (kind: TestCase['kind']) => cases.filter((each) => each.kind === kind).length;
  return ` tests="${cases.length}" failures="${of('failed')}" errors="0" skipped="${of('skipped')}"`;
}

function caseXml({ name, className, kind, text, type }: TestCase): string {
  const start = `<testcase name="${xml(name)}" classname="${xml(className)}"`;
  if (kind === 'failed') {
    const [message] = text.split('\n');
    return `${start}><failure type="${xml(type)}" message="${xml(message)}">${xml(text)}</failure></testcase>\n`;
  }
  if (kind === 'skipped') return `${start}><skipped message="${xml(text)}"/></testcase>\n`;
  return text === '' ? `${start}/>\n` : `${start}><system-out>${xml(text)}</system-out></testcase>\n`;
}

/** Text of XML 1.0: signs of markup escaped, characters that it cannot hold replaced. */
function xml(text: string): string {
  return text
    .replace(/[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replace(/[&<>"'\t\n\r]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
