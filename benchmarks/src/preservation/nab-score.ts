/**
 * The score of the Numenta anomaly benchmark, standard profile: an alarm within a window earns the more the earlier it comes, the first one
 * counts; an alarm outside costs .11, less just after a window; a window without an alarm costs 1. 0 is a detector that never
 * speaks, 100 one that speaks at the start of every window. Like the benchmark, one threshold is chosen for all files so that the score is best.
 *
 * Positions count steps of the frame. Where a file has gaps, the benchmark counts rows, so that its windows are a little narrower there.
 *
 * Source: Lavin and Ahmad, Evaluating Real-Time Anomaly Detection Algorithms: the Numenta Anomaly Benchmark (ICMLA 2015), and its scoring
 * code (nab/sweeper.py).
 */
export interface NabFile {
  readonly length: number;
  /** Steps `[from, to)`, in order. */
  readonly windows: readonly { readonly from: number; readonly to: number }[];
  readonly alarms: readonly NabAlarm[];
}

export interface NabAlarm {
  readonly step: number;
  /** The larger, the more certain. */
  readonly score: number;
}

export interface NabScore {
  /** At most 100, any number below. */
  readonly score: number;
  /** Alarms of this score or more count; Infinity where none is best. */
  readonly threshold: number;
  readonly detected: number;
  readonly windows: number;
  readonly falseAlarms: number;
}

/** Cost of a false alarm, in missed windows. */
const falseAlarmWeight = 0.11;
/** Share of a file, and most steps of it, in which alarms are not judged. */
const probation = { share: 0.15, ofAtMost: 5_000 };
/** Widths of a window after which a false alarm costs in full. */
const farthest = 3;

/** The best score over all thresholds. O(alarms log alarms). */
export function bestNabScore(files: readonly NabFile[]): NabScore {
  return scoresByThreshold(files).reduce((best, each) => (each.score > best.score ? each : best));
}

/** The score when all alarms count. */
export function nabScore(files: readonly NabFile[]): NabScore {
  const all = scoresByThreshold(files);
  return all[all.length - 1];
}

/** From no alarms at all to all of them. */
function scoresByThreshold(files: readonly NabFile[]): NabScore[] {
  const windows = files.reduce((sum, file) => sum + file.windows.length, 0);
  const alarms = files
    .flatMap((file, number) => file.alarms.flatMap((alarm) => judged(file, number, alarm)))
    .sort((a, b) => b.score - a.score);
  const earned = new Map<string, number>();
  let raw = -windows;
  let falseAlarms = 0;
  const scores = [
    {
      score: normalised(raw, windows),
      threshold: Number.POSITIVE_INFINITY,
      detected: 0,
      windows,
      falseAlarms,
    },
  ];
  for (const [i, { window, value, score }] of alarms.entries()) {
    if (window === undefined) {
      raw += falseAlarmWeight * value;
      falseAlarms += 1;
    } else {
      // A first alarm also takes back the cost of the missed window.
      const before = earned.get(window) ?? -1;
      if (value > before) raw += value - before;
      earned.set(window, Math.max(value, before));
    }
    if (alarms[i + 1]?.score === score) continue;
    const detected = earned.size;
    scores.push({ score: normalised(raw, windows), threshold: score, detected, windows, falseAlarms });
  }
  return scores;
}

function normalised(raw: number, windows: number): number {
  return (100 * (raw + windows)) / (2 * windows);
}

interface JudgedAlarm {
  /** Name of the window that it lies in; undefined for a false alarm. */
  readonly window: string | undefined;
  /** What it earns (at most 1) or costs (at least -1). */
  readonly value: number;
  readonly score: number;
}

function judged({ length, windows }: NabFile, file: number, { step, score }: NabAlarm): JudgedAlarm[] {
  if (step < Math.floor(probation.share * Math.min(length, probation.ofAtMost))) return [];
  const inside = windows.findIndex(({ from, to }) => from <= step && step < to);
  if (inside >= 0) {
    const { from, to } = windows[inside];
    return [{ window: `${file}/${inside}`, value: reward((step - to) / (to - from)) / reward(-1), score }];
  }
  const before = windows.findLast(({ to }) => to <= step);
  if (before === undefined) return [{ window: undefined, value: -1, score }];
  const past = (step - (before.to - 1)) / (before.to - before.from - 1);
  return [{ window: undefined, value: reward(past), score }];
}

/** From about 1 at the start of a window (-1) over 0 at its end to -1 beyond. */
function reward(position: number): number {
  return position > farthest ? -1 : 2 / (1 + Math.exp(5 * position)) - 1;
}
