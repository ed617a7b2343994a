/**
 * The preservation audit of one series: what does it hold, and what of that survives patching?
 *
 * ```
 * frame -> 1 detectors + known events -> structures, scale and level frozen on the raw series
 * patches + what survives -> 2 checks, invented structures, boundary scores
 *                         -> 3 survival by patch size -> 4 null run of the same settings -> 5 report
 * ```
 *
 * It judges one partition; of a patch tree audit each level. It cannot tell what the frame never held.
 */
import {
  foldIn,
  parseOptions,
  progressReporter,
  randomKey,
  type SeriesFrame,
  seasonOf,
  TesseraError,
} from '@tessera/core';
import type { Patches } from '../../patches/index.js';
import { boundaryScores } from '../checks/boundary-scores.js';
import type { Course } from '../checks/without-course.js';
import { assembleReport, type ReportOptions, reportOptions } from '../report/assemble-report.js';
import type { PreservationReport } from '../report/preservation-report.js';
import type {
  BoundaryScores,
  CheckResult,
  DetectionSummary,
  NullRun,
  SizeSurvival,
  Skipped,
} from '../report/report-schema.js';
import { isChangeKind, type StructureKind } from '../structures/structure.js';
import {
  isLatentView,
  isReconstruction,
  nameOfSurvival,
  type Survives,
  type summaryNames,
} from '../surviving/survival-form.js';
import {
  type AuditOptions,
  auditSchema,
  type ResolvedAuditOptions,
  survivesSchema,
} from './audit-options.js';
import { checkChannel, latentOf } from './check-channel.js';
import { defaultDetectors } from './detector-table.js';
import { type FoundStructures, findStructures } from './find-structures.js';
import { labelledEvents } from './labelled-events.js';
import { nullRun } from './null-run.js';
import { pause } from './pause.js';
import { ratiosAtSize, sizeSurvival } from './survival-by-size.js';
import { unjudgedPauses } from './unjudged-pauses.js';

/** Version of what an audit computes, in the provenance of its report. */
export const auditVersion = '0.1.0';

/**
 * Audits what `patches` and what survives of them keep of the structures of a series. Time near O(T) per channel; memory some twenty
 * arrays of T doubles beyond the frame, of one channel at a time, and what survives of each channel.
 *
 * @param patches of the frame’s length
 * @param options.survives default `mean`
 * @throws TesseraError OPTIONS_INVALID, SHAPE_MISMATCH, CHANNEL_UNKNOWN, RANGE_INVALID, SERIES_TOO_SHORT, NUMBER_INFINITE,
 *   OPERATION_ABORTED
 */
export async function audit(
  frame: SeriesFrame,
  patches: Patches,
  options: AuditOptions = {},
): Promise<PreservationReport> {
  const { survives = 'mean', signal, onProgress, ...rest } = options;
  parseOptions(survivesSchema, survives, 'audit survives');
  const resolved = parseOptions(auditSchema, rest, 'audit');
  checkFit(frame, patches);
  const channels = resolved.channels ?? frame.targets.map(({ name }) => name);
  const names = resolved.detectors ?? defaultDetectors;
  const sizes = isNamed(survives) ? resolved.sizes : [];
  const advance = progressReporter('audit', channels.length, onProgress);
  const key = randomKey(resolved.seed);

  const checks: CheckResult[] = [];
  const detections: DetectionSummary[] = [];
  const skipped: Skipped[] = unjudgedPauses(frame);
  const boundaries: BoundaryScores[] = [];
  const surviving = new Map<string, Float64Array>();
  const ratios = sizes.map((): Map<StructureKind, number[]>[] => []);
  let settings: FoundStructures['settings'] = {};
  const nulls: NullRun[] = [];
  for (const [index, channel] of channels.entries()) {
    await pause(signal);
    const raw = frame.channel(channel).values;
    const channelKey = foldIn(key, index);

    // 1. What it holds.
    const given = labelledEvents(frame, channel, resolved.events, resolved.threshold);
    const holds = await findStructures(channel, raw, frame.time, names, given, resolved, signal);
    const found: FoundStructures = { ...holds, course: courseOf(frame, resolved) };
    detections.push(...found.detections);
    skipped.push(...found.skipped);
    settings = { ...settings, ...found.settings };

    // 2. What of it survives.
    const checked = await checkChannel(channel, raw, patches, survives, found, resolved, channelKey, signal);
    checks.push(...checked.checks);
    skipped.push(...checked.skipped);
    if (checked.surviving !== undefined) surviving.set(channel, checked.surviving);
    boundaries.push(boundaryScores(channel, changeSteps(checked.checks), patches, resolved.margin));

    // 3. How it would fare in other patches.
    for (const [i, size] of sizes.entries()) {
      if (isNamed(survives))
        ratios[i].push(await ratiosAtSize(size, channel, raw, survives, found, resolved, signal));
    }

    // 4. How often the same settings cry wolf.
    const points = Math.min(resolved.nullPoints, frame.length);
    if (points > 0 && hasNullRun(survives)) {
      nulls.push(
        await nullRun(
          found.noise.median(),
          found.memory,
          points,
          patches,
          survives,
          names,
          resolved,
          channelKey,
          signal,
        ),
      );
    }
    advance(channel);
  }
  if (resolved.nullPoints > 0 && !hasNullRun(survives)) skipped.push(noNullRun);

  // 5. The report.
  return assembleReport(
    {
      frame: frame.select(channels),
      patches,
      surviving,
      survivingForm: { form: formOf(survives, patches), name: nameOfSurvival(survives) },
      checks,
      detections,
      boundaries,
      skipped,
      nullRun: nulls.length === 0 ? undefined : joinNullRuns(nulls),
      survivalBySize: sizes.flatMap((size, i): SizeSurvival[] => sizeSurvival(size, ratios[i])),
      configuration: { audit: configurationOf(resolved), detectors: settings },
      seed: resolved.seed,
      versions: { audit: auditVersion },
    },
    reportOptionsOf(options),
  );
}

/** @throws TesseraError CHANNEL_UNKNOWN */
function courseOf(frame: SeriesFrame, { season, controls }: ResolvedAuditOptions): Course {
  const steps = season ?? seasonOf(frame.time);
  return {
    season: steps > 1 ? steps : undefined,
    controls: controls.map((name) => frame.channel(name).values),
  };
}

const noNullRun: Skipped = {
  check: 'null-run',
  channel: null,
  reason: 'what would survive of another series is not known of a reconstruction or an encoder',
};

function isNamed(survives: Survives): survives is (typeof summaryNames)[number] {
  return typeof survives === 'string';
}

function hasNullRun(survives: Survives): survives is Exclude<Survives, { readonly reconstruction: unknown }> {
  return !isReconstruction(survives) && !isLatentView(survives);
}

function formOf(survives: Survives, patches: Patches): 'summary' | 'reconstruction' | 'latent' {
  if (isReconstruction(survives)) return 'reconstruction';
  return latentOf(survives, patches) === undefined ? 'summary' : 'latent';
}

/** First steps after the changes that were judged, ascending and distinct. */
function changeSteps(checks: readonly CheckResult[]): number[] {
  const steps = checks.flatMap(({ kind, start, verdict }) =>
    isChangeKind(kind) && verdict !== 'not-assessable' && verdict !== 'invented' ? [start] : [],
  );
  return [...new Set(steps)].sort((a, b) => a - b);
}

function joinNullRuns(runs: readonly NullRun[]): NullRun {
  const points = runs.reduce((sum, each) => sum + each.points, 0);
  const alarms = runs.reduce((sum, each) => sum + each.alarms, 0);
  return { ...runs[0], points, alarms, alarmsPer1000: (alarms / points) * 1000 };
}

/** The settings of detectors and checks; those of the report stand in the report. */
function configurationOf(resolved: ResolvedAuditOptions): Record<string, unknown> {
  const ofReport = new Set(Object.keys(reportOptions.shape));
  return Object.fromEntries(Object.entries(resolved).filter(([name]) => !ofReport.has(name)));
}

function reportOptionsOf(options: AuditOptions): ReportOptions {
  const { rules, falseDiscoveryRate, suppressions, today, baseline, source, drawnChannels, closeUps } =
    options;
  return { rules, falseDiscoveryRate, suppressions, today, baseline, source, drawnChannels, closeUps };
}

function checkFit(frame: SeriesFrame, patches: Patches): void {
  if (frame.length === 0) {
    throw new TesseraError({
      code: 'SERIES_TOO_SHORT',
      argument: `series "${frame.id}"`,
      expected: 'at least one step',
      found: 'none',
      wayOut: 'Audit a series that has values',
    });
  }
  if (patches.length === frame.length) return;
  throw new TesseraError({
    code: 'SHAPE_MISMATCH',
    argument: 'patches of the audit',
    expected: `patches of ${frame.length} steps, the length of series "${frame.id}"`,
    found: `${patches.length} steps`,
    wayOut: 'Cut the series that is audited',
  });
}
