/**
 * Parameters in the safetensors format: a length, a JSON header, raw little-endian numbers. A file from outside is hostile until
 * its header has been checked: sizes, places, types and names. Only float32 is read and written.
 *
 * Source: safetensors format description, huggingface/safetensors README, "Format".
 */
import { z } from 'zod';
import { TesseraError } from '../../errors/tessera-error.js';
import { forbiddenKey } from './forbidden-key.js';

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
type Entry = z.output<typeof entrySchema>;
const metadataSchema = z.record(z.string(), z.string());

/** The bytes of a file. @throws TesseraError PARAMS_INVALID for a name or shape that could not be read back */
export function encodeSafetensors(file: SafetensorsFile): Uint8Array {
  const header: Record<string, unknown> = { [metadataKey]: file.metadata };
  let offset = 0;
  for (const [name, { shape, data }] of file.arrays) {
    checkArray(name, shape, data);
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

function checkArray(name: string, shape: readonly number[], data: Float32Array): void {
  const wrong = (expected: string, found: string) =>
    new TesseraError({
      code: 'PARAMS_INVALID',
      argument: `array ${JSON.stringify(name)}`,
      expected,
      found,
      wayOut: 'Give it another name, or the shape of its data',
    });
  if (name === metadataKey || name === '__proto__') throw wrong('a name that is free in the format', name);
  const size = shape.reduce((product, each) => product * each, 1);
  if (size !== data.length) throw wrong(`${size} numbers, as its shape says`, `${data.length}`);
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
  const entries = new Map<string, Entry>();
  let metadata: Readonly<Record<string, string>> = {};
  for (const [name, value] of Object.entries(header)) {
    if (name === metadataKey) {
      const parsed = metadataSchema.safeParse(value);
      if (!parsed.success) throw wrong('metadata of texts', 'something else', parsed.error);
      metadata = parsed.data;
      continue;
    }
    const parsed = entrySchema.safeParse(value);
    if (!parsed.success) throw wrong(`a float32 entry for ${quoted(name)}`, 'something else', parsed.error);
    const { shape, data_offsets: place } = parsed.data;
    const size = shape.reduce((product, each) => product * each, 4);
    if (place[1] - place[0] !== size || !Number.isSafeInteger(size)) {
      throw wrong(`${size} bytes of ${quoted(name)}, as its shape says`, `bytes ${place[0]} to ${place[1]}`);
    }
    entries.set(name, parsed.data);
  }
  // Before anything is copied: entries that share bytes could ask for any amount of memory.
  checkPlaces([...entries.values()], bytes.byteLength - start, wrong);
  const arrays = new Map<string, NamedArray>();
  for (const [name, { shape, data_offsets: place }] of entries) {
    // A copy by constructor: the slice of a Node buffer would share its memory.
    const raw = new Uint8Array(bytes.subarray(start + place[0], start + place[1]));
    arrays.set(name, { shape, data: new Float32Array(raw.buffer) });
  }
  return { arrays, metadata };
}

type Wrong = (expected: string, found: string, cause?: unknown) => TesseraError;

function parseHeader(bytes: Uint8Array, wrong: Wrong): Record<string, unknown> {
  let header: Record<string, unknown>;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    header = z.record(z.string(), z.unknown()).parse(JSON.parse(text));
  } catch (error) {
    throw wrong('a JSON object as header', 'something else', error);
  }
  const key = forbiddenKey(text);
  if (key !== undefined) throw wrong('distinct names in its header', quoted(key));
  return header;
}

/** The numbers must fill the file without gaps or overlaps, so that nothing hides in it. */
function checkPlaces(entries: readonly Entry[], length: number, wrong: Wrong): void {
  let at = 0;
  const places = entries.map((entry) => entry.data_offsets).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  for (const [from, to] of places) {
    if (from !== at)
      throw wrong(`numbers without gaps or overlaps, next at byte ${at}`, `an entry at byte ${from}`);
    at = to;
  }
  if (at !== length) throw wrong(`${at} bytes of numbers`, `${length} bytes`);
}

/** A name from outside, short enough for a message. */
function quoted(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 77)}...` : name);
}
