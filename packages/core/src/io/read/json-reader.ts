/**
 * JSON tables: one object per line (JSON Lines), read chunk by chunk, or one array of objects, read whole. A file of
 * lines takes its columns from the lines of its first chunk. Reads UTF-8; numbers become doubles, as JSON.parse does it.
 */
import { TesseraError } from '../../errors/tessera-error.js';
import type { SeriesCollector } from '../series/series-collector.js';
import { allBytes, type ByteSource } from './byte-source.js';
import { joined } from './joined-bytes.js';
import { RecordReader, type RowObject, rowObject } from './record-reader.js';

const lineFeed = 10;
/** A longer line is taken for a file that has no line breaks. */
const longestLine = 8 * 1024 * 1024;

/** Reads JSON Lines. Memory: what the collector keeps, plus one chunk. @throws TesseraError TABLE_MALFORMED */
export async function readJsonLines(source: ByteSource, collector: SeriesCollector): Promise<void> {
  const reader = new RecordReader(collector);
  let rest: Uint8Array = new Uint8Array(0);
  let line = 0;
  const read = (bytes: Uint8Array): void => {
    const rows: RowObject[] = [];
    const lines: number[] = [];
    for (let at = 0; at < bytes.length; ) {
      const found = bytes.indexOf(lineFeed, at);
      const end = found < 0 ? bytes.length : found;
      line += 1;
      const place = `${source.label}, line ${line}`;
      const text = decode(bytes.subarray(at, end), place);
      at = end + 1;
      if (text.trim() === '') continue;
      rows.push(rowObject(parse(text, place), place));
      lines.push(line);
    }
    reader.read(rows, (index) => lines[index]);
  };
  for await (const chunk of source.chunks) {
    const bytes = joined(rest, chunk);
    const end = bytes.lastIndexOf(lineFeed) + 1;
    read(bytes.subarray(0, end));
    rest = bytes.slice(end);
    if (rest.length > longestLine) {
      throw malformed(
        `${source.label}, line ${line + 1}`,
        `a line of at most ${longestLine} bytes`,
        'no end of it within them',
        'Write one object per line, or set the option format to json if the file is one array',
      );
    }
  }
  read(rest);
}

/** Reads a JSON array of objects. Memory: the whole text. @throws TesseraError TABLE_MALFORMED */
export async function readJson(source: ByteSource, collector: SeriesCollector): Promise<void> {
  const text = decode(await allBytes(source), source.label);
  if (text.trim() === '') return;
  const table = parse(text, source.label);
  if (!Array.isArray(table)) {
    throw malformed(
      source.label,
      'an array of objects',
      table === null ? 'null' : `a JSON ${typeof table}`,
      'Write the rows as [{"ds": "2020-01-01", "y": 1}], or set the option format to jsonl for one object per line',
    );
  }
  const rows = table.map((row: unknown, index) => rowObject(row, `${source.label}, row ${index + 1}`));
  new RecordReader(collector).read(rows);
}

function decode(bytes: Uint8Array, place: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw malformed(place, 'UTF-8 text', 'bytes in another encoding', 'Convert the file to UTF-8', cause);
  }
}

function parse(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    throw malformed(
      place,
      'JSON',
      found,
      'Correct the text, or set the option format if it is not JSON',
      cause,
    );
  }
}

function malformed(
  argument: string,
  expected: string,
  found: string,
  wayOut: string,
  cause?: unknown,
): TesseraError {
  return new TesseraError({ code: 'TABLE_MALFORMED', argument, expected, found, wayOut, cause });
}
