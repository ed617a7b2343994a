/**
 * The form of `audit.json`: what was audited, what each check found, how it was graded, and all that a second run needs. It is the
 * source of every other view, so a page or a SARIF log can be made again from the file alone. Versioned: a field changes its
 * meaning only with the version. Figures that cannot be had are null, never 0.
 */
import { z } from 'zod';
import { structureKinds } from '../structures/structure.js';
import { ruleIds } from './rule-ids.js';

export const reportVersion = 1;

export const verdicts = [
  'preserved',
  'attenuated',
  'displaced',
  'merged',
  'erased',
  /** In what survives and not in the raw series. */
  'invented',
  'not-assessable',
] as const;
export type Verdict = (typeof verdicts)[number];

/** From the worst; `none` is what a preserved structure has. */
export const severities = ['error', 'warning', 'note', 'none'] as const;
export type Severity = (typeof severities)[number];

/** Of an alert against an earlier report; `updated` is the same structure with another verdict or severity. */
export const baselineStates = ['new', 'unchanged', 'updated'] as const;

export const outcomes = [
  'passed',
  'warned',
  'failed',
  /** Detectors ran, and the raw series holds nothing to preserve. */
  'nothing-found',
  /** Nothing could be judged: not a pass. */
  'not-assessed',
] as const;
export type Outcome = (typeof outcomes)[number];

const text = z.string();
const name = z.string().min(1);
const figure = z.number().nullable();
const count = z.number().int().min(0);
const share = z.number().min(0).max(1);
const ruleId = z.enum(ruleIds);
const kind = z.enum(structureKinds);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const range = { start: count, end: count };

/** What a check says of one structure, before it is graded. */
const checkFields = {
  ruleId,
  kind,
  channel: text,
  /** Half-open range of steps `[start, end)` of the structure. */
  ...range,
  /** Name of the detector, or `given` for a labelled event. */
  detector: name,
  /** Indices of the patches that hold the structure, ascending. They are neighbours, so of many the first and last will do. */
  patchIds: z.array(count),
  /** What the four figures below measure, in words, e.g. `height over the frozen scale`. */
  measure: text,
  raw: figure,
  surviving: figure,
  /** Surviving figure that theory promises, e.g. A/sqrt(P); null where there is none. */
  expected: figure,
  /** What the size of `surviving` had to reach, frozen on the raw series. */
  threshold: figure,
  /** surviving / raw, or the share that a check defines. */
  ratio: figure,
  /** Interval of the ratio, lower and upper. */
  interval: z.tuple([z.number(), z.number()]).nullable(),
  verdict: z.enum(verdicts),
  /** p-value of the structure in the raw series. */
  pValue: figure,
  /** Why the verdict is what it is, where the figures do not say it; always with `not-assessable`. */
  reason: text.nullable(),
  /** Further figures by name. */
  details: z.record(text, figure),
};

export const checkResultSchema = z.strictObject(checkFields);
export type CheckResult = Readonly<z.infer<typeof checkResultSchema>>;

const suppressionMatch = {
  /** What it covers: every alert that agrees with all that is given. */
  fingerprint: sha256.nullable(),
  ruleId: ruleId.nullable(),
  channel: text.nullable(),
  reason: name,
  /** Last day it holds, `YYYY-MM-DD`; null for good. */
  expires: z.iso.date().nullable(),
};

export const findingSchema = z.strictObject({
  ...checkFields,
  /** Moments of the first and last step of the structure, UTC milliseconds. */
  timestamps: z.tuple([z.number(), z.number()]),
  severity: z.enum(severities),
  /** Benjamini-Hochberg over the findings that have a p-value. */
  qValue: figure,
  /** What to do about it; empty where there is nothing to do. */
  hint: text,
  /** SHA-256 of what it is about, not of its figures: the same over reruns, machines and orders. */
  fingerprint: sha256,
  /** Null without a baseline, and for what is no alert. */
  baselineState: z.enum(baselineStates).nullable(),
  suppression: z.strictObject({ reason: name, expires: z.iso.date().nullable() }).nullable(),
});
export type Finding = Readonly<z.infer<typeof findingSchema>>;

/** An alert of the baseline that is none any more. */
export const goneFindingSchema = z.strictObject({
  fingerprint: sha256,
  ruleId,
  kind,
  channel: text,
  ...range,
  timestamps: z.tuple([z.number(), z.number()]),
  severity: z.enum(severities),
  verdict: z.enum(verdicts),
});
export type GoneFinding = Readonly<z.infer<typeof goneFindingSchema>>;

export const ruleSettingsSchema = z.strictObject({
  enabled: z.boolean(),
  /** A ratio under this is at least a warning; null leaves it to the verdict. */
  warnBelow: figure,
  /** A ratio under this is an error; null leaves it to the verdict. */
  errorBelow: figure,
  /** Share of the judged structures that must come without a warning or error; where it is reached, the others become notes. */
  mostly: share,
  /** Severity of each verdict. */
  verdicts: z.record(z.enum(verdicts), z.enum(severities)),
});
export type RuleSettings = Readonly<z.infer<typeof ruleSettingsSchema>>;

const ruleResultSchema = z.strictObject({
  ruleId,
  settings: ruleSettingsSchema,
  /** Structures that could be judged. */
  judged: count,
  notAssessable: count,
  /** Judged structures without a warning or error, before `mostly` is applied. */
  kept: count,
  /** kept / judged; null where nothing was judged. */
  keptShare: figure,
  /** Worst severity of its findings that are not suppressed; `none` is a pass only where `judged` is above 0. */
  severity: z.enum(severities),
});
export type RuleResult = Readonly<z.infer<typeof ruleResultSchema>>;

/** How patch boundaries of one channel lie to its change points. */
export const boundaryScoresSchema = z.strictObject({
  channel: text,
  /** Steps at which a boundary still counts as at the change. */
  margin: count,
  /** Change points. */
  changes: count,
  /** Inner patch boundaries. */
  boundaries: count,
  recall: figure,
  /** Recall of boundaries that lie without regard to the changes. */
  chanceRecall: figure,
  /** (recall - chanceRecall) / (1 - chanceRecall). */
  correctedRecall: figure,
  /** Median of nearest boundary - change, over the patch length; below 0 where the boundary comes early. */
  medianOffset: figure,
  /** Share of changes inside a patch, weighted by 2 min(a, 1 - a). */
  straddleRate: figure,
  /** Mean share of the prevailing segment in a patch. */
  purity: figure,
});
export type BoundaryScores = Readonly<z.infer<typeof boundaryScoresSchema>>;

/** What a detector did on a channel: that it ran and found nothing is not that it could not judge. */
export const detectionSummarySchema = z.strictObject({
  detector: name,
  channel: text,
  status: z.enum(['found', 'none', 'not-assessable']),
  structures: count,
});
export type DetectionSummary = Readonly<z.infer<typeof detectionSummarySchema>>;

/** A detector or check that did not run, or could not judge. Never a pass. */
export const skippedSchema = z.strictObject({
  /** Detector, rule or score. */
  check: name,
  /** Null where it concerns every channel. */
  channel: text.nullable(),
  reason: name,
});
export type Skipped = Readonly<z.infer<typeof skippedSchema>>;

/** Alarms of the same settings on a series that holds nothing. */
export const nullRunSchema = z.strictObject({
  /** How the series was made, in words. */
  method: text,
  seed: figure,
  points: count,
  alarms: count,
  /** alarms / points * 1000. */
  alarmsPer1000: z.number().min(0),
});
export type NullRun = Readonly<z.infer<typeof nullRunSchema>>;

/** How much of a kind of structure survives patches of one size. */
export const sizeSurvivalSchema = z.strictObject({
  kind,
  /** Steps per patch. */
  patchSize: z.number().min(1),
  /** Median ratio over the structures. */
  ratio: figure,
  structures: count,
});
export type SizeSurvival = Readonly<z.infer<typeof sizeSurvivalSchema>>;

/**
 * What a channel looks like, or a stretch of it, thinned to what can be drawn: first, lowest, highest and last of each bin are kept.
 * Values are rounded to a hundred-thousandth of their range; figures stand in the findings.
 */
export const traceSchema = z.strictObject({
  channel: text,
  /** Fingerprint of the finding that a close-up shows; null for the whole channel. */
  focus: sha256.nullable(),
  unit: text.nullable(),
  /** UTC milliseconds and values of the raw series; null is a gap. */
  raw: z.strictObject({ times: z.array(z.number()), values: z.array(figure) }),
  /** The same of what survives; null where no reconstruction exists (a latent view). */
  surviving: z.strictObject({ times: z.array(z.number()), values: z.array(figure) }).nullable(),
  /** Moments at which patches begin; where they are too many to draw, those around alerts. */
  boundaries: z.array(z.number()),
  /** How many patches begin in this stretch. */
  boundaryCount: count,
  /** Stretches by time and the share of their steps that was not observed. */
  missing: z.array(z.strictObject({ from: z.number(), to: z.number(), share })),
});
export type Trace = Readonly<z.infer<typeof traceSchema>>;

export const provenanceSchema = z.strictObject({
  /** File or name of the data; null where unknown. */
  source: text.nullable(),
  /** SHA-256 over id, times, channel names and values. */
  dataHash: sha256,
  /** SHA-256 over the ends of all patches. */
  patchesHash: sha256,
  /** Resolved settings of detectors and checks. */
  configuration: z.record(text, z.json()),
  seed: figure,
  /** Version by name. */
  versions: z.record(text, text),
  /** Day of the run as the caller gave it; null otherwise, so that reruns are equal in every byte. */
  date: z.iso.date().nullable(),
});
export type Provenance = Readonly<z.infer<typeof provenanceSchema>>;

const suppressionSchema = z.strictObject({
  ...suppressionMatch,
  state: z.enum(['used', 'unused', 'expired']),
  /** Findings that it covered. */
  covered: count,
});

const summarySchema = z.strictObject({
  /** Findings by severity; suppressed ones are counted apart. */
  errors: count,
  warnings: count,
  notes: count,
  /** Judged and without a finding: neither skipped nor suppressed. */
  clean: count,
  notAssessable: count,
  skipped: count,
  suppressed: count,
  byVerdict: z.record(z.enum(verdicts), count),
  /** Against the baseline; null without one. */
  baseline: z.strictObject({ new: count, unchanged: count, updated: count, gone: count }).nullable(),
});

export const auditSchema = z.strictObject({
  format: z.literal('tessera-audit'),
  version: z.literal(reportVersion),
  series: z.strictObject({
    id: text,
    length: count,
    /** Moments of the first and last step, UTC milliseconds; null for no step. */
    first: figure,
    last: figure,
    /** Name of the frequency; null for an irregular axis. */
    frequency: text.nullable(),
    channels: z.array(z.strictObject({ name: text, unit: text.nullable(), observed: count })),
  }),
  patches: z.strictObject({
    count,
    minLength: figure,
    medianLength: figure,
    maxLength: figure,
    /** Steps per patch on average. */
    compressionRate: figure,
  }),
  surviving: z.strictObject({
    form: z.enum(['summary', 'reconstruction', 'latent']),
    /** E.g. `mean`, or the name of a model. */
    name,
  }),
  outcome: z.enum(outcomes),
  summary: summarySchema,
  /** In the order of the rule table; one for every rule, also for those that judged nothing. */
  rules: z.array(ruleResultSchema),
  /** One for every structure that was checked, preserved ones included; worst first, then by channel and start. */
  findings: z.array(findingSchema),
  gone: z.array(goneFindingSchema),
  boundaries: z.array(boundaryScoresSchema),
  detections: z.array(detectionSummarySchema),
  skipped: z.array(skippedSchema),
  nullRun: nullRunSchema.nullable(),
  /** q-value above which a finding is at most a note. */
  falseDiscoveryRate: share,
  suppressions: z.array(suppressionSchema),
  survivalBySize: z.array(sizeSurvivalSchema),
  traces: z.array(traceSchema),
  provenance: provenanceSchema,
});

/** The content of `audit.json`. */
export type AuditData = Readonly<z.infer<typeof auditSchema>>;

/** An alert that the project accepts for a stated reason. */
export interface Suppression {
  /** It covers every alert that agrees with all that is given; at least one of the three. */
  readonly fingerprint?: string | undefined;
  readonly ruleId?: (typeof ruleIds)[number] | undefined;
  readonly channel?: string | undefined;
  /** Why the alert is accepted. */
  readonly reason: string;
  /** Last day it holds, `YYYY-MM-DD`. Default for good. */
  readonly expires?: string | undefined;
}
