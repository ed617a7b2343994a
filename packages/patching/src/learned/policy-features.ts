/** The features of windows of one length, as the policy network takes them. Made on the host, so that every engine sees the same bits. */
import { calendarFeatures, irregularTimeAxis, TesseraError } from '@tessera/core';
import { type NdArray, ndArray } from '@tessera/core/engine';
import type { PolicyWindow } from '../policies/patch-policy.js';
import type { PolicyConfig } from './policy-config.js';
import { featureCount, StepFeatures, scaleOfSteps, stepFeatureNames } from './step-features.js';

/**
 * Features of each step, shape `[B, L, F]`; O(B L F). The windows are not changed.
 *
 * @throws TesseraError SHAPE_MISMATCH for windows of several lengths, OPTIONS_INVALID where the calendar is asked for without times
 */
export function policyFeatures(windows: readonly PolicyWindow[], config: PolicyConfig): NdArray {
  const length = windows[0]?.values.length ?? 0;
  const features = featureCount(config);
  const data = new Float32Array(windows.length * length * features);
  for (const [row, { values, times }] of windows.entries()) {
    checkLength(`windows[${row}].values`, values.length, length);
    if (times !== undefined) checkLength(`windows[${row}].times`, times.length, length);
    const steps = new StepFeatures(config.isCausal ? undefined : scaleOfSteps(values));
    const from = row * length * features;
    for (let t = 0; t < length; t++) {
      steps.push(values[t], times === undefined ? t : times[t], data, from + t * features);
    }
    if (config.calendar.length > 0) writeCalendar(times, config, data, from);
  }
  return ndArray(data, [windows.length, length, features]);
}

/** Writes sine and cosine of each cycle’s phase for every time. @throws TesseraError OPTIONS_INVALID where there are no times */
export function writeCalendar(
  times: ArrayLike<number> | undefined,
  config: PolicyConfig,
  into: Float32Array,
  from: number,
): void {
  if (times === undefined) {
    throw new TesseraError({
      code: 'OPTIONS_INVALID',
      argument: 'window times',
      expected: `a time per step, because the policy sees ${config.calendar.join(', ')}`,
      found: 'none',
      wayOut: 'Give the times of the window, or use a policy without calendar',
    });
  }
  if (times.length === 0) return;
  const names = config.calendar.flatMap((cycle) => [`${cycle}_sin`, `${cycle}_cos`] as const);
  const columns = calendarFeatures(irregularTimeAxis(times), names);
  const features = featureCount(config);
  for (const [i, name] of names.entries()) {
    const column = columns.get(name);
    for (let t = 0; t < times.length; t++) {
      into[from + t * features + stepFeatureNames.length + i] = column?.[t] ?? 0;
    }
  }
}

function checkLength(argument: string, found: number, expected: number): void {
  if (found === expected) return;
  throw new TesseraError({
    code: 'SHAPE_MISMATCH',
    argument,
    expected: `${expected} steps, as the first window has`,
    found: String(found),
    wayOut: 'Group windows by their length',
  });
}
