/**
 * Windows alike by their texture, for series too long to be compared step by step: how far values 1, 2, 4, 8, … steps apart differ on
 * average (a variogram, in logarithms), at one place per bin. A period, a roughness or a memory that changes shows in it; the order of
 * events within a window does not, nor does a level. A change of spread alone shows as well, other than in shapes.
 *
 * O(T log L) for windows of L steps and O(log L) a pair. Scaled by median and median deviation and clipped, so that no single outlier
 * decides who is near to whom.
 */
import { median } from '../median.js';
import type { WindowedSeries, WindowLikeness } from './window-likeness.js';

/** Steps of a window at least: enough for distances of up to 32 steps to be averaged over four times their length. */
const leastWindow = 128;
/** Bins of a window at least, so that a window is placed finer than it is long. */
const binsPerWindow = 4;
/** Deviations from the median beyond which a feature counts no more. */
const clip = 5;
/** Adds to a mean absolute difference, in deviations of the series: keeps the logarithm of a flat window finite. */
const floor = 1e-5;

/**
 * @param values shape `[T]`, of mean about 0 and deviation about 1
 * @param mostPoints bins at most
 */
export function textureSeries(values: Float64Array, mostPoints: number): WindowedSeries {
  const bin = Math.max(Math.ceil(values.length / mostPoints), leastWindow / binsPerWindow);
  const length = Math.floor(values.length / bin);
  const window = binsPerWindow;
  const count = length - window + 1;
  const features: Float64Array[] = [];
  for (let lag = 1; lag <= (window * bin) / 4; lag *= 2) {
    const feature = new Float64Array(count);
    const sums = differencesByBin(values, lag, bin, length);
    for (let i = 0; i < count; i++) {
      let sum = 0;
      for (let b = i; b < i + window; b++) sum += sums[b];
      feature[i] = Math.log(sum / (window * bin) + floor);
    }
    // Farther differences relative to the nearest ones, so that a mere change of scale shows once.
    const [nearest] = features;
    if (nearest !== undefined) for (let i = 0; i < count; i++) feature[i] -= nearest[i];
    features.push(feature);
  }
  const scaled = features.map(robustlyScaled);
  return {
    length,
    bin,
    window,
    likeness: (from, to) =>
      nearness(
        scaled.map((each) => each.subarray(from, to - window + 1)),
        to - from - window + 1,
      ),
  };
}

/** Sums of the absolute differences to the value `lag` steps before, of the steps of each bin. */
function differencesByBin(values: Float64Array, lag: number, bin: number, bins: number): Float64Array {
  const sums = new Float64Array(bins);
  for (let b = 0; b < bins; b++) {
    let sum = 0;
    for (let t = Math.max(lag, b * bin); t < (b + 1) * bin; t++) sum += Math.abs(values[t] - values[t - lag]);
    sums[b] = sum;
  }
  return sums;
}

function robustlyScaled(feature: Float64Array): Float64Array {
  const centre = median(feature);
  const spread = 1.4826 * median(feature.map((value) => Math.abs(value - centre)));
  if (spread === 0) return feature.map((value) => Math.sign(value - centre));
  return feature.map((value) => Math.min(clip, Math.max(-clip, (value - centre) / spread)));
}

function nearness(features: readonly Float64Array[], count: number): WindowLikeness {
  return {
    count,
    diagonal(distance, into) {
      const length = count - distance;
      into.fill(0, 0, length);
      for (const feature of features) {
        for (let i = 0, j = distance; i < length; i++, j++) {
          const gap = feature[i] - feature[j];
          into[i] -= gap * gap;
        }
      }
    },
  };
}
