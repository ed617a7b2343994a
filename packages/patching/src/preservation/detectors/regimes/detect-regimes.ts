/**
 * Regimes: stretches whose pattern differs from that of the stretch beside them, and the states that they are visits to. Looks at the shape of
 * windows, not at their level or spread: a level that shifts or a noise that grows is a change point. Stretches shorter than `minWindows`
 * windows are beyond it; see the rare stretches.
 *
 *     observed values -> windows of steps, or of bins where they are many -> nearest windows -> recursive splits -> states
 *
 * O(n^2) for each level of splits with n at most `mostPoints`, and O(T log T): a series of any length takes seconds. Beyond `mostPoints` steps
 * windows are compared by their texture, where spread counts too, and boundaries are known to a bin of at least 32 steps.
 */
import { parseOptions } from '@tessera/core';
import { z } from 'zod';
import { normalTail, sizeAtTail } from '../../significance/tail-probability.js';
import type { Detection } from '../../structures/detection.js';
import type { Structure } from '../../structures/structure.js';
import { observedSteps } from '../observed-steps.js';
import { nearestWindows } from './nearest-windows.js';
import { regimeStates } from './regime-states.js';
import { shapeSeries } from './shape-likeness.js';
import { splitRegimes } from './split-regimes.js';
import { standardise } from './standardise.js';
import { textureSeries } from './texture-likeness.js';
import { windowLength } from './window-length.js';

const detector = 'regimes';

/** A bin has several features to compare, so a quarter of the points take about as long. */
const pointsPerBin = 4;

const schema = z.strictObject({
  /** Length of a window in observed steps; `suss` finds it from the series. Not used beyond `mostPoints`, where it is four bins. */
  window: z.union([z.literal('suss'), z.int().min(4)]).default('suss'),
  /** Least length of a regime, in windows. */
  minWindows: z.int().min(2).default(5),
  /** Nearest windows that vote. */
  neighbours: z.int().min(1).default(3),
  /** What a split is chosen by: mean recall of both sides, or their mean F1. */
  score: z.enum(['roc-auc', 'f1']).default('roc-auc'),
  /**
   * What a split must score; 0.5 is chance. In a long series a split may be certain and yet hardly there. Pieces of a random walk are alike
   * where they are near in time: about one split per 10,000 steps of such walks passes nevertheless.
   */
  minScore: z.number().min(0).max(1).default(0.65),
  /** Limit of the p-value of a split; as small as this because votes depend on one another. */
  significance: z.number().gt(0).lt(1).default(1e-15),
  /** A longer series is compared in bins, a quarter of this many at most. */
  mostPoints: z.int().min(1000).default(16_384),
  /** A state with a smaller share of the observed steps, that holds two least lengths, is rare. */
  rareShare: z.number().min(0).max(1).default(0.05),
});

export type RegimeOptions = z.input<typeof schema>;

/**
 * One structure for each regime, kind `regime` or `rare-regime`, from end to end; none where the series is of one piece.
 *
 * The statistic is the normal score of the weaker of its boundaries. Details: `state` (numbered by first appearance), `states`,
 * `visits` and `occupancy` of the state (share of the observed steps), `score` of the boundary (0.5 is chance, 1 is perfect), `window` in
 * steps and `resolution`, the steps to which boundaries are known.
 *
 * Source: Schäfer, Ermshaus and Leser, ClaSP (CIKM 2021; Data Mining and Knowledge Discovery 2023), defaults as theirs but for `minScore`.
 *
 * @param values shape `[T]`, NaN where missing; a gap counts as no time
 * @throws TesseraError OPTIONS_INVALID, NUMBER_INFINITE
 */
export function detectRegimes(channel: string, values: Float64Array, options: RegimeOptions = {}): Detection {
  const resolved = parseOptions(schema, options, detector);
  const observed = observedSteps(channel, values);
  const { missing, steps } = observed;
  const base = { detector, options: resolved, missing, structures: [] };
  const count = observed.values.length;
  const notAssessable = (least: number): Detection => ({
    ...base,
    status: 'not-assessable',
    reason: `${count} observed steps, and two regimes need ${least}`,
  });
  const shortest = 2 * resolved.minWindows * 4;
  if (count < shortest) return notAssessable(shortest);

  // 1. In steps, or in bins where they are many.
  const scaled = standardise(observed.values);
  if (scaled.every((value) => value === 0)) return { ...base, status: 'none' };
  const series =
    count > resolved.mostPoints
      ? textureSeries(scaled, resolved.mostPoints / pointsPerBin)
      : shapeSeries(scaled, resolved.window === 'suss' ? windowLength(scaled) : resolved.window);
  const { bin, window } = series;
  const minLength = resolved.minWindows * window;
  if (series.length < 2 * minLength) return notAssessable(2 * minLength * bin);

  // 2. Where the pattern changes.
  const splits = splitRegimes(series, { ...resolved, minLength });
  if (splits.length === 0) return { ...base, status: 'none' };

  // 3. Which of the stretches are the same.
  const starts = [0, ...splits.map(({ at }) => at)];
  const nearest = nearestWindows(series.likeness(0, series.length), window, resolved.neighbours);
  const states = regimeStates(nearest, starts, window);
  const ends = starts.map((_, i) => (i === splits.length ? count : starts[i + 1] * bin));
  const held = new Float64Array(starts.length);
  states.forEach((state, i) => {
    held[state] += ends[i] - starts[i] * bin;
  });

  // 4. As structures, from the first step to the last.
  const threshold = sizeAtTail(normalTail, resolved.significance);
  const structures = starts.map((start, i): Structure => {
    const boundaries = splits.slice(Math.max(0, i - 1), i + 1);
    const weaker = boundaries.reduce((a, b) => (Math.abs(b.z) < Math.abs(a.z) ? b : a));
    const state = states[i];
    const occupancy = held[state] / count;
    const isRare = occupancy < resolved.rareShare && held[state] >= 2 * minLength * bin;
    return {
      kind: isRare ? 'rare-regime' : 'regime',
      channel,
      start: i === 0 ? 0 : steps[start * bin],
      end: i === splits.length ? values.length : steps[ends[i]],
      statistic: weaker.z,
      threshold,
      scale: 1,
      detector,
      pValue: normalTail(weaker.z),
      details: {
        state,
        states: new Set(states).size,
        visits: states.filter((other) => other === state).length,
        occupancy,
        score: weaker.score,
        window: window * bin,
        resolution: bin,
      },
    };
  });
  return { ...base, status: 'found', structures };
}
