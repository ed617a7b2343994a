/**
 * A CSV or TSV, chunk by chunk: bytes go straight into typed columns, no row is ever an object, and only the record
 * that is cut by a chunk’s end is kept. Reads UTF-8. O(bytes) time; memory is what the collector keeps plus one chunk.
 */
import { TesseraError } from '../../errors/tessera-error.js';
import { decodeText, TextInterner } from '../cells/text-interner.js';
import type { SeriesCollector } from '../series/series-collector.js';
import { detectDelimiter } from './csv-delimiter.js';
import { CsvTokenizer } from './csv-tokenizer.js';
import { joined } from './joined-bytes.js';

/** A longer record is taken for a quote that was never closed, lest the whole file be kept waiting for its end. */
const longestRecord = 8 * 1024 * 1024;

export class CsvReader {
  readonly #collector: SeriesCollector;
  readonly #label: string;
  readonly #interner = new TextInterner();
  #delimiter: string | undefined;
  #tokenizer: CsvTokenizer | undefined;
  /** Cells in the header; 0 before it was read. */
  #columns = 0;
  /** Beginning of a record whose end has not come. */
  #rest: Uint8Array = new Uint8Array(0);
  #isFirst = true;

  constructor(collector: SeriesCollector, options: { label: string; delimiter?: string | undefined }) {
    this.#collector = collector;
    this.#label = options.label;
    this.#delimiter = options.delimiter;
  }

  /** @throws TesseraError TABLE_MALFORMED, and everything that planning and reading cells may throw */
  push(chunk: Uint8Array): void {
    this.#read(asBuffer(joined(this.#rest, chunk)), false);
    if (this.#rest.length <= longestRecord) return;
    throw this.#malformed(
      `record that begins on line ${this.#tokenizer?.line ?? 1}`,
      `a record of at most ${longestRecord} bytes`,
      'no end of it within them',
      'Close the quote that was opened there, or check the line breaks',
    );
  }

  /** Reads what is left. @throws as `push` does; TABLE_EMPTY */
  end(): void {
    this.#read(asBuffer(this.#rest), true);
    if (this.#columns === 0) {
      throw new TesseraError({
        code: 'TABLE_EMPTY',
        argument: this.#label,
        expected: 'a line of column names and rows below it',
        found: 'nothing',
        wayOut: 'Check that this is the right file and that it was written to its end',
      });
    }
  }

  #read(buffer: Buffer, isLast: boolean): void {
    let at = 0;
    const end = buffer.length;
    if (this.#isFirst) {
      // Three bytes tell the byte order mark.
      if (end < 3 && !isLast) {
        this.#keep(buffer);
        return;
      }
      this.#checkEncoding(buffer);
      at = hasMark(buffer) ? 3 : 0;
    }
    this.#tokenizer ??= this.#openTokenizer(buffer.subarray(at), isLast);
    if (this.#tokenizer === undefined) {
      this.#keep(buffer);
      return;
    }
    this.#isFirst = false;
    while (at < end) {
      const next = this.#tokenizer.next(buffer, at, end, isLast);
      if (next < 0) break;
      at = next;
      if (!this.#tokenizer.isBlank) this.#readRecord(buffer, this.#tokenizer);
    }
    this.#keep(buffer.subarray(at));
  }

  /** A copy, so that the chunk can be let go. */
  #keep(rest: Uint8Array): void {
    this.#rest = rest.slice();
  }

  /** Undefined as long as the delimiter cannot be told because the first line has not ended. */
  #openTokenizer(sample: Uint8Array, isLast: boolean): CsvTokenizer | undefined {
    if (this.#delimiter === undefined) {
      if (!isLast && !sample.some((byte) => byte === 10 || byte === 13)) return undefined;
      this.#delimiter = detectDelimiter(sample, isLast);
    }
    return new CsvTokenizer(this.#delimiter.charCodeAt(0), this.#label);
  }

  #readRecord(buffer: Buffer, tokenizer: CsvTokenizer): void {
    if (this.#columns === 0) {
      const names = Array.from({ length: tokenizer.cells }, (_, index) =>
        this.#text(buffer, tokenizer, index).trim(),
      );
      this.#columns = names.length;
      this.#collector.begin(names);
      return;
    }
    const { position, plan, statics, channels } = this.#collector;
    position.row += 1;
    position.line = tokenizer.recordLine;
    if (tokenizer.cells !== this.#columns) {
      throw this.#malformed(
        position.toString(),
        `${this.#columns} cells, as in the header`,
        `${tokenizer.cells}`,
        'Add or remove cells, and put cells that contain the delimiter in quotes',
      );
    }
    const { starts, ends, doubled } = tokenizer;
    if (plan.id !== undefined) this.#collector.readId(this.#text(buffer, tokenizer, plan.id.index));
    // Times repeat too seldom to be worth remembering.
    this.#collector.readTime(this.#text(buffer, tokenizer, plan.time.index, false));
    for (let i = 0; i < channels.length; i++) {
      const column = plan.channels[i].index;
      if (doubled[column] === 1) this.#collector.readNumber(i, this.#text(buffer, tokenizer, column));
      else this.#collector.readNumberBytes(i, buffer, starts[column], ends[column]);
    }
    for (let i = 0; i < statics.length; i++) {
      this.#collector.readStatic(i, this.#text(buffer, tokenizer, plan.statics[i].index));
    }
    this.#collector.endRow();
  }

  #text(buffer: Buffer, tokenizer: CsvTokenizer, index: number, repeats = true): string {
    const from = tokenizer.starts[index];
    const to = tokenizer.ends[index];
    try {
      const text = repeats ? this.#interner.read(buffer, from, to) : decodeText(buffer, from, to);
      return tokenizer.doubled[index] === 1 ? text.replaceAll('""', '"') : text;
    } catch (cause) {
      throw this.#malformed(
        `line ${tokenizer.recordLine}`,
        'UTF-8 text',
        'bytes in another encoding',
        'Convert the file to UTF-8',
        cause,
      );
    }
  }

  #checkEncoding(buffer: Uint8Array): void {
    const isUtf16 = (buffer[0] === 0xff && buffer[1] === 0xfe) || (buffer[0] === 0xfe && buffer[1] === 0xff);
    if (!isUtf16) return;
    throw this.#malformed('first bytes', 'UTF-8 text', 'UTF-16 text', 'Convert the file to UTF-8');
  }

  #malformed(place: string, expected: string, found: string, wayOut: string, cause?: unknown): TesseraError {
    const argument = `${this.#label}, ${place}`;
    return new TesseraError({ code: 'TABLE_MALFORMED', argument, expected, found, wayOut, cause });
  }
}

function hasMark(buffer: Uint8Array): boolean {
  return buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf;
}

/** The same bytes under the class that decodes them fastest. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
