/** The order of a series’ rows by time, and the check that no time occurs twice. */
import { TesseraError } from '../../errors/tessera-error.js';
import type { TimeColumnForm } from '../../time/parse-time.js';
import type { CollectedSeries } from './collected-series.js';

export interface RowOrder {
  /** Strictly increasing UTC milliseconds, shape `[rows]`. */
  readonly times: Float64Array;
  /** Which row comes first, second, and so on; undefined where they came in order. */
  readonly order: Uint32Array | undefined;
  /** Rows that came after a later one. */
  readonly moved: number;
}

export interface RowOrderOptions {
  /** Column of the times, for messages. */
  readonly timeName: string;
  /** Whether the table has an id column. */
  readonly hasId: boolean;
  /** The time of a row, of what was read there. */
  readonly settle: TimeColumnForm['settle'];
}

/**
 * Sorts the times of a series, in O(rows) where they are in order and O(rows log rows) else.
 *
 * @throws TesseraError TIME_DUPLICATE
 */
export function orderRows(series: CollectedSeries, options: RowOrderOptions): RowOrder {
  const arrived = series.times.toArray();
  series.rows.forEach((row, index) => {
    arrived[index] = options.settle(arrived[index], row);
  });
  let moved = 0;
  let isIncreasing = true;
  let latest = Number.NEGATIVE_INFINITY;
  for (const time of arrived) {
    if (time <= latest) isIncreasing = false;
    if (time < latest) moved += 1;
    else latest = time;
  }
  if (isIncreasing) return { times: arrived, order: undefined, moved: 0 };
  // Equal times keep the order of their rows, so that a duplicate is reported the same way every time.
  const order = Uint32Array.from(arrived, (_, index) => index).sort(
    (a, b) => arrived[a] - arrived[b] || a - b,
  );
  const times = Float64Array.from(order, (index) => arrived[index]);
  for (let i = 1; i < times.length; i++) {
    if (times[i] === times[i - 1]) {
      const rows = series.rows.toArray();
      throw duplicate(series.id, options, times[i], [rows[order[i - 1]], rows[order[i]]]);
    }
  }
  return { times, order, moved };
}

function duplicate(
  id: string,
  { timeName, hasId }: RowOrderOptions,
  time: number,
  rows: readonly [number, number],
): TesseraError {
  return new TesseraError({
    code: 'TIME_DUPLICATE',
    argument: `column "${timeName}", series "${id}"`,
    expected: 'each time stamp once',
    found: `${new Date(time).toISOString()} in rows ${rows[0]} and ${rows[1]}`,
    wayOut: hasId
      ? 'Remove one of the rows, or combine their values'
      : 'Set the option id to the column that tells the series apart, or remove one of the rows',
  });
}
