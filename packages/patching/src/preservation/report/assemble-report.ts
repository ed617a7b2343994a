/**
 * From the results of checks to the report:
 *
 * ```
 * checks -> grade (verdict, thresholds, q-value, tolerated share) -> fingerprint -> baseline -> suppressions -> summary, traces
 * ```
 *
 * Pure: no clock, no file, no random draw. The same input gives the same bytes.
 */
import { formatFrequency, parseOptions, type SeriesFrame } from '@tessera/core';
import { z } from 'zod';
import type { Patches } from '../../patches/patches.js';
import { compareWithBaseline } from './baseline.js';
import { hashFrame, hashPatches } from './content-hash.js';
import { countOf } from './describe-finding.js';
import { fingerprints } from './fingerprint.js';
import { compareSeverity, type GradedCheck, gradeChecks, isAlert } from './grade.js';
import { outcomeOf, ruleResults, summarize } from './outcome.js';
import { PreservationReport } from './preservation-report.js';
import {
  type AuditData,
  type BoundaryScores,
  type CheckResult,
  type DetectionSummary,
  type Finding,
  type NullRun,
  reportVersion,
  type SizeSurvival,
  type Skipped,
  type Trace,
} from './report-schema.js';
import { resolveRules, rulesOptions } from './rules.js';
import { suppress, suppressionsForm } from './suppressions.js';
import { channelTrace, closeUpTrace, type TraceOptions } from './trace.js';

const whole = (least: number) => z.number('a number').int('a whole number').min(least, `at least ${least}`);

/** How a report is graded and drawn; an audit takes these among its options. */
export const reportOptions = z.strictObject({
  /** Settings by rule, over their defaults. */
  rules: rulesOptions.default({}),
  /** q-value, in [0, 1], above which a structure is at most a note. Default 0.05. */
  falseDiscoveryRate: z.number('a number').min(0, 'at least 0').max(1, 'at most 1').default(0.05),
  /** Alerts that are accepted. */
  suppressions: suppressionsForm.default([]),
  /** Day of the audit, `YYYY-MM-DD`: stored in the report, and needed where a suppression expires. Default none. */
  today: z.iso.date('a day as YYYY-MM-DD').optional(),
  /** Earlier report that this one is compared with. */
  baseline: z.instanceof(PreservationReport, { error: 'a PreservationReport' }).optional(),
  /** File or name of the data. */
  source: z.string('a name').optional(),
  /** Channels that are drawn, worst first. Default 12. */
  drawnChannels: whole(0).default(12),
  /** Alerts that are drawn close up, worst first. Default 8. */
  closeUps: whole(0).default(8),
});
export type ReportOptions = Readonly<z.input<typeof reportOptions>>;

export interface ReportInput {
  readonly frame: SeriesFrame;
  readonly patches: Patches;
  /** What survives by channel, shape `[T]`; a channel that is absent has no reconstruction. */
  readonly surviving: ReadonlyMap<string, Float64Array>;
  readonly survivingForm: AuditData['surviving'];
  readonly checks: readonly CheckResult[];
  readonly detections: readonly DetectionSummary[];
  readonly boundaries: readonly BoundaryScores[];
  readonly skipped: readonly Skipped[];
  readonly nullRun?: NullRun | undefined;
  readonly survivalBySize?: readonly SizeSurvival[] | undefined;
  /** Resolved settings of detectors and checks. */
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly seed?: number | undefined;
  /** Version by name. */
  readonly versions: Readonly<Record<string, string>>;
}

/** @throws TesseraError OPTIONS_INVALID, AUDIT_INVALID */
export function assembleReport(input: ReportInput, options: ReportOptions = {}): PreservationReport {
  const { frame, patches } = input;
  const own = parseOptions(reportOptions, options, 'audit report');
  const settings = resolveRules(own.rules);
  const graded = gradeChecks(input.checks, settings, own.falseDiscoveryRate);
  const found = findingsOf(graded, frame);
  const kept = new Set(found.filter((_, index) => graded[index].kept).map(({ fingerprint }) => fingerprint));
  const compared =
    own.baseline === undefined
      ? { findings: found, gone: [] }
      : compareWithBaseline(found, own.baseline.data);
  const { findings, suppressions } = suppress(compared.findings, own.suppressions, own.today);
  const sorted = findings.toSorted(byWeight);
  const skipped = [...input.skipped, ...disabledRules(input.checks, settings)];
  const { minLength, medianLength, maxLength, compressionRate, patches: count } = patches.statistics();
  return new PreservationReport({
    format: 'tessera-audit',
    version: reportVersion,
    series: describeSeries(frame),
    patches: {
      count,
      minLength: figure(minLength),
      medianLength: figure(medianLength),
      maxLength: figure(maxLength),
      compressionRate: figure(compressionRate),
    },
    surviving: input.survivingForm,
    outcome: outcomeOf(sorted, [...input.detections]),
    summary: summarize(sorted, own.baseline === undefined ? undefined : compared.gone.length, skipped.length),
    rules: ruleResults(sorted, kept, settings),
    findings: sorted,
    gone: [...compared.gone],
    boundaries: [...input.boundaries],
    detections: [...input.detections],
    skipped,
    nullRun: input.nullRun ?? null,
    falseDiscoveryRate: own.falseDiscoveryRate,
    suppressions,
    survivalBySize: [...(input.survivalBySize ?? [])],
    traces: tracesOf(input, sorted, own.drawnChannels, own.closeUps),
    provenance: {
      source: own.source ?? null,
      dataHash: hashFrame(frame),
      patchesHash: hashPatches(patches),
      configuration: sortedRecord(z.record(z.string(), z.json()).parse(plain(input.configuration))),
      seed: input.seed ?? null,
      versions: sortedRecord(input.versions),
      date: own.today ?? null,
    },
  });
}

function findingsOf(graded: readonly GradedCheck[], frame: SeriesFrame): Finding[] {
  const subjects = graded.map(({ check }) => ({
    series: frame.id,
    ruleId: check.ruleId,
    channel: check.channel,
    detector: check.detector,
    timestamps: timestampsOf(frame, check.start, check.end),
  }));
  const marks = fingerprints(subjects);
  return graded.map(({ check, severity, qValue, hint }, index) => ({
    ...check,
    details: sortedRecord(check.details),
    timestamps: subjects[index].timestamps,
    severity,
    qValue,
    hint,
    fingerprint: marks[index],
    baselineState: null,
    suppression: null,
  }));
}

/** Moments of the first and last step of `[start, end)`. */
function timestampsOf(frame: SeriesFrame, start: number, end: number): [number, number] {
  const last = frame.length - 1;
  const at = (step: number) => frame.time.timeAt(Math.min(Math.max(step, 0), last));
  return [at(start), at(Math.max(start, end - 1))];
}

function byWeight(a: Finding, b: Finding): number {
  return (
    compareSeverity(a.severity, b.severity) ||
    compareText(a.channel, b.channel) ||
    a.start - b.start ||
    a.end - b.end ||
    compareText(a.ruleId, b.ruleId) ||
    compareText(a.fingerprint, b.fingerprint)
  );
}

/** By code unit: the order must not depend on the language of a machine. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function disabledRules(checks: readonly CheckResult[], settings: ReturnType<typeof resolveRules>): Skipped[] {
  return [...settings]
    .filter(([, { enabled }]) => !enabled)
    .map(([ruleId]) => {
      const structures = checks.filter((check) => check.ruleId === ruleId).length;
      return {
        check: ruleId,
        channel: null,
        reason: `turned off; it would have judged ${countOf(structures, 'structure')}`,
      };
    });
}

function describeSeries(frame: SeriesFrame): AuditData['series'] {
  const { id, length, time, channels } = frame;
  return {
    id,
    length,
    first: length === 0 ? null : time.timeAt(0),
    last: length === 0 ? null : time.timeAt(length - 1),
    frequency: time.kind === 'regular' ? formatFrequency(time.frequency) : null,
    channels: channels.map(({ name, unit, observed }) => ({
      name,
      unit: unit ?? null,
      observed: observed.reduce((sum, flag) => sum + flag, 0),
    })),
  };
}

/** The worst channels whole, then the worst alerts close up. @param findings worst first */
function tracesOf(
  input: ReportInput,
  findings: readonly Finding[],
  drawnChannels: number,
  closeUps: number,
): Trace[] {
  const { frame, patches } = input;
  if (frame.length === 0) return [];
  const names = [...findings.map(({ channel }) => channel), ...frame.targets.map(({ name }) => name)];
  const known = new Set(frame.channels.map(({ name }) => name));
  const drawn = [...new Set(names)].filter((name) => known.has(name)).slice(0, drawnChannels);
  const alerts = new Map<string, Finding[]>();
  for (const finding of findings.filter(isAlert)) {
    const own = alerts.get(finding.channel);
    if (own === undefined) alerts.set(finding.channel, [finding]);
    else own.push(finding);
  }
  const optionsOf = (channel: string): TraceOptions => ({
    frame,
    patches,
    channel,
    surviving: input.surviving.get(channel) ?? null,
    alerts: alerts.get(channel) ?? [],
  });
  const close: Trace[] = [];
  for (const finding of findings) {
    if (close.length >= closeUps || !isAlert(finding)) break;
    if (finding.suppression !== null || !known.has(finding.channel)) continue;
    const trace = closeUpTrace(optionsOf(finding.channel), finding);
    if (trace !== undefined) close.push(trace);
  }
  return [...drawn.map((channel) => channelTrace(optionsOf(channel))), ...close];
}

function sortedRecord<Value>(record: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => compareText(a, b)));
}

/** As JSON holds it: functions and undefined left out, what is not finite as null. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function figure(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
