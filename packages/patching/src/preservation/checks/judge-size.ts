/**
 * The verdict that the sizes of one statistic give, raw and surviving, in units of the frozen noise: whether it is still there, and
 * how much of it. Where it lies is judged by the check that calls this.
 */
import type { Verdict } from '../report/report-schema.js';
import type { CheckSettings } from './check-context.js';

/** Half-width of a 95 % interval of a statistic with sd 1. */
const intervalReach = 1.96;

/** A statistic with sd 1 that lies on the threshold comes out lower by more than this in one case of 20. */
const doubt = 1.645;

export interface SizeJudgement {
  readonly verdict: Extract<Verdict, 'preserved' | 'attenuated' | 'erased' | 'not-assessable'>;
  /** surviving / raw. */
  readonly ratio: number;
  /** 95 % interval of the ratio from the noise of the surviving statistic. */
  readonly interval: readonly [number, number];
  readonly reason: string | null;
}

export function judgeSize(raw: number, surviving: number, settings: CheckSettings): SizeJudgement {
  const { threshold, preservedRatio } = settings;
  const ratio = surviving / raw;
  const reach = Math.abs(intervalReach / raw);
  const interval = [ratio - reach, ratio + reach] as const;
  if (!Number.isFinite(raw)) {
    const reason = 'the statistic cannot be taken of the raw series';
    return { verdict: 'not-assessable', ratio, interval, reason };
  }
  if (Math.abs(raw) < threshold) {
    const reason = `nothing to lose: the raw statistic ${raw.toFixed(2)} is under the threshold ${threshold}`;
    return { verdict: 'not-assessable', ratio, interval, reason };
  }
  if (!Number.isFinite(surviving)) {
    return { verdict: 'erased', ratio: 0, interval: [0, 0], reason: 'nothing survives at these steps' };
  }
  // One that turned its sign tells of an effect that was never there.
  const kept = ratio * Math.abs(raw);
  if (kept < threshold) {
    // A lower threshold would call fewer of those erased that are: at the threshold half of them are found.
    const isNear = kept > threshold - doubt;
    const reason = `the surviving statistic ${kept.toFixed(2)} is under the threshold ${threshold} by no more than noise`;
    return { verdict: 'erased', ratio, interval, reason: isNear ? reason : null };
  }
  return { verdict: ratio >= preservedRatio ? 'preserved' : 'attenuated', ratio, interval, reason: null };
}
