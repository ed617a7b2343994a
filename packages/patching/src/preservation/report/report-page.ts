/**
 * The audit as one page: alerts first, then raw against surviving, missing values, survival by patch size, the rules, what was not
 * judged, and how it was made. Plain data: core’s page renderer escapes every text and writes the strict policy.
 */
import type { PageBlock, PageOptions, PageSection, TableCell, Tone } from '@tessera/core/charts';
import { auditText } from './audit-json.js';
import {
  brief,
  countOf,
  findingFigures,
  findingTitle,
  goneText,
  outcomeText,
  patchText,
  percent,
  summaryText,
  timeText,
} from './describe-finding.js';
import { isAlert } from './grade.js';
import { provenanceSection } from './provenance-section.js';
import { type ReportChart, reportCharts } from './report-charts.js';
import type { AuditData, Finding, Outcome, RuleResult, Severity } from './report-schema.js';
import { ruleOf, rules } from './rules.js';

/** Rows of a table on the page; `audit.json` has all. */
const mostRows = 200;

const outcomeTones: Readonly<Record<Outcome, Tone>> = {
  passed: 'good',
  warned: 'warning',
  failed: 'bad',
  'nothing-found': 'info',
  'not-assessed': 'warning',
};

const severityTones: Readonly<Record<Severity, Tone>> = {
  error: 'bad',
  warning: 'warning',
  note: 'info',
  none: 'good',
};

export function pageOf(data: AuditData): PageOptions {
  const charts = reportCharts(data);
  const of = (kind: ReportChart['kind']): PageBlock[] =>
    charts.filter((chart) => chart.kind === kind).map(({ name, spec }) => ({ kind: 'chart', name, spec }));
  const { length, first, last } = data.series;
  const span = first === null || last === null ? '' : `, ${timeText(first)} to ${timeText(last)}`;
  return {
    title: `Audit of ${data.series.id}: ${outcomeText(data)}`,
    lead: `What patches keep of ${countOf(length, 'step')}${span}. What survives: ${data.surviving.name}.`,
    sections: [
      alertsSection(data, of('close-up')),
      ...section('Raw against surviving', of('channel')),
      {
        title: 'Missingness',
        blocks: orText(of('missingness'), 'No value is missing in the channels that are drawn.'),
      },
      ...section('Survival', of('survival')),
      rulesSection(data),
      ...boundariesSection(data),
      notJudgedSection(data),
      ...baselineSection(data),
      provenanceSection(data, auditText(data)),
    ],
  };
}

function section(title: string, blocks: readonly PageBlock[]): PageSection[] {
  return blocks.length === 0 ? [] : [{ title, blocks }];
}

function orText(blocks: readonly PageBlock[], text: string): readonly PageBlock[] {
  return blocks.length === 0 ? [{ kind: 'text', text }] : blocks;
}

function alertsSection(data: AuditData, closeUps: readonly PageBlock[]): PageSection {
  const { summary, outcome, patches } = data;
  const alerts = data.findings.filter((each) => isAlert(each) && each.suppression === null);
  const size = `${brief(patches.minLength)} to ${brief(patches.maxLength)} steps, ${brief(patches.compressionRate)} on average`;
  return {
    title: 'Alerts',
    blocks: [
      { kind: 'note', tone: outcomeTones[outcome], title: outcomeText(data), text: summaryText(data) },
      {
        kind: 'facts',
        facts: [
          { label: 'Errors', value: String(summary.errors) },
          { label: 'Warnings', value: String(summary.warnings) },
          {
            label: 'Preserved',
            value: String(summary.clean),
            detail: `of ${data.findings.length} structures`,
          },
          {
            label: 'Not assessable',
            value: String(summary.notAssessable),
            detail: `${summary.skipped} skipped`,
          },
          { label: 'Patches', value: String(patches.count), detail: size },
        ],
      },
      ...(alerts.length === 0
        ? [{ kind: 'text', text: 'No alert.' } as const]
        : [
            findingsTable('Alerts, gravest first', alerts, summary.baseline !== null),
            { kind: 'text', text: 'What helps:' } as const,
            waysOut(alerts),
          ]),
    ],
    sections: closeUps.length === 0 ? [] : [{ title: 'Close up', blocks: closeUps }],
  };
}

/** What helps, once per rule. */
function waysOut(alerts: readonly Finding[]): PageBlock {
  const ids = new Set(alerts.map(({ ruleId }) => ruleId));
  const items = rules
    .filter(({ id }) => ids.has(id))
    .map(({ title, hint }) => `${title}: ${lowerFirst(hint)}.`);
  return { kind: 'list', items };
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function findingsTable(caption: string, findings: readonly Finding[], compared: boolean): PageBlock {
  const shown = findings.slice(0, mostRows);
  const rest = findings.length - shown.length;
  return {
    kind: 'table',
    caption: rest === 0 ? caption : `${caption}: the first ${shown.length} of ${findings.length}`,
    columns: [
      { title: 'What' },
      { title: 'Severity' },
      ...(compared ? [{ title: 'Since baseline' }] : []),
      { title: 'Verdict' },
    ],
    rows: shown.map((finding): TableCell[] => [
      findingTitle(finding),
      { value: finding.severity, tone: severityTones[finding.severity] },
      ...(compared ? [finding.baselineState] : []),
      `${findingFigures(finding)}; ${patchText(finding)}${finding.qValue === null ? '' : `, q ${brief(finding.qValue)}`}`,
    ]),
  };
}

function rulesSection(data: AuditData): PageSection {
  return {
    title: 'Rules',
    blocks: [
      {
        kind: 'table',
        caption: 'What each rule judged',
        columns: [
          { title: 'Rule' },
          { title: 'Result' },
          { title: 'Judged' },
          { title: 'Kept' },
          { title: 'Asked for' },
          { title: 'Not assessable' },
          { title: 'Detectors' },
        ],
        rows: data.rules.map((result) => ruleRow(result, data.findings)),
      },
      ...detectionsTable(data),
    ],
  };
}

function ruleRow(rule: RuleResult, findings: readonly Finding[]): TableCell[] {
  const { ruleId, settings, judged, notAssessable, keptShare } = rule;
  const own = findings.filter((finding) => finding.ruleId === ruleId);
  const detectors = [...new Set(own.map(({ detector }) => detector))].sort();
  return [
    ruleOf(ruleId).title,
    ruleResult(rule, own),
    judged,
    percent(keptShare),
    percent(settings.mostly),
    notAssessable,
    detectors.join(', '),
  ];
}

function ruleResult({ settings, judged, severity }: RuleResult, own: readonly Finding[]): TableCell {
  if (!settings.enabled) return 'turned off';
  if (judged === 0) return 'nothing judged';
  if (severity !== 'none') return { value: severity, tone: severityTones[severity] };
  return own.some(({ suppression }) => suppression !== null)
    ? 'suppressed'
    : { value: 'passed', tone: severityTones.none };
}

function detectionsTable({ detections }: AuditData): PageBlock[] {
  if (detections.length === 0) return [];
  return [
    {
      kind: 'table',
      caption: 'What the detectors found in the raw series',
      columns: [{ title: 'Detector' }, { title: 'Channel' }, { title: 'State' }, { title: 'Structures' }],
      rows: detections
        .slice(0, mostRows)
        .map(({ detector, channel, status, structures }) => [detector, channel, status, structures]),
    },
  ];
}

function boundariesSection({ boundaries }: AuditData): PageSection[] {
  if (boundaries.length === 0) return [];
  return [
    {
      title: 'Boundaries',
      blocks: [
        {
          kind: 'text',
          text:
            'How patch boundaries lie to the change points of the raw series. Recall alone rewards short patches: the corrected one is what is left above chance. ' +
            'The offset is the median of boundary minus change, in patch lengths.',
        },
        {
          kind: 'table',
          caption: 'Patch boundaries against change points',
          columns: [
            { title: 'Channel' },
            { title: 'Changes' },
            { title: 'Margin, steps' },
            { title: 'Recall', decimals: 2 },
            { title: 'By chance', decimals: 2 },
            { title: 'Corrected', decimals: 2 },
            { title: 'Offset', decimals: 2 },
            { title: 'Straddled', decimals: 2 },
            { title: 'Purity', decimals: 2 },
          ],
          rows: boundaries
            .slice(0, mostRows)
            .map((each) => [
              each.channel,
              each.changes,
              each.margin,
              each.recall,
              each.chanceRecall,
              each.correctedRecall,
              each.medianOffset,
              each.straddleRate,
              each.purity,
            ]),
        },
      ],
    },
  ];
}

function notJudgedSection(data: AuditData): PageSection {
  const { skipped, findings } = data;
  const notes = findings.filter(
    ({ severity, verdict }) => severity === 'note' && verdict !== 'not-assessable',
  );
  const open = findings.filter(({ verdict }) => verdict === 'not-assessable');
  const suppressed = findings.filter(({ suppression }) => suppression !== null);
  const blocks: PageBlock[] = [];
  if (skipped.length > 0) {
    blocks.push({
      kind: 'table',
      caption: 'Skipped, which is no pass',
      columns: [{ title: 'Check' }, { title: 'Channel' }, { title: 'Reason' }],
      rows: skipped.slice(0, mostRows).map(({ check, channel, reason }) => [check, channel ?? 'all', reason]),
    });
  }
  if (open.length > 0) blocks.push(findingsTable('Not assessable', open, false));
  if (suppressed.length > 0) {
    blocks.push({
      kind: 'table',
      caption: 'Suppressed',
      columns: [{ title: 'What' }, { title: 'Verdict' }, { title: 'Reason' }, { title: 'Until' }],
      rows: suppressed
        .slice(0, mostRows)
        .map((finding) => [
          findingTitle(finding),
          findingFigures(finding),
          finding.suppression?.reason ?? '',
          finding.suppression?.expires ?? 'for good',
        ]),
    });
  }
  for (const { state, reason } of data.suppressions) {
    if (state === 'used') continue;
    blocks.push({ kind: 'note', tone: 'info', title: `A suppression is ${state}`, text: reason });
  }
  if (notes.length > 0) blocks.push(findingsTable('Notes', notes, false));
  return { title: 'Not judged, suppressed, noted', blocks: orText(blocks, 'Nothing.') };
}

function baselineSection({ gone, summary }: AuditData): PageSection[] {
  if (summary.baseline === null) return [];
  const items = gone.slice(0, mostRows).map(goneText);
  const blocks: PageBlock[] = items.length === 0 ? [] : [{ kind: 'list', items }];
  return [{ title: 'Gone since the baseline', blocks: orText(blocks, 'Nothing is gone.') }];
}
