/**
 * Parameters in the safetensors format: a length, a JSON header, raw little-endian numbers. A file from outside is hostile until
 * its header has been checked: sizes, places, types and names. Only float32 is read and written.
 *
 * Source: safetensors format description, huggingface/safetensors README, "Format".
 */
import { z } from 'zod';
import { TesseraError } from '../../errors/tessera-error.js';

export interface NamedArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface SafetensorsFile {
  readonly arrays: ReadonlyMap<string, NamedArray>;
  /** Text by key; Tessera keeps the model’s configuration here. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The format’s own bound on the header, against files that ask for all memory. */
const longestHeader = 100_000_000;
const metadataKey = '__metadata__';

const entrySchema = z.strictObject({
  dtype: z.literal('F32'),
  shape: z.array(z.number().int().nonnegative()).max(32),
  data_offsets: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
});
const metadataSchema = z.record(z.string(), z.string());

/** The bytes of a file. */
export function encodeSafetensors(file: SafetensorsFile): Uint8Array {
  const header: Record<string, unknown> = { [metadataKey]: file.metadata };
  let offset = 0;
  for (const [name, { shape, data }] of file.arrays) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  // Numbers begin at a multiple of eight; the format allows spaces after the JSON.
  const padded = Math.ceil(text.byteLength / 8) * 8;
  const bytes = new Uint8Array(8 + padded + offset).fill(0x20, 8, 8 + padded);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.set(text, 8);
  let at = 8 + padded;
  for (const { data } of file.arrays.values()) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/** The arrays of a file, copied out of it. @throws TesseraError WEIGHTS_INVALID */
export function decodeSafetensors(bytes: Uint8Array, source = 'weights'): SafetensorsFile {
  const wrong = (expected: string, found: string, cause?: unknown) =>
    new TesseraError({
      code: 'WEIGHTS_INVALID',
      argument: source,
      expected,
      found,
      wayOut: 'Save the weights again; do not load a file from a source you do not trust',
      cause,
    });
  if (bytes.byteLength < 8) throw wrong('a safetensors file', `${bytes.byteLength} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = view.getBigUint64(0, true);
  if (headerLength > longestHeader || headerLength > bytes.byteLength - 8) {
    throw wrong(`a header within the file’s ${bytes.byteLength} bytes`, `a header of ${headerLength} bytes`);
  }
  const start = 8 + Number(headerLength);
  const header = parseHeader(bytes.subarray(8, start), wrong);
  const arrays = new Map<string, NamedArray>();
  let metadata: Readonly<Record<string, string>> = {};
  const places: (readonly [number, number])[] = [];
  for (const [name, value] of Object.entries(header)) {
    if (name === metadataKey) {
      const parsed = metadataSchema.safeParse(value);
      if (!parsed.success) throw wrong('metadata of texts', 'something else', parsed.error);
      metadata = parsed.data;
      continue;
    }
    const parsed = entrySchema.safeParse(value);
    if (!parsed.success)
      throw wrong(`a float32 entry for ${JSON.stringify(name)}`, 'something else', parsed.error);
    const { shape, data_offsets: place } = parsed.data;
    const size = shape.reduce((product, each) => product * each, 4);
    if (place[1] - place[0] !== size || !Number.isSafeInteger(size) || start + place[1] > bytes.byteLength) {
      throw wrong(
        `${size} bytes of ${JSON.stringify(name)} within the file`,
        `bytes ${place[0]} to ${place[1]}`,
      );
    }
    places.push(place);
    // A copy by constructor: the slice of a Node buffer would share its memory.
    const raw = new Uint8Array(bytes.subarray(start + place[0], start + place[1]));
    arrays.set(name, { shape, data: new Float32Array(raw.buffer) });
  }
  checkPlaces(places, bytes.byteLength - start, wrong);
  return { arrays, metadata };
}

type Wrong = (expected: string, found: string, cause?: unknown) => TesseraError;

function parseHeader(bytes: Uint8Array, wrong: Wrong): Record<string, unknown> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const parsed = z.record(z.string(), z.unknown()).safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    throw parsed.error;
  } catch (error) {
    throw wrong('a JSON object as header', 'something else', error);
  }
}

/** The numbers must fill the file without gaps or overlaps, so that nothing hides in it. */
function checkPlaces(places: readonly (readonly [number, number])[], length: number, wrong: Wrong): void {
  let at = 0;
  for (const [from, to] of [...places].sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (from !== at)
      throw wrong(`numbers without gaps or overlaps, next at byte ${at}`, `an entry at byte ${from}`);
    at = to;
  }
  if (at !== length) throw wrong(`${at} bytes of numbers`, `${length} bytes`);
}
