/**
 * The audit as SARIF 2.1.0 (OASIS, 2020), so that code-scanning services can show it. Every judged structure is a result: alerts fail,
 * preserved ones pass, what could not be judged is not applicable. A series has no lines, so places are logical: series, channel and
 * moment; the data file is named where it is known.
 */
import { findingFigures, findingTitle, goneText, patchText } from './describe-finding.js';
import { isAlert } from './grade.js';
import type { AuditData, Finding, GoneFinding, Severity } from './report-schema.js';
import { ruleIds } from './rule-ids.js';
import { rules } from './rules.js';

/** GitHub shows 5,000 results of a run and refuses more than 25,000. */
const mostResults = 5000;

const levels = { error: 'error', warning: 'warning', note: 'note', none: 'none' } as const satisfies Record<
  Severity,
  string
>;

/** A SARIF log as a plain object. */
export function sarifOf(data: AuditData): Record<string, unknown> {
  const shown = data.findings.slice(0, Math.max(0, mostResults - data.gone.length));
  const leftOut = data.findings.length - shown.length;
  const { tessera, audit } = data.provenance.versions;
  const version: string | undefined = tessera ?? audit;
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Tessera',
            ...(version === undefined ? {} : { version }),
            rules: ruleDescriptors(data),
          },
        },
        automationDetails: { id: `tessera-audit/${data.series.id}/` },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: notifications(data, leftOut),
          },
        ],
        results: [
          ...shown.map((finding) => resultOf(finding, data)),
          ...data.gone.map((gone) => absentResult(gone, data)),
        ],
        properties: {
          outcome: data.outcome,
          summary: data.summary,
          provenance: data.provenance,
        },
      },
    ],
  };
}

function ruleDescriptors(data: AuditData): unknown[] {
  return rules.map(({ id, title, description, hint }, index) => {
    const settings = data.rules[index]?.settings;
    return {
      id,
      name: pascal(id),
      shortDescription: { text: title },
      fullDescription: { text: description },
      help: { text: hint },
      defaultConfiguration: {
        enabled: settings?.enabled ?? true,
        level: levels[settings?.verdicts.erased ?? 'error'],
      },
    };
  });
}

function pascal(id: string): string {
  return id
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

function resultOf(finding: Finding, data: AuditData): Record<string, unknown> {
  const { kind, start, end, measure, raw, surviving, expected, threshold, ratio, interval } = finding;
  const { verdict, pValue, qValue, detector, patchIds, details, suppression, baselineState } = finding;
  const text = `${findingTitle(finding)} (${patchText(finding)}) is ${findingFigures(finding)}.`;
  return {
    ...common(finding, data),
    ...kindAndLevel(finding),
    message: { text: finding.hint === '' ? text : `${text} ${finding.hint}.` },
    ...(baselineState === null ? {} : { baselineState }),
    // Once one result of a run says whether it is suppressed, all should.
    ...(data.suppressions.length === 0
      ? {}
      : {
          suppressions:
            suppression === null
              ? []
              : [{ kind: 'external', status: 'accepted', justification: suppressionText(suppression) }],
        }),
    properties: {
      kind,
      start,
      end,
      patchIds,
      detector,
      measure,
      raw,
      surviving,
      expected,
      threshold,
      ratio,
      interval,
      verdict,
      pValue,
      qValue,
      details,
    },
  };
}

function suppressionText({ reason, expires }: NonNullable<Finding['suppression']>): string {
  return expires === null ? reason : `${reason} (until ${expires})`;
}

/** SARIF knows a level of failures alone. */
function kindAndLevel({ severity, verdict }: Finding): { kind: string; level: string } {
  if (isAlert({ severity })) return { kind: 'fail', level: levels[severity] };
  if (verdict === 'not-assessable') return { kind: 'notApplicable', level: 'none' };
  return severity === 'note' ? { kind: 'fail', level: 'note' } : { kind: 'pass', level: 'none' };
}

function absentResult(gone: GoneFinding, data: AuditData): Record<string, unknown> {
  return {
    ...common(gone, data),
    kind: 'fail',
    level: levels[gone.severity],
    message: { text: `${goneText(gone)}.` },
    baselineState: 'absent',
  };
}

function common(finding: Finding | GoneFinding, data: AuditData): Record<string, unknown> {
  const { ruleId, channel, fingerprint, timestamps } = finding;
  const { id } = data.series;
  const { source } = data.provenance;
  const [first, last] = timestamps.map((time) => new Date(time).toISOString());
  return {
    ruleId,
    ruleIndex: ruleIds.indexOf(ruleId),
    partialFingerprints: { 'tesseraStructure/v1': fingerprint },
    locations: [
      {
        ...(source === null ? {} : { physicalLocation: { artifactLocation: { uri: uriOf(source) } } }),
        logicalLocations: [
          {
            name: channel,
            fullyQualifiedName: `${id}/${channel}/${first === last ? first : `${first}/${last}`}`,
            kind: 'member',
          },
        ],
      },
    ],
  };
}

/** A path as a relative reference; every sign that means something in an address is escaped. */
function uriOf(source: string): string {
  return source
    .replaceAll('\\', '/')
    .replace(/\p{Cs}/gu, '\uFFFD')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
}

function notifications({ skipped }: AuditData, leftOut: number): unknown[] {
  const told = skipped.map(({ check, channel, reason }) => ({
    level: 'note',
    message: { text: `Skipped: ${check}${channel === null ? '' : ` of ${channel}`}: ${reason}` },
  }));
  if (leftOut === 0) return told;
  const text = `${leftOut} results of least weight are left out here; audit.json holds them all.`;
  return [...told, { level: 'warning', message: { text } }];
}
