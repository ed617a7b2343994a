/**
 * The rules of an audit: what each asks, how grave each verdict is, and what helps. A rule judges structures of one kind by the
 * verdict of their check; thresholds on the ratio and a tolerated share can make it stricter or milder. It computes nothing.
 */
import { parseOptions } from '@tessera/core';
import { z } from 'zod';
import {
  type RuleSettings,
  ruleSettingsSchema,
  type Severity,
  type Verdict,
  verdicts,
} from './report-schema.js';
import { type RuleId, ruleIds } from './rule-ids.js';

export interface Rule {
  readonly id: RuleId;
  /** What it asks, as a short statement that holds where it passes. */
  readonly title: string;
  /** How it is judged, in a sentence or two. */
  readonly description: string;
  /** What to do where it does not hold. */
  readonly hint: string;
}

const shorter = 'Cut shorter patches around it, or let a patch begin where it begins';

/** In the order of `ruleIds`. */
export const rules: readonly Rule[] = [
  {
    id: 'spike-survival',
    title: 'Spikes keep their height',
    description:
      'The height of a spike in what survives, over the scale frozen on the raw series, must reach the raw threshold.',
    hint: `${shorter}, or keep minimum and maximum of each patch beside its mean`,
  },
  {
    id: 'mean-change-survival',
    title: 'Level shifts stay where they are and as high as they are',
    description:
      'The step of the mean at a change point, in frozen units, and the distance to where it is seen afterwards.',
    hint: 'Put a patch boundary at the change',
  },
  {
    id: 'trend-change-survival',
    title: 'Changes of slope survive',
    description: 'The difference of the slopes before and after a change point, in frozen units.',
    hint: 'Put a patch boundary at the change, or keep the slope of each patch',
  },
  {
    id: 'variance-change-survival',
    title: 'Changes of variance survive',
    description:
      'The ratio of the variances before and after a change point, against the same of what survives.',
    hint: 'Keep the spread of each patch, for instance its minimum and maximum',
  },
  {
    id: 'regime-survival',
    title: 'Regimes stay apart',
    description:
      'The separation of a regime from the others, in frozen units, and the patches that are at least half it.',
    hint: 'Cut patches no longer than half of the shortest regime',
  },
  {
    id: 'rare-regime-survival',
    title: 'Rare regimes stay visible',
    description:
      'A rare regime is erased where no patch is at least half it, or where it no longer stands apart from the others.',
    hint: 'Cut patches no longer than half of the rare regime, or let a patch begin where it begins',
  },
  {
    id: 'gap-survival',
    title: 'Gaps stay gaps',
    description: 'Whether the steps of a gap can be told from observed ones afterwards.',
    hint: 'Carry the observed share of each patch, or break patches at gaps',
  },
  {
    id: 'missingness-survival',
    title: 'The pattern of missing values survives',
    description: 'Whether the mask, and what it depends on, can be recovered from what survives.',
    hint: 'Carry the observed share of each patch beside its values',
  },
  {
    id: 'intervention-level',
    title: 'The level effect of an intervention survives',
    description:
      'The jump at the intervention of an interrupted-series regression, with errors robust to autocorrelation.',
    hint: 'Let a patch begin at the intervention',
  },
  {
    id: 'intervention-slope',
    title: 'The slope effect of an intervention survives',
    description: 'The change of slope at the intervention of an interrupted-series regression.',
    hint: 'Let a patch begin at the intervention, or keep the slope of each patch',
  },
  {
    id: 'invented-structure',
    title: 'Nothing is invented',
    description: 'Structures found in what survives that the raw series does not hold.',
    hint: 'Look at the edges of patches: a jump between two summaries is no change of the series',
  },
];

/** @param id of a rule of the table */
export function ruleOf(id: RuleId): Rule {
  return rules[ruleIds.indexOf(id)];
}

const defaultVerdicts: Readonly<Record<Verdict, Severity>> = {
  preserved: 'none',
  attenuated: 'warning',
  displaced: 'warning',
  merged: 'warning',
  erased: 'error',
  invented: 'warning',
  'not-assessable': 'note',
};

const severity = ruleSettingsSchema.shape.verdicts.valueType;
const ratio = z.number('a ratio').nullable();

const ruleOptions = z.strictObject({
  /** Turned off, its structures are listed as skipped. Default true. */
  enabled: z.boolean('true or false').default(true),
  /** A ratio under this is at least a warning. Default none: the verdict decides. */
  warnBelow: ratio.default(null),
  /** A ratio under this is an error. Default none: the verdict decides. */
  errorBelow: ratio.default(null),
  /** Share of structures, in [0, 1], that must come without a warning or error; where it is reached, the others are notes. Default 1. */
  mostly: z.number('a share').min(0, 'at least 0').max(1, 'at most 1').default(1),
  /** Severity by verdict, over the defaults. */
  verdicts: z.partialRecord(z.enum(verdicts), severity).default({}),
});

/** Settings by rule, each over its defaults. */
export const rulesOptions = z.partialRecord(z.enum(ruleIds), ruleOptions);
export type RulesOptions = Readonly<z.input<typeof rulesOptions>>;

/** The settings of every rule. @throws TesseraError OPTIONS_INVALID */
export function resolveRules(options: RulesOptions = {}): ReadonlyMap<RuleId, RuleSettings> {
  const given = parseOptions(rulesOptions, options, 'audit rules');
  const defaults = ruleOptions.parse({});
  return new Map(
    ruleIds.map((id) => {
      const own = given[id] ?? defaults;
      return [id, { ...own, verdicts: { ...defaultVerdicts, ...own.verdicts } }];
    }),
  );
}
