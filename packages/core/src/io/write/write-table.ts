/**
 * Tables as files, by extension. Text is written piece by piece; Parquet and Arrow are built in memory. Whole files only:
 * nothing is appended to an existing one.
 */
import { z } from 'zod';
import type { SeriesSet } from '../../frames/series-set.js';
import { parseOptions } from '../../options/parse-options.js';
import { type LongWorkOptions, progressReporter } from '../../progress/progress.js';
import { readFileName, type TableFormat, tableFormats } from '../table-format.js';
import { arrowBytes } from './arrow-bytes.js';
import { writeFileAtomically } from './atomic-file.js';
import { csvText } from './csv-text.js';
import { jsonArray, jsonLines } from './json-text.js';
import { parquetBytes } from './parquet-bytes.js';
import { columnsOf, type Row, type SetColumnOptions, type TableColumns } from './table-columns.js';
import { countPieces, piecesOf, type TextTable } from './text-table.js';

export interface WriteTableOptions extends SetColumnOptions, LongWorkOptions {
  /** Default: by the file name. */
  readonly format?: TableFormat | undefined;
  /** Between the cells of a CSV. Default a comma; a tab for `.tsv`. */
  readonly delimiter?: string | undefined;
}

const schema = z.strictObject({
  format: z.enum(tableFormats).optional(),
  delimiter: z
    .string()
    .length(1, 'one character')
    .refine((text) => !/["\r\n]/.test(text), 'a character other than quotes and line breaks')
    .optional(),
  id: z.string().min(1, 'a column name').default('unique_id'),
  time: z.string().min(1, 'a column name').default('ds'),
  statics: z.boolean().default(true),
  onProgress: z.custom<LongWorkOptions['onProgress']>().optional(),
  signal: z.custom<LongWorkOptions['signal']>().optional(),
});

/**
 * Writes a set of series in long format, or rows of any kind, to `.csv`, `.tsv`, `.txt`, `.jsonl`, `.ndjson`, `.json`,
 * `.parquet`, `.arrow` or `.feather`, each also with `.gz`. The file appears whole or not at all.
 *
 * @param options.id, options.time names of these columns for a set; default `unique_id` and `ds`
 * @throws TesseraError OPTIONS_INVALID, FORMAT_UNKNOWN, TABLE_EMPTY, TABLE_MALFORMED, COLUMN_DUPLICATE,
 * NUMBER_INFINITE (JSON only), FILE_UNWRITABLE, OPERATION_ABORTED
 */
export async function writeTable(
  table: SeriesSet | readonly Row[],
  path: string,
  options?: WriteTableOptions,
): Promise<void> {
  const {
    format: given,
    delimiter,
    onProgress,
    signal,
    ...names
  } = parseOptions(schema, options, 'writeTable');
  const { format, isGzip } = readFileName(path, given);
  const columns = columnsOf(table, names);
  if (format === 'parquet' || format === 'arrow') {
    const bytes = await (format === 'parquet' ? parquetBytes(columns) : arrowBytes(columns));
    const report = progressReporter('write', 1, onProgress);
    await writeFileAtomically(path, [bytes], { gzip: isGzip, signal });
    report();
    return;
  }
  const text = textOf(columns, format, delimiter);
  const report = progressReporter('write', countPieces(text), onProgress);
  await writeFileAtomically(path, counted(piecesOf(text), report), { gzip: isGzip, signal });
}

function textOf(
  columns: TableColumns,
  format: 'csv' | 'tsv' | 'jsonl' | 'json',
  delimiter: string | undefined,
): TextTable {
  switch (format) {
    case 'csv':
    case 'tsv':
      return csvText(columns, delimiter ?? (format === 'tsv' ? '\t' : ','));
    case 'jsonl':
      return jsonLines(columns);
    case 'json':
      return jsonArray(columns);
  }
}

function* counted(pieces: Iterable<string>, report: () => void): Generator<string> {
  for (const piece of pieces) {
    yield piece;
    report();
  }
}

/** Writes rows of any kind, such as forecasts and scores; as `writeTable` does. */
export async function writeRows(
  rows: readonly Row[],
  path: string,
  options?: WriteTableOptions,
): Promise<void> {
  await writeTable(rows, path, options);
}
