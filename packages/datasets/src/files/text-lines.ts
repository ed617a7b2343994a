/**
 * The lines of a text file with their numbers, streamed: memory holds one piece of the file and one line. For formats in
 * which a line is a whole series; ordinary tables are read by `readTable`.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type LongWorkOptions, TesseraError, throwIfAborted } from '@tessera/core';
import { unreadableFile } from './data-files.js';

/** Large enough that the work per piece does not count. */
const pieceBytes = 1024 * 1024;
/** Half of what a JavaScript string can hold in V8; a longer line is no line of a data file. */
const longestLine = 2 ** 28;

export interface TextLine {
  /** Without its end. */
  readonly text: string;
  /** From 1. */
  readonly number: number;
}

export interface TextLineOptions extends LongWorkOptions {
  /** A name that TextDecoder knows, e.g. `windows-1252`. Default `utf-8`. */
  readonly encoding?: string | undefined;
}

/**
 * Every line of a file, empty ones too; ends may be LF or CRLF, and a byte order mark is taken off.
 *
 * @throws TesseraError FILE_UNREADABLE, TABLE_MALFORMED, OPERATION_ABORTED
 */
export async function* linesOf(path: string, options: TextLineOptions = {}): AsyncGenerator<TextLine> {
  const encoding = options.encoding ?? 'utf-8';
  const decoder = new TextDecoder(encoding, { fatal: true });
  const decode = (piece?: Uint8Array): string => {
    try {
      return piece === undefined ? decoder.decode() : decoder.decode(piece, { stream: true });
    } catch (cause) {
      throw malformed(path, number + 1, `text in ${encoding}`, 'other bytes', undecodable, cause);
    }
  };
  const total = await sizeOf(path);
  const began = performance.now();
  let done = 0;
  let number = 0;
  let parts: string[] = [];
  let length = 0;
  for await (const piece of pieces(path)) {
    throwIfAborted(options.signal, `reading ${path}`);
    const text = decode(piece);
    let from = 0;
    for (let to = text.indexOf('\n'); to >= 0; to = text.indexOf('\n', from)) {
      number += 1;
      yield { text: withoutReturn(parts.join('') + text.slice(from, to)), number };
      parts = [];
      length = 0;
      from = to + 1;
    }
    parts.push(text.slice(from));
    length += text.length - from;
    if (length > longestLine) {
      throw malformed(path, number + 1, `a line of at most ${longestLine} characters`, 'a longer one', check);
    }
    done += piece.length;
    const elapsed = performance.now() - began;
    const remaining = (elapsed / done) * Math.max(0, total - done);
    options.onProgress?.({ stage: 'read', done, total, elapsed, remaining, detail: path });
  }
  const last = parts.join('') + decode();
  if (last !== '') yield { text: withoutReturn(last), number: number + 1 };
}

const undecodable = 'Set the option encoding, for example to windows-1252';
const check = 'Check that this is the right file';

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (cause) {
    throw unreadableFile(path, cause);
  }
}

async function* pieces(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: pieceBytes });
  } catch (cause) {
    throw unreadableFile(path, cause);
  }
}

function malformed(
  path: string,
  line: number,
  expected: string,
  found: string,
  wayOut: string,
  cause?: unknown,
): TesseraError {
  return new TesseraError({
    code: 'TABLE_MALFORMED',
    argument: `${path}, line ${line}`,
    expected,
    found,
    wayOut,
    cause,
  });
}
