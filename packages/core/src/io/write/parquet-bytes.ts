/** Tables as Parquet: DOUBLE, UTF8, BOOLEAN and TIMESTAMP_MILLIS columns, nullable, under Snappy. Built in memory. */
import { nullable, type TableColumns } from './table-columns.js';

const typeOf = { text: 'STRING', number: 'DOUBLE', boolean: 'BOOLEAN', time: 'TIMESTAMP' } as const;

/** The bytes of a Parquet file. O(cells). */
export async function parquetBytes({ columns }: TableColumns): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const buffer = parquetWriteBuffer({
    columnData: columns.map((column) => ({
      name: column.name,
      data: nullable(column),
      type: typeOf[column.kind],
      // A dictionary takes 0 and -0 for the same number.
      ...(column.kind === 'number' ? { encoding: 'PLAIN' as const } : {}),
    })),
  });
  return new Uint8Array(buffer);
}
