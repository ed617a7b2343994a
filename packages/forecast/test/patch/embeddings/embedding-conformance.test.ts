/** What every embedding owes, whatever its kind, on the reference engine and on the default one. */
import { type Engine, type NdArray, ndArray, openEngine } from '@tessera/core/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddingOptions, embeddingSchema } from '../../../src/patch/embeddings/index.js';
import {
  arraysOf,
  type EmbeddingCase,
  embeddingCase,
  slopeByReference,
  slopesOn,
  tokensByReference,
  tokensOn,
  width,
} from './embedding-run.js';

const convolution = { kernel: 5, channels: 4 };
const kinds: readonly (readonly [string, EmbeddingOptions])[] = [
  ['flatten', { kind: 'flatten', patchLength: 12 }],
  [
    'flatten with a linear position and a convolution',
    { kind: 'flatten', patchLength: 12, position: 'linear', convolution },
  ],
  ['crop', { kind: 'crop', samples: 6, convolution }],
  [
    'crop with a strided convolution',
    { kind: 'crop', samples: 3, convolution: { ...convolution, stride: 3 } },
  ],
  [
    'crop with a kernel longer than any patch',
    { kind: 'crop', samples: 3, convolution: { kernel: 50, channels: 2 } },
  ],
  ['crop with phases', { kind: 'crop', samples: 3, phases: 5, convolution: false }],
  ['crop without convolution', { kind: 'crop', samples: 6, convolution: false }],
  ['resample', { kind: 'resample', size: 5 }],
  ['pool', { kind: 'pool', features: 5 }],
  ['summary', { kind: 'summary' }],
];

describe.each(['cpu', 'onnxruntime'] as const)('on %s', (name) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine(name);
  });
  afterAll(() => engine.dispose());

  describe.each(kinds)('%s', (_, options) => {
    const config = embeddingSchema.parse(options);
    const plain = embeddingCase(config);

    it.each([1, 2, 3])('answers as the slow reference does, seed %i', async (seed) => {
      const each = embeddingCase(config, { seed, rows: seed - 1 });
      const { data, shape } = await tokensOn(engine, each, arraysOf(each));
      expect(shape).toEqual([3, 7, width]);
      expectNear(data, tokensByReference(each), 2e-5);
    });

    it('has the slopes of the reference', async () => {
      const each = embeddingCase(config, { seed: 4, rows: 1 });
      const { data } = await slopesOn(engine, each, arraysOf(each));
      const stride = Math.max(1, Math.floor(data.length / 80));
      for (let i = 0; i < data.length; i += stride) {
        expectNear([data[i]], [slopeByReference(each, i)], 1e-4, `parameter ${i}`);
      }
    });

    it('is not moved by what lies where nothing was observed', async () => {
      const each = embeddingCase(config, { rows: 2 });
      const clean = arraysOf(each);
      for (const garbage of [Number.NaN, 1e30, Number.NEGATIVE_INFINITY]) {
        const dirty = arraysOf(each, garbage);
        expect((await tokensOn(engine, each, dirty)).data).toEqual(
          (await tokensOn(engine, each, clean)).data,
        );
        expect((await slopesOn(engine, each, dirty)).data).toEqual(
          (await slopesOn(engine, each, clean)).data,
        );
      }
    });

    it('tells a zero from a missing value', async () => {
      const zeros: EmbeddingCase = {
        ...plain,
        windows: plain.windows.map(({ target }) => ({
          target: target.map((value) => (Number.isNaN(value) ? 0 : value)),
          beside: [],
        })),
      };
      const missing = await tokensOn(engine, plain, arraysOf(plain));
      const filled = await tokensOn(engine, zeros, arraysOf(zeros));
      for (const [i, ends] of plain.ends.entries()) {
        for (const [n, end] of ends.entries()) {
          const start = n === 0 ? 0 : ends[n - 1];
          const isWhole = plain.windows[i].target.slice(start, end).every((value) => !Number.isNaN(value));
          if (isWhole) continue;
          expect(tokenAt(filled, i, n)).not.toEqual(tokenAt(missing, i, n));
        }
      }
    });

    it('gives padding neither a token nor a slope', async () => {
      const roomy: EmbeddingCase = { ...plain, maxPatches: 11 };
      const tokens = await tokensOn(engine, plain, arraysOf(plain));
      const padded = await tokensOn(engine, roomy, arraysOf(roomy));
      for (const [i, ends] of plain.ends.entries()) {
        for (let n = 0; n < roomy.maxPatches; n++) {
          if (n < ends.length) expectNear(tokenAt(padded, i, n), tokenAt(tokens, i, n), 1e-6);
          else expect(tokenAt(padded, i, n).every((value) => Math.abs(value) === 0)).toBe(true);
        }
      }
      // The reference has no padding at all, so its slopes have none either.
      const slopes = await slopesOn(engine, roomy, arraysOf(roomy));
      for (let i = 0; i < slopes.data.length; i += 17) {
        expectNear([slopes.data[i]], [slopeByReference(roomy, i)], 1e-4, `parameter ${i}`);
      }
    });

    it('answers for a part of a batch as for that part of the whole', async () => {
      const whole = arraysOf(plain);
      const part = Object.fromEntries(
        Object.entries(whole).map(([array, { data, shape }]) => {
          const [rows, ...rest] = shape;
          const size = data.length / rows;
          return [array, ndArray(data.slice(size, 3 * size), [2, ...rest])];
        }),
      );
      const tokens = await tokensOn(engine, plain, whole);
      const ofPart = await tokensOn(engine, plain, part);
      expectNear(ofPart.data, tokens.data.slice(tokens.data.length / 3), 1e-6);
    });

    it('hears no more of other patches than a kernel reaches beyond the end', async () => {
      const reach =
        'convolution' in config && config.convolution !== false ? config.convolution.kernel - 1 : 0;
      const before = await tokensOn(engine, plain, arraysOf(plain));
      for (let n = 0; n < plain.ends[0].length; n++) {
        const start = n === 0 ? 0 : plain.ends[0][n - 1];
        const end = plain.ends[0][n];
        const target = plain.windows[0].target.map((value, t) =>
          t >= start && t < end + reach ? value : 100 + t,
        );
        const moved = { ...plain, windows: [{ target, beside: [] }, ...plain.windows.slice(1)] };
        const after = await tokensOn(engine, moved, arraysOf(moved));
        expectNear(tokenAt(after, 0, n), tokenAt(before, 0, n), 1e-6, `patch ${n}`);
      }
    });

    it('says where a patch lies and how long it is', async () => {
      const flat = new Array<number>(45).fill(0.5);
      const same = { ...plain, windows: plain.windows.map(() => ({ target: flat, beside: [] })) };
      const tokens = await tokensOn(engine, same, arraysOf(same));
      const all = plain.ends[0].length;
      const distinct = new Set(Array.from({ length: all }, (_, n) => tokenAt(tokens, 0, n).join()));
      expect(distinct.size).toBe(all);
    });

    it('leaves its inputs as they are', () => {
      const before = structuredClone(plain);
      arraysOf(plain);
      expect(plain).toEqual(before);
    });

    it('answers for windows where nothing was observed, and for one step alone', async () => {
      const nothing = { ...plain, windows: plain.windows.map(() => ({ target: unseen(45), beside: [] })) };
      const { data } = await tokensOn(engine, nothing, arraysOf(nothing));
      expectNear(data, tokensByReference(nothing), 2e-5);
      const single: EmbeddingCase = {
        ...plain,
        windows: [{ target: [0.3], beside: [] }],
        ends: [Uint32Array.of(1)],
        maxPatches: 2,
      };
      expectNear((await tokensOn(engine, single, arraysOf(single))).data, tokensByReference(single), 2e-5);
    });
  });
});

const unseen = (length: number) => new Array<number>(length).fill(Number.NaN);

function tokenAt({ data, shape: [, patches] }: NdArray, window: number, patch: number): number[] {
  const at = (window * patches + patch) * width;
  return Array.from(data.subarray(at, at + width));
}

/** Expects numbers to be within a tolerance relative to their size, which is what float32 can hold after a few hundred sums. */
function expectNear(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what = 'numbers',
): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const off = Math.abs(actual[i] - expected[i]);
    if (!(off <= tolerance * (1 + Math.abs(expected[i]))))
      expect.fail(`${what} at ${i}: ${actual[i]} instead of ${expected[i]}`);
  }
}
