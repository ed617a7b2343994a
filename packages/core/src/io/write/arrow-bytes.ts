/** Tables as Arrow IPC in the file form (Feather 2), uncompressed, nullable. Built in memory. */
import { invariant } from '../../errors/invariant.js';
import { nullable, type TableColumns } from './table-columns.js';

/** The bytes of an Arrow file. O(cells). */
export async function arrowBytes({ columns }: TableColumns): Promise<Uint8Array> {
  const { bool, columnFromArray, float64, tableFromColumns, tableToIPC, TimeUnit, timestamp, utf8 } =
    await import('@uwdata/flechette');
  const typeOf = {
    text: utf8(),
    number: float64(),
    boolean: bool(),
    time: timestamp(TimeUnit.MILLISECOND, 'UTC'),
  };
  const table = tableFromColumns(
    columns.map((column) => [column.name, columnFromArray(nullable(column), typeOf[column.kind])]),
  );
  const bytes = tableToIPC(table, { format: 'file' });
  invariant(bytes !== null, 'a table without a sink becomes bytes');
  return bytes;
}
