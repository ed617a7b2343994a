/**
 * A finding in words, the same in every view. Numbers are short here; all digits stand in `audit.json`. Times are UTC.
 */
import type { StructureKind } from '../structures/structure.js';
import { changeMeasures, regimeMeasures } from './measure-names.js';
import type { AuditData, Finding, GoneFinding, Outcome } from './report-schema.js';

export const kindWords: Readonly<Record<StructureKind, string>> = {
  spike: 'spike',
  'mean-change': 'level shift',
  'trend-change': 'change of slope',
  'variance-change': 'change of variance',
  regime: 'regime',
  'rare-regime': 'rare regime',
  gap: 'gap',
  missingness: 'pattern of missing values',
  intervention: 'intervention',
};

/** Kind and place, e.g. `Spike in births at 1977-02-29`; where a kind can be measured in several ways, which one it was. */
export function findingTitle(
  finding: Pick<Finding, 'kind' | 'channel' | 'timestamps'> & Partial<Pick<Finding, 'measure'>>,
): string {
  const words = measuredWords(finding);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)} in ${finding.channel} ${momentText(finding)}`;
}

function measuredWords({ kind, measure }: Pick<Finding, 'kind'> & Partial<Pick<Finding, 'measure'>>): string {
  const words = kindWords[kind];
  if (kind === 'trend-change') return measure === changeMeasures.jump ? 'jump' : words;
  if (kind !== 'regime' && kind !== 'rare-regime') return words;
  const other = Object.entries(regimeMeasures).find(([, name]) => name === measure);
  return other === undefined ? words : `${words} of another ${other[0]}`;
}

/**
 * Verdict and figures, e.g. `erased: 1.41 of 8 survives, 2.83 expected, 3 needed (ratio 0.176)`. All but the ratio are in the unit of the
 * raw statistic.
 */
export function findingFigures(finding: Finding): string {
  const { verdict, raw, surviving, ratio, interval, expected, threshold, reason } = finding;
  const isSized = raw !== null && surviving !== null;
  const sizes = isSized
    ? [
        `${brief(surviving)} of ${brief(raw)} survives`,
        ...(expected === null ? [] : [`${brief(expected)} expected`]),
        ...(threshold === null ? [] : [`${brief(threshold)} needed`]),
      ]
    : [];
  const range = interval === null ? '' : ` [${interval.map(brief).join(', ')}]`;
  // Where nothing survives the reason says so, and a ratio of 0 nothing more.
  const isTold = ratio !== null && (isSized || reason === null);
  const figures = [sizes.join(', '), isTold ? `(ratio ${brief(ratio)}${range})` : ''].filter(
    (each) => each !== '',
  );
  const head = figures.length === 0 ? verdict : `${verdict}: ${figures.join(' ')}`;
  return reason === null ? head : `${head}; ${reason}`;
}

export function goneText(gone: GoneFinding): string {
  return `${findingTitle(gone)}: was ${gone.verdict}, an alert no more`;
}

/** The patches that hold it, e.g. `patch 12` or `patches 12 to 14`. */
export function patchText({ patchIds }: Finding): string {
  if (patchIds.length === 0) return 'no patch';
  const [first, last] = [patchIds[0], patchIds[patchIds.length - 1]];
  return first === last ? `patch ${first}` : `patches ${first} to ${last}`;
}

function momentText({ timestamps: [first, last] }: Pick<Finding, 'timestamps'>): string {
  return first === last ? `at ${timeText(first)}` : `from ${timeText(first)} to ${timeText(last)}`;
}

/** A moment as ISO 8601, as short as it allows. */
export function timeText(time: number): string {
  const iso = new Date(time).toISOString();
  if (iso.endsWith('T00:00:00.000Z')) return iso.slice(0, -14);
  return iso.endsWith(':00.000Z') ? `${iso.slice(0, -8)}Z` : iso.replace('.000Z', 'Z');
}

const units = [
  [86_400_000, 'days'],
  [3_600_000, 'hours'],
  [60_000, 'minutes'],
  [1000, 'seconds'],
] as const;

/** A length of time in its largest unit that it fills, e.g. `3.2 days`. @param milliseconds at least 0 */
export function durationText(milliseconds: number): string {
  const [size, unit] = units.find(([each]) => milliseconds >= each) ?? [1, 'milliseconds'];
  const amount = brief(milliseconds / size);
  return `${amount} ${amount === '1' ? unit.slice(0, -1) : unit}`;
}

/** At most three significant digits; a dash for what is not there. */
export function brief(value: number | null): string {
  if (value === null) return '–';
  const size = Math.abs(value);
  if (size > 0 && size < 1e-3) return value.toExponential(1);
  return size >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

export function percent(share: number | null): string {
  return share === null ? '–' : `${brief(100 * share)}\u00a0%`;
}

export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

const outcomeWords: Readonly<Record<Outcome, string>> = {
  passed: 'Passed',
  warned: 'Passed with warnings',
  failed: 'Failed',
  'nothing-found': 'Nothing found: the raw series holds nothing that patches could erase',
  'not-assessed': 'Not assessed: nothing could be judged, which is no pass',
};

/** The outcome in a line. */
export function outcomeText({ outcome, summary }: AuditData): string {
  const isKnown = outcome === 'passed' && summary.errors + summary.warnings > 0;
  return isKnown ? 'Passed: no alert that the baseline does not have' : outcomeWords[outcome];
}

/** What is behind the outcome, in a sentence. */
export function summaryText({ summary }: AuditData): string {
  const { errors, warnings, notes, clean, notAssessable, skipped, suppressed, baseline } = summary;
  const parts = [
    countOf(errors, 'error'),
    countOf(warnings, 'warning'),
    countOf(notes, 'note'),
    `${clean} preserved`,
    `${notAssessable} not assessable`,
    `${skipped} skipped`,
    ...(suppressed > 0 ? [`${suppressed} suppressed`] : []),
  ];
  const against =
    baseline === null
      ? ''
      : ` Against the baseline: ${baseline.new} new, ${baseline.updated} updated, ${baseline.unchanged} unchanged, ${baseline.gone} gone.`;
  return `${parts.join(', ')}.${against}`;
}
