import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TesseraError } from '../../src/errors/tessera-error.js';
import { forbiddenKey } from '../../src/nn/params/forbidden-key.js';
import {
  decodeSafetensors,
  encodeSafetensors,
  type SafetensorsFile,
} from '../../src/nn/params/safetensors.js';

/** A file of this header, as text or as what JSON holds, and of so many bytes of numbers. */
function fileOf(header: unknown, numbers: number, length?: bigint): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.byteLength + numbers);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.byteLength), true);
  bytes.set(text, 8);
  return bytes;
}
const entry = (shape: unknown, from: unknown, to: unknown, dtype: unknown = 'F32') => ({
  dtype,
  shape,
  data_offsets: [from, to],
});

const sample: SafetensorsFile = {
  arrays: new Map([
    ['block0.weight', { shape: [2, 3], data: Float32Array.of(1, -0, Number.NaN, 3e38, 1e-45, -7) }],
    ['scale', { shape: [], data: Float32Array.of(0.5) }],
    ['nothing', { shape: [4, 0], data: new Float32Array(0) }],
    ['名 “\\"', { shape: [1], data: Float32Array.of(Number.NEGATIVE_INFINITY) }],
  ]),
  metadata: { config: '{"width": 64}', note: '' },
};

describe('safetensors', () => {
  it('come back as they were written', () => {
    expect(decodeSafetensors(encodeSafetensors(sample))).toEqual(sample);
  });

  it('come back for any names, shapes, numbers and metadata', () => {
    const array = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }).chain((shape) =>
      fc
        .float32Array({
          minLength: shape.reduce((size, each) => size * each, 1),
          maxLength: shape.reduce((size, each) => size * each, 1),
        })
        .map((data) => ({ shape, data })),
    );
    const free = fc
      .string({ unit: 'grapheme' })
      .filter((name) => name !== '__metadata__' && name !== '__proto__');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(free, array), { maxLength: 6 }),
        fc.dictionary(free, fc.string()),
        (named, metadata) => {
          const file = { arrays: new Map(named), metadata: { ...metadata } };
          expect(decodeSafetensors(encodeSafetensors(file))).toEqual(file);
        },
      ),
      { seed: 3 },
    );
  });

  it('lie in the file as the format says', () => {
    const bytes = encodeSafetensors({
      arrays: new Map([['w', { shape: [2], data: Float32Array.of(1, 2) }]]),
      metadata: {},
    });
    const header = '{"__metadata__":{},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';
    expect(new DataView(bytes.buffer).getBigUint64(0, true) % 8n).toBe(0n);
    expect(new TextDecoder().decode(bytes.subarray(8, 8 + header.length))).toBe(header);
    expect(Array.from(bytes.slice(-8))).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0x40]);
  });

  it('are read out of a larger buffer, at odd places, into memory of their own', () => {
    const bytes = encodeSafetensors(sample);
    const larger = new Uint8Array(bytes.length + 13);
    larger.set(bytes, 5);
    const decoded = decodeSafetensors(larger.subarray(5, 5 + bytes.length));
    larger.fill(0xff);
    expect(decoded).toEqual(sample);
    expect(decodeSafetensors(Buffer.from(bytes))).toEqual(sample);
  });

  it('are read where there is no metadata and no array', () => {
    expect(decodeSafetensors(fileOf({}, 0))).toEqual({ arrays: new Map(), metadata: {} });
  });

  it.each([
    [
      'a name that means metadata',
      '__metadata__',
      [1],
      'a name that is free in the format, found __metadata__',
    ],
    ['a name that means a prototype', '__proto__', [1], 'a name that is free in the format, found __proto__'],
    ['a shape of other numbers', 'w', [2], '2 numbers, as its shape says, found 1'],
  ])('are not written with %s', (_, name, shape, message) => {
    const file = { arrays: new Map([[name, { shape, data: Float32Array.of(1) }]]), metadata: {} };
    expect(() => encodeSafetensors(file)).toThrow(
      `PARAMS_INVALID: array ${JSON.stringify(name)}: expected ${message}`,
    );
  });
});

const header = JSON.stringify({ w: entry([2], 0, 8) });
const hostile: readonly (readonly [string, Uint8Array])[] = [
  ['no bytes', new Uint8Array(0)],
  ['seven bytes', new Uint8Array(7)],
  ['a length and no header', fileOf('', 0)],
  ['a length beyond the file', fileOf(header, 8, 10_000n)],
  ['the longest length there is', fileOf(header, 8, 2n ** 64n - 1n)],
  ['a length that is negative when read as signed', fileOf(header, 8, 2n ** 63n)],
  ['a length beyond what the format allows', fileOf(header, 8, 100_000_001n)],
  ['a length that cuts the header', fileOf(header, 8, BigInt(header.length - 1))],
  ['a header that is not UTF-8', fileOf(header, 8).map((byte, i) => (i === 10 ? 0xff : byte))],
  ['a header that is not JSON', fileOf('{"w":', 0)],
  ['code instead of JSON', fileOf('(()=>{throw 1})()', 0)],
  ['a list as header', fileOf([], 0)],
  ['null as header', fileOf('null', 0)],
  ['NaN in a shape', fileOf('{"w":{"dtype":"F32","shape":[NaN],"data_offsets":[0,8]}}', 8)],
  ['Infinity in offsets', fileOf('{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,Infinity]}}', 8)],
  ['an infinite number in JSON', fileOf('{"w":{"dtype":"F32","shape":[1e999],"data_offsets":[0,8]}}', 8)],
  ['a negative size', fileOf({ w: entry([-2], 0, 8) }, 8)],
  ['two negative sizes', fileOf({ w: entry([-1, -2], 0, 8) }, 8)],
  ['a fraction as size', fileOf({ w: entry([0.5, 4], 0, 8) }, 8)],
  ['a text as size', fileOf({ w: entry(['2'], 0, 8) }, 8)],
  ['a size beyond whole numbers', fileOf({ w: entry([2 ** 53, 2 ** 53], 0, 8) }, 8)],
  [
    'a size that overflows to zero bytes',
    fileOf({ w: entry([2 ** 52, 2 ** 52, 2 ** 52, 2 ** 52], 0, 0) }, 0),
  ],
  ['infinity times zero', fileOf({ w: entry([...Array<number>(31).fill(2 ** 52), 0], 0, 0) }, 0)],
  ['more axes than any model has', fileOf({ w: entry(Array(33).fill(1), 0, 4) }, 4)],
  ['a negative place', fileOf({ w: entry([2], -4, 4) }, 8)],
  ['a place that ends before it begins', fileOf({ w: entry([2], 8, 0) }, 8)],
  ['a place beyond the file', fileOf({ w: entry([2], 4, 12) }, 8)],
  ['a place of three numbers', fileOf({ w: { dtype: 'F32', shape: [2], data_offsets: [0, 8, 8] } }, 8)],
  ['a place of another size', fileOf({ w: entry([3], 0, 8) }, 8)],
  ['overlapping places', fileOf({ a: entry([2], 0, 8), b: entry([2], 4, 12) }, 12)],
  ['the same place twice', fileOf({ a: entry([2], 0, 8), b: entry([2], 0, 8) }, 8)],
  ['a gap between places', fileOf({ a: entry([1], 0, 4), b: entry([1], 8, 12) }, 12)],
  ['a gap before the first', fileOf({ a: entry([1], 4, 8) }, 8)],
  ['bytes after the last', fileOf({ a: entry([1], 0, 4) }, 8)],
  ['bytes that nothing names', fileOf({}, 4)],
  ['too few bytes', fileOf({ a: entry([2], 0, 8) }, 7)],
  ['another type', fileOf({ w: entry([4], 0, 8, 'F16') }, 8)],
  ['a type in lower case', fileOf({ w: entry([2], 0, 8, 'f32') }, 8)],
  ['a list as type', fileOf({ w: entry([2], 0, 8, ['F32']) }, 8)],
  ['no type', fileOf({ w: { shape: [2], data_offsets: [0, 8] } }, 8)],
  ['a field that does not belong', fileOf({ w: { ...entry([2], 0, 8), code: 'x' } }, 8)],
  ['a number for an entry', fileOf({ w: 3 }, 0)],
  ['null for an entry', fileOf({ w: null }, 0)],
  [
    'the same name twice',
    fileOf(
      '{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
      4,
    ),
  ],
  [
    'the same name twice, once in disguise',
    fileOf(
      '{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\\u0077":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
      4,
    ),
  ],
  ['the same field twice', fileOf('{"w":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 4)],
  ['metadata twice', fileOf('{"__metadata__":{"a":"1"},"__metadata__":{"a":"2"}}', 0)],
  ['metadata of numbers', fileOf({ __metadata__: { a: 1 } }, 0)],
  ['metadata of objects', fileOf({ __metadata__: { a: { b: 'c' } } }, 0)],
  ['a list of metadata', fileOf({ __metadata__: ['a'] }, 0)],
  ['a text as metadata', fileOf({ __metadata__: 'a' }, 0)],
  ['a prototype as entry', fileOf('{"__proto__":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}', 0)],
  [
    'a prototype in disguise',
    fileOf('{"\\u005f_proto__":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}', 0),
  ],
  [
    'a prototype within an entry',
    fileOf('{"w":{"__proto__":{"dtype":"F32"},"shape":[1],"data_offsets":[0,4]}}', 4),
  ],
  ['a prototype within metadata', fileOf('{"__metadata__":{"__proto__":{"polluted":"yes"}}}', 0)],
  ['deep nesting', fileOf(`{"w":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 0)],
];

describe('hostile safetensors', () => {
  it.each(hostile)('are refused: %s', (_, bytes) => {
    const before = bytes.slice();
    expect(() => decodeSafetensors(bytes, 'model.safetensors')).toThrow(
      expect.objectContaining({
        name: 'TesseraError',
        code: 'WEIGHTS_INVALID',
        argument: 'model.safetensors',
      }),
    );
    expect(bytes).toEqual(before);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('keep names of JavaScript as plain names', () => {
    const names = ['constructor', 'toString', 'hasOwnProperty', 'prototype', '__defineGetter__'];
    const arrays = new Map(names.map((name, i) => [name, { shape: [1], data: Float32Array.of(i) }]));
    const metadata = { constructor: 'x', toString: 'y' };
    const decoded = decodeSafetensors(encodeSafetensors({ arrays, metadata }));
    expect(decoded.arrays).toEqual(arrays);
    expect(Object.entries(decoded.metadata)).toEqual(Object.entries(metadata));
  });

  it('cannot ask for more memory than they have bytes', () => {
    const shared = Object.fromEntries(
      Array.from({ length: 20_000 }, (_, i) => [`w${i}`, entry([250_000], 0, 1_000_000)]),
    );
    const before = process.memoryUsage().arrayBuffers;
    expect(() => decodeSafetensors(fileOf(shared, 1_000_000))).toThrow(/without gaps or overlaps/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000);
  });

  it('are refused or read, and nothing else, when bytes flip or the end is lost', () => {
    const bytes = encodeSafetensors(sample);
    const elements = (file: SafetensorsFile) =>
      [...file.arrays.values()].reduce((sum, { data }) => sum + data.length, 0);
    const flips = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 })), {
      maxLength: 4,
    });
    let [refused, read] = [0, 0];
    fc.assert(
      fc.property(flips, fc.nat(bytes.length), fc.boolean(), (changes, end, isCut) => {
        const damaged = bytes.slice(0, isCut ? end : bytes.length);
        for (const [place, bits] of changes) if (place < damaged.length) damaged[place] ^= bits;
        try {
          const file = decodeSafetensors(damaged);
          read += 1;
          // Whatever the names have become, every number of the file is there once.
          expect(elements(file)).toBe(elements(sample));
        } catch (error) {
          if (!TesseraError.is(error) || error.code !== 'WEIGHTS_INVALID') throw error;
          refused += 1;
        }
      }),
      { numRuns: 3000, seed: 4 },
    );
    expect(refused).toBeGreaterThan(500);
    expect(read).toBeGreaterThan(100);
  });
});

describe('forbidden key', () => {
  it.each([
    ['{"a":1,"b":{"a":2},"c":[{"a":1},{"a":1}]}', undefined],
    ['{"a":"\\"a\\":1","b":"{a:"}', undefined],
    ['{"a":1,"b":[],"a":2}', 'a'],
    ['{"x":{"b":1,"c":{},"b":2}}', 'b'],
    ['[{"a":{}},{"__proto__":1}]', '__proto__'],
    ['{"a\\u0062":1,"ab":2}', 'ab'],
    ['"a"', undefined],
  ])('of %s is %s', (json, expected) => {
    expect(forbiddenKey(json)).toBe(expected);
  });

  it('is found in what JSON.parse reads to fewer keys than are written', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 2 }).filter((key) => key !== '__proto__')), (keys) => {
        const json = `{${keys.map((key) => `${JSON.stringify(key)}:[{"k":1}]`).join(',')}}`;
        const isDoubled = Object.keys(JSON.parse(json)).length < keys.length;
        expect(forbiddenKey(json) !== undefined).toBe(isDoubled);
      }),
    );
  });
});
