/** What an audit may be told: what survives, which detectors look, which events are known, and how strict the checks are. */
import type { LongWorkOptions } from '@tessera/core';
import { z } from 'zod';
import { type ReportOptions, reportOptions } from '../report/assemble-report.js';
import { structureKinds } from '../structures/structure.js';
import { type Survives, summaryNames } from '../surviving/survival-form.js';
import { detectorNames } from './detector-table.js';

const step = z.int('a step').min(0, 'a step, counted from 0');

const labelledEvent = z.strictObject({
  kind: z.enum(structureKinds),
  /** First step. */
  start: step,
  /** First step after it. Default `start + 1`. */
  end: step.optional(),
  /** Default every audited channel. */
  channel: z.string().optional(),
});
export type LabelledEvent = Readonly<z.input<typeof labelledEvent>>;

export const auditSchema = z.strictObject({
  /** Detectors that run; default all but the slow and the online ones. */
  detectors: z.array(z.enum(detectorNames)).readonly().optional(),
  /** Options of a detector, by its name. */
  detectorOptions: z.partialRecord(z.enum(detectorNames), z.record(z.string(), z.unknown())).default({}),
  /** Channels that are audited. Default the targets. */
  channels: z.array(z.string()).min(1, 'at least one channel').readonly().optional(),
  /** Events that are known, beside the interventions of the frame. */
  events: z.array(labelledEvent).readonly().default([]),
  /** Whether given events join the detected ones or take the place of all detected structures of their kinds. Default `add`. */
  eventsMode: z.enum(['add', 'replace']).default('add'),
  /** Whether the share of observed steps of each patch survives beside the values. Default false. */
  observedShare: z.boolean().default(false),
  /** Standard errors that what survives must reach. Default 3, as in the Hampel filter. */
  threshold: z.number().positive().default(3),
  /** Ratio from which a structure is preserved and not attenuated. Default 1/sqrt(2): half the power. */
  preservedRatio: z.number().gt(0).max(1).default(Math.SQRT1_2),
  /** Steps by which a change may move. Default 5, the margin of the Turing change point data set. */
  margin: z.int().min(0).default(5),
  /** Steps looked at on either side of a change. Default 256. */
  reach: z.int().min(8).default(256),
  /**
   * Steps of the season that changes, spikes and the effect of an intervention are told from, 1 for none; default the usual one of the
   * frequency. It counts where the series holds eight of them, or either side of the intervention two.
   */
  season: z.int().min(1).optional(),
  /** Channels that no intervention reaches, which carry the course of the audited ones. Default none: only the caller knows. */
  controls: z.array(z.string()).readonly().default([]),
  /** Neutral edits per structure under a latent view. Default 64. */
  edits: z.int().min(8).default(64),
  /** Structures of one channel that a latent view is asked about; the others are counted as skipped. Default 200. */
  mostCounterfactuals: z.int().min(1).default(200),
  /** Most points of the null series; 0 for no null run. Default 10,000. */
  nullPoints: z.int().min(0).default(10_000),
  /** Patch sizes of the survival by size, in steps; only for named summaries. Default 4 to 64. */
  sizes: z.array(z.int().min(1)).readonly().default([4, 8, 16, 32, 64]),
  /** Of the null series and the neutral edits. Default 0. */
  seed: z.int().min(0).default(0),
  ...reportOptions.shape,
});
export type ResolvedAuditOptions = Readonly<z.output<typeof auditSchema>>;

export interface AuditOptions
  extends Readonly<Omit<z.input<typeof auditSchema>, keyof ReportOptions>>,
    ReportOptions,
    LongWorkOptions {
  /** What survives patching: a summary by name or of one’s own, a reconstruction, or an encoder. Default `mean`. */
  readonly survives?: Survives | undefined;
}

const summaryFunction = z.custom<(...args: never) => unknown>(
  (given) => typeof given === 'function',
  'a function',
);

/** Checks the form of `survives`; functions pass as they are. */
export const survivesSchema = z.union([
  z.enum(summaryNames),
  z.strictObject({
    name: z.string().min(1),
    summarise: summaryFunction,
    rebuild: summaryFunction.optional(),
  }),
  z.strictObject({ reconstruction: z.record(z.string(), z.instanceof(Float64Array)) }),
  z.strictObject({ encode: summaryFunction, window: z.int().min(1).optional() }),
]);
