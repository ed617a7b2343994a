/**
 * Arrow IPC, as a file (Feather 2) or a stream. The bytes are read whole; the values are taken from them without a copy.
 * Time stamps finer than a millisecond are cut to it. Compressed buffers and Feather 1 cannot be read;
 * a byte order mark at the front of a text cell is lost, because the library takes it off.
 */
import type { Column } from '@uwdata/flechette';
import { TesseraError } from '../../errors/tessera-error.js';
import { throwIfAborted } from '../../progress/progress.js';
import type { SeriesCollector } from '../series/series-collector.js';

/** Rows between two looks at the abort signal. */
const stride = 65_536;

/** Reads Arrow bytes. @throws TesseraError TABLE_MALFORMED, OPERATION_ABORTED */
export async function readArrow(bytes: Uint8Array, collector: SeriesCollector): Promise<void> {
  if (bytes.length === 0) return;
  const { tableFromIPC } = await import('@uwdata/flechette');
  const { label, options } = collector;
  const { names, columns, rows } = orMalformed(label, () => {
    const table = tableFromIPC(bytes, { useDate: true, useBigInt: true });
    return { names: table.names.map(String), columns: table.children, rows: table.numRows };
  });
  collector.begin(names);
  let row = 0;
  const cellAt = (column: number): unknown => valueAt(columns[column], row);
  for (; row < rows; row++) {
    if (row % stride === 0) throwIfAborted(options.signal, 'readTable');
    collector.readRow(cellAt);
  }
}

function valueAt(column: Column<unknown>, row: number): unknown {
  return column.at(row);
}

function orMalformed<Result>(label: string, read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    throw new TesseraError({
      code: 'TABLE_MALFORMED',
      argument: label,
      expected: 'Arrow IPC bytes without compression',
      found: cause instanceof Error ? cause.message : String(cause),
      wayOut: 'Write the table again as Arrow IPC (Feather 2) without compression, or as Parquet',
      cause,
    });
  }
}
