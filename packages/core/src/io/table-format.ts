/** The formats of tables and the file names that stand for them. */
import { basename } from 'node:path';
import { TesseraError } from '../errors/tessera-error.js';

export const tableFormats = ['csv', 'tsv', 'parquet', 'arrow', 'jsonl', 'json'] as const;

export type TableFormat = (typeof tableFormats)[number];

const formatByExtension: Readonly<Record<string, TableFormat>> = {
  csv: 'csv',
  txt: 'csv',
  tsv: 'tsv',
  parquet: 'parquet',
  arrow: 'arrow',
  feather: 'arrow',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
  json: 'json',
};

export interface TableFileName {
  /** The name without folder and extensions. */
  readonly stem: string;
  readonly format: TableFormat;
  readonly isGzip: boolean;
}

/**
 * What a file name says: `births.csv.gz` is a CSV under gzip.
 *
 * @throws TesseraError FORMAT_UNKNOWN where neither the extension nor `given` tells the format
 */
export function readFileName(path: string, given?: TableFormat): TableFileName {
  const name = basename(path);
  const isGzip = /\.gz$/i.test(name);
  const inner = isGzip ? name.slice(0, -3) : name;
  const dot = inner.lastIndexOf('.');
  const extension = dot < 0 ? '' : inner.slice(dot + 1).toLowerCase();
  const format =
    given ?? (Object.hasOwn(formatByExtension, extension) ? formatByExtension[extension] : undefined);
  if (format !== undefined) return { stem: dot > 0 ? inner.slice(0, dot) : inner, format, isGzip };
  throw new TesseraError({
    code: 'FORMAT_UNKNOWN',
    argument: name,
    expected: `a name that ends in ${Object.keys(formatByExtension)
      .map((each) => `.${each}`)
      .join(', ')}, each also with .gz`,
    found: extension === '' ? 'no extension' : `.${extension}`,
    wayOut: `Rename the file, or set the option format to ${tableFormats.join(', ')}`,
  });
}
