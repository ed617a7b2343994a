/** What the host prepares, over random partitions, against what it says of itself. */
import { RandomStream, randomKey, TesseraError } from '@tessera/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  convolutionPieces,
  levelSizes,
  pieceLength,
  pieceSize,
  pieceSpan,
} from '../../../src/patch/embeddings/convolution-pieces.js';
import { cutWindows } from '../../../src/patch/embeddings/cut-windows.js';
import { embeddingSchema, preparePatches } from '../../../src/patch/embeddings/index.js';

interface Cut {
  readonly lookback: number;
  readonly maxPatches: number;
  readonly ends: readonly Uint32Array[];
  readonly values: Float32Array;
  readonly mask: Float32Array;
}

/** Windows of one length with random cuts and random gaps. */
const cuts: fc.Arbitrary<Cut> = fc
  .record({
    lookback: fc.integer({ min: 1, max: 150 }),
    maxPatches: fc.integer({ min: 1, max: 20 }),
    batch: fc.integer({ min: 1, max: 3 }),
    seed: fc.nat(),
  })
  .map(({ lookback, maxPatches, batch, seed }) => {
    const stream = new RandomStream(randomKey(seed));
    const ends = Array.from({ length: batch }, () => {
      const all = new Set([lookback]);
      const wanted = stream.integer(1, Math.min(maxPatches, lookback) + 1);
      while (all.size < wanted) all.add(stream.integer(1, lookback + 1));
      return Uint32Array.from([...all].sort((a, b) => a - b));
    });
    const values = Float32Array.from({ length: batch * lookback }, () => stream.normal());
    const mask = Float32Array.from(values, () => (stream.uniform() < 0.3 ? 0 : 1));
    return { lookback, maxPatches, ends, values, mask };
  });

/** Patches of all windows with what was observed in them, undefined for padding. */
function patchesOf({ lookback, maxPatches, ends, values, mask }: Cut) {
  return ends.flatMap((own, row) =>
    Array.from({ length: maxPatches }, (_, n) => {
      if (n >= own.length) return undefined;
      const start = n === 0 ? 0 : own[n - 1];
      const steps = Array.from({ length: own[n] - start }, (_, i) => row * lookback + start + i);
      return steps.map((t) => (mask[t] === 1 ? values[t] : undefined));
    }),
  );
}
const seenIn = (steps: readonly (number | undefined)[]) => steps.filter((value) => value !== undefined);

describe('over random partitions', () => {
  it('crops keep the first samples of each patch, and summaries the rest', () => {
    fc.assert(
      fc.property(cuts, fc.integer({ min: 1, max: 20 }), (cut, samples) => {
        const { values, mask, lookback, ends, maxPatches } = cut;
        const config = embeddingSchema.parse({ kind: 'crop', samples, convolution: false });
        const arrays = preparePatches(values, mask, lookback, ends, maxPatches, config);
        for (const [i, patch] of patchesOf(cut).entries()) {
          expect(arrays.present.data[i]).toBe(patch === undefined ? 0 : 1);
          const steps = patch ?? [];
          const raw = arrays.samples.data.subarray(i * 2 * samples, (i + 1) * 2 * samples);
          for (let j = 0; j < samples; j++) {
            expect(raw[j]).toBe(steps[j] ?? 0);
            expect(raw[samples + j]).toBe(steps[j] === undefined ? 0 : 1);
          }
          const rest = steps.slice(samples);
          const seen = seenIn(rest);
          const [mean, highest, lowest, share] = arrays.summaries.data.subarray(4 * i, 4 * i + 4);
          expect(share).toBeCloseTo(rest.length === 0 ? 0 : seen.length / rest.length, 6);
          expect(highest).toBe(seen.length === 0 ? 0 : Math.max(...seen));
          expect(lowest).toBe(seen.length === 0 ? 0 : Math.min(...seen));
          const sum = seen.reduce((total, value) => total + value, 0);
          expect(mean).toBeCloseTo(seen.length === 0 ? 0 : sum / seen.length, 5);
        }
      }),
    );
  });

  it('a linear layer over phases reads the same from all patches together, wherever their borders lie', () => {
    fc.assert(
      fc.property(cuts, fc.integer({ min: 1, max: 20 }), (cut, phases) => {
        const { values, lookback, ends } = cut;
        const mask = new Float32Array(values.length).fill(1);
        // As fine as it has to be, so that every patch keeps all its samples.
        const fine = ends.map((own) => {
          const every = Array.from({ length: Math.ceil(lookback / phases) }, (_, i) => (i + 1) * phases);
          return Uint32Array.from(
            new Set([...own, ...every.filter((end) => end < lookback), lookback]),
          ).sort();
        });
        const most = Math.max(...fine.map((own) => own.length));
        const config = embeddingSchema.parse({ kind: 'crop', phases, convolution: false });
        const arrays = preparePatches(values, mask, lookback, fine, most, config);
        for (const [row, own] of fine.entries()) {
          for (let place = 0; place < phases; place++) {
            let read = 0;
            let expected = 0;
            for (let n = 0; n < own.length; n++) {
              const length = own[n] - (n === 0 ? 0 : own[n - 1]);
              read += (length / phases) * arrays.phases.data[(row * most + n) * 2 * phases + place];
            }
            for (let t = lookback - phases + place; t >= 0; t -= phases)
              expected += values[row * lookback + t];
            expect(read).toBeCloseTo(expected, 3);
          }
        }
      }),
    );
  });

  it('cells of a patch keep its mean', () => {
    fc.assert(
      fc.property(cuts, fc.integer({ min: 1, max: 20 }), (cut, size) => {
        const { values, lookback, ends, maxPatches } = cut;
        const mask = new Float32Array(values.length).fill(1);
        const config = embeddingSchema.parse({ kind: 'resample', size });
        const { samples } = preparePatches(values, mask, lookback, ends, maxPatches, config);
        for (const [i, patch] of patchesOf({ ...cut, mask }).entries()) {
          if (patch === undefined) continue;
          const cells = Array.from(samples.data.subarray(i * 2 * size, i * 2 * size + size));
          const meanOf = (numbers: readonly number[]) =>
            numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
          expect(meanOf(cells)).toBeCloseTo(meanOf(seenIn(patch)), 4);
        }
      }),
    );
  });

  it('every step knows its patch and its distance from the start', () => {
    fc.assert(
      fc.property(cuts, ({ values, mask, lookback, ends, maxPatches }) => {
        const config = embeddingSchema.parse({ kind: 'pool' });
        const arrays = preparePatches(values, mask, lookback, ends, maxPatches, config);
        for (let i = 0; i < values.length; i++) {
          const own = ends[Math.floor(i / lookback)];
          const patch = own.findIndex((end) => i % lookback < end);
          expect(arrays.patchOfStep.data[i]).toBe(patch);
          expect(arrays.offsetOfStep.data[i]).toBe((i % lookback) - (patch === 0 ? 0 : own[patch - 1]));
        }
      }),
    );
  });

  it('pieces hold every response of every patch once, and the tree leads each to its patch', () => {
    fc.assert(
      fc.property(
        cuts,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        ({ values, mask, lookback, ends, maxPatches }, kernel, stride) => {
          const convolution = { kernel: Math.max(kernel, stride), channels: 1, stride };
          const windows = cutWindows(values, mask, lookback, ends, maxPatches);
          const arrays = convolutionPieces(windows, convolution);
          const sizes = levelSizes(lookback, maxPatches, stride);
          const [size, span] = [pieceSize(convolution), pieceSpan(convolution)];
          for (const [row, own] of ends.entries()) {
            // Which pieces each node of the level at hand leads to.
            let nodes = Array.from({ length: sizes[0] }, (_, i) => new Set([i]));
            for (const [level, count] of sizes.entries()) {
              if (level === 0) continue;
              const children = arrays[`children${level}`].data;
              nodes = Array.from({ length: count }, (_, node) => {
                const at = (row * count + node) * pieceLength;
                return new Set(
                  [...children.subarray(at, at + pieceLength)].flatMap((child) => [...nodes[child]]),
                );
              });
            }
            expect(nodes.length).toBe(maxPatches);
            let next = 0;
            for (const [patch, end] of own.entries()) {
              const pieces = [...nodes[patch]].sort((a, b) => a - b);
              let t = patch === 0 ? 0 : own[patch - 1];
              for (const piece of pieces) {
                expect(piece).toBe(next++);
                expect(arrays.patchOfPiece.data[row * sizes[0] + piece]).toBe(patch);
                const at = (row * sizes[0] + piece) * size;
                const numbers = arrays.pieces.data.subarray(at, at + size);
                for (let i = 0; i < span; i++) {
                  const isSeen = t + i < lookback && mask[row * lookback + t + i] === 1;
                  expect(numbers[i]).toBe(isSeen ? values[row * lookback + t + i] : 0);
                  expect(numbers[span + i]).toBe(isSeen ? 1 : 0);
                }
                for (let j = 0; j < pieceLength; j++, t += stride)
                  expect(numbers[2 * span + j]).toBe(t < end ? 0 : 1);
              }
              expect(t).toBeGreaterThanOrEqual(end);
            }
            for (let piece = next; piece < sizes[0]; piece++) {
              const at = (row * sizes[0] + piece) * size;
              expect(arrays.pieces.data.subarray(at + 2 * span, at + size).every((shut) => shut === 1)).toBe(
                true,
              );
            }
          }
        },
      ),
    );
  });
});

describe('what is no partition, or does not fit, is refused', () => {
  const values = new Float32Array(8);
  const prepare = (ends: readonly number[], options: unknown = { kind: 'summary' }, maxPatches = 3) =>
    preparePatches(values, values, 8, [Uint32Array.from(ends)], maxPatches, embeddingSchema.parse(options));
  const refusal = (run: () => unknown) => {
    try {
      run();
    } catch (error) {
      if (TesseraError.is(error)) return { code: error.code, expected: error.expected, found: error.found };
      throw error;
    }
    return undefined;
  };

  it.each([
    ['that stops early', [3, 7], '3, 7'],
    ['that runs over', [3, 9], '3, 9'],
    ['with an empty patch', [3, 3, 8], '3, 3, 8'],
    ['that goes back', [5, 2, 8], '5, 2, 8'],
    ['of nothing', [], 'none'],
  ])('a list of ends %s', (_, ends, found) => {
    expect(refusal(() => prepare(ends))).toEqual({
      code: 'PATCHES_INVALID',
      expected: 'ascending ends up to 8',
      found,
    });
  });

  it('more patches than there is room for', () => {
    expect(refusal(() => prepare([2, 4, 6, 8]))).toEqual({
      code: 'PATCHES_TOO_MANY',
      expected: 'at most 3',
      found: '4',
    });
  });

  it('a patch longer than "flatten" takes', () => {
    expect(refusal(() => prepare([5, 8], { kind: 'flatten', patchLength: 4 }))).toEqual({
      code: 'OPTIONS_INVALID',
      expected: 'at least 5, the longest patch of the windows',
      found: '4',
    });
  });

  it('a stride that skips steps', () => {
    const options = { kind: 'crop', convolution: { kernel: 3, stride: 4 } };
    expect(embeddingSchema.safeParse(options).success).toBe(false);
    expect(embeddingSchema.safeParse({ kind: 'crop', length: 3 }).success).toBe(false);
  });
});

it('each kind has its defaults', () => {
  const convolution = { kernel: 12, channels: 32, stride: 1 };
  expect(embeddingSchema.parse({ kind: 'crop' })).toEqual({ kind: 'crop', samples: 16, convolution });
  expect(embeddingSchema.parse({ kind: 'flatten' })).toEqual({
    kind: 'flatten',
    patchLength: 16,
    position: 'mlp',
    convolution: false,
  });
  expect(embeddingSchema.parse({ kind: 'resample' })).toEqual({ kind: 'resample', size: 16 });
  expect(embeddingSchema.parse({ kind: 'pool' })).toEqual({ kind: 'pool', features: 32 });
  expect(embeddingSchema.parse({ kind: 'summary' })).toEqual({ kind: 'summary' });
});
