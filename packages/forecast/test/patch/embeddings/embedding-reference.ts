/** Every embedding once more, slowly: one patch at a time, plain loops in double precision, straight from values and borders. */
import type { EmbeddingConfig, PatchConvolution } from '../../../src/patch/embeddings/index.js';

export interface PlainParam {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** One window of the target and, where there are such, of the rows beside it; NaN where not observed. */
export interface PlainWindow {
  readonly target: readonly number[];
  readonly beside: readonly (readonly number[])[];
}

type Lookup = (path: string) => PlainParam;

function linear(x: readonly number[], scope: string, lookup: Lookup, hasBias = true): number[] {
  const { shape, data } = lookup(`${scope}.weight`);
  const [from, to] = shape;
  if (x.length !== from) throw new Error(`${scope} takes ${from} numbers, not ${x.length}`);
  return Array.from({ length: to }, (_, j) => {
    let sum = hasBias ? lookup(`${scope}.bias`).data[j] : 0;
    for (let i = 0; i < from; i++) sum += x[i] * data[i * to + j];
    return sum;
  });
}

const gelu = (x: number) => x / (1 + Math.exp(-1.702 * x));

function mlp(x: readonly number[], scope: string, lookup: Lookup): number[] {
  return linear(linear(x, `${scope}.layer0`, lookup).map(gelu), `${scope}.layer1`, lookup);
}

const plus = ([first, ...rest]: readonly number[][]) =>
  rest.reduce((total, row) => total.map((value, i) => value + row[i]), first);
const seenOf = (values: readonly number[]) => values.filter((value) => !Number.isNaN(value));
const meanOf = (values: readonly number[]) =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
const shareOf = (values: readonly number[]) =>
  values.length === 0 ? 0 : seenOf(values).length / values.length;

function fourier(steps: number, lookback: number): number[] {
  const periods = Array.from({ length: 8 }, (_, k) => 2 * (2 * lookback) ** (k / 7));
  const angles = periods.map((period) => (2 * Math.PI * steps) / period);
  return [...angles.map(Math.sin), ...angles.map(Math.cos)];
}

/** The first samples behind which there is nothing, and which of them were observed. */
function samplesOf(patch: readonly number[], count: number): number[] {
  const taken = Array.from({ length: count }, (_, i) => patch[i] ?? Number.NaN);
  return [...taken.map((v) => (Number.isNaN(v) ? 0 : v)), ...taken.map((v) => (Number.isNaN(v) ? 0 : 1))];
}

/** Means at each place of a cycle that ends with the window, then where there are some, over the share of places that have one. */
function phasesOf(target: readonly number[], start: number, end: number, phases: number): number[] {
  const at = (place: number) =>
    seenOf(
      target
        .slice(start, end)
        .filter((_, i) => (target.length - 1 - start - i) % phases === phases - 1 - place),
    );
  const places = Array.from({ length: phases }, (_, place) => at(place));
  const share = places.filter((seen) => seen.length > 0).length / phases;
  return [...places.map(meanOf), ...places.map((seen) => (seen.length > 0 ? 1 : 0))].map((value) =>
    share === 0 ? 0 : value / share,
  );
}

function summaryOf(steps: readonly number[]): number[] {
  const seen = seenOf(steps);
  return seen.length === 0
    ? [0, 0, 0, 0]
    : [meanOf(seen), Math.max(...seen), Math.min(...seen), shareOf(steps)];
}

/** Every step repeated `size` times, so that each cell holds whole repetitions. */
function cellsOf(patch: readonly number[], size: number): number[] {
  const fine = patch.flatMap((value) => new Array<number>(size).fill(value));
  const cells = Array.from({ length: size }, (_, j) => fine.slice(j * patch.length, (j + 1) * patch.length));
  return [...cells.map((cell) => meanOf(seenOf(cell))), ...cells.map(shareOf)];
}

function pooledOf(patch: readonly number[], lookback: number, features: number, lookup: Lookup): number[] {
  const weighted = new Array<number>(features).fill(0);
  const total = new Array<number>(features).fill(0);
  for (const [offset, value] of patch.entries()) {
    if (Number.isNaN(value)) continue;
    const place = linear(fourier(offset, lookback), 'content.offset', lookup, false);
    const h = plus([linear([value], 'content.value', lookup), place]).map(gelu);
    const scores = linear(h, 'content.score', lookup);
    for (let f = 0; f < features; f++) {
      const weight = Math.exp(8 * Math.tanh(scores[f]));
      weighted[f] += weight * h[f];
      total[f] += weight;
    }
  }
  return [...weighted.map((value, f) => (total[f] === 0 ? 0 : value / total[f])), shareOf(patch)];
}

function contentOf(
  target: readonly number[],
  start: number,
  end: number,
  config: EmbeddingConfig,
  lookup: Lookup,
): number[] {
  const patch = target.slice(start, end);
  switch (config.kind) {
    case 'flatten':
      return linear(samplesOf(patch, config.patchLength), 'content.samples', lookup);
    case 'crop':
      return plus([
        linear(samplesOf(patch, config.samples), 'content.samples', lookup),
        mlp(summaryOf(patch.slice(config.samples)), 'content.summaries', lookup),
        ...(config.phases
          ? [linear(phasesOf(target, start, end, config.phases), 'content.phases', lookup)]
          : []),
      ]);
    case 'resample':
      return linear(cellsOf(patch, config.size), 'content.samples', lookup);
    case 'pool':
      return linear(pooledOf(patch, target.length, config.features, lookup), 'content.out', lookup);
    case 'summary':
      return mlp(summaryOf(patch), 'content.summaries', lookup);
  }
}

/** The largest response of each channel among the kernels that start in the patch. */
export function largestResponses(
  target: readonly number[],
  start: number,
  end: number,
  { kernel, channels, stride }: PatchConvolution,
  filters: PlainParam,
): number[] {
  return Array.from({ length: channels }, (_, channel) => {
    let largest = Number.NEGATIVE_INFINITY;
    for (let t = start; t < end; t += stride) {
      let response = 0;
      for (let tap = 0; tap < kernel; tap++) {
        const value = target[t + tap] ?? Number.NaN;
        if (Number.isNaN(value)) continue;
        response += value * filters.data[tap * channels + channel];
        response += filters.data[(kernel + tap) * channels + channel];
      }
      largest = Math.max(largest, response);
    }
    return largest;
  });
}

/** The token of the patch `[start, end)`. */
export function tokenOf(
  { target, beside }: PlainWindow,
  start: number,
  end: number,
  config: EmbeddingConfig,
  lookup: Lookup,
): number[] {
  const lookback = target.length;
  const place = [lookback - start, lookback - end, end - start].flatMap((steps) => fourier(steps, lookback));
  const isLinear = config.kind === 'flatten' && config.position === 'linear';
  const parts = [
    contentOf(target, start, end, config, lookup),
    isLinear ? linear(place, 'position', lookup, false) : mlp(place, 'position', lookup),
  ];
  if ('convolution' in config && config.convolution !== false) {
    const filters = lookup('convolution.filters.weight');
    const largest = largestResponses(target, start, end, config.convolution, filters);
    parts.push(linear(largest, 'convolution.out', lookup, false));
  }
  if (beside.length > 0) {
    const rows = beside.map((row) => row.slice(start, end));
    const numbers = [...rows.map((row) => meanOf(seenOf(row))), ...rows.map(shareOf)];
    parts.push(linear(numbers, 'beside', lookup, false));
  }
  return plus(parts);
}
