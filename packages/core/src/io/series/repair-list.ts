/** What reading a table changed or counted, told one sentence per kind and series. */
import type { Repair } from '../../frames/repair.js';
import { type Frequency, formatFrequency } from '../../time/frequency.js';
import type { SeriesAxis } from './series-axis.js';

/** Column names listed in a sentence at most. */
const listed = 10;

export class RepairList {
  readonly #repairs: Repair[] = [];
  #onTableFrequency = 0;

  ignoredColumns(names: readonly string[]): void {
    if (names.length === 0) return;
    const shown = names.slice(0, listed).map((each) => JSON.stringify(each));
    const more = names.length > listed ? ` and ${names.length - listed} more` : '';
    this.#add('dropped-column', undefined, names.length, `Columns not read: ${shown.join(', ')}${more}.`);
  }

  /** @param id absent where the times belong to all series of the table */
  sortedRows(id: string | undefined, moved: number): void {
    if (moved > 0) this.#add('sorted', id, moved, `${count(moved, 'row')} came after a later one; sorted.`);
  }

  gaps(id: string | undefined, steps: number): void {
    if (steps > 0) this.#add('gap', id, steps, `${count(steps, 'step')} without a row; marked as missing.`);
  }

  missingCells(id: string, cells: ReadonlyMap<string, number>): void {
    let total = 0;
    for (const each of cells.values()) total += each;
    if (total === 0) return;
    const shown = [...cells].filter(([, each]) => each > 0).map(([name, each]) => `${name} ${each}`);
    this.#add('missing-value', id, total, `${count(total, 'missing cell')}: ${shown.join(', ')}.`);
  }

  /** What axis a series got where no frequency was given. */
  axis(id: string | undefined, placed: SeriesAxis, rows: number, table: Frequency | undefined): void {
    if (placed.source === 'table') {
      this.#onTableFrequency += 1;
      return;
    }
    const unlike = table === undefined ? '' : `; its times do not fit ${formatFrequency(table)} well`;
    if (placed.axis.kind === 'regular') {
      const detail = `Frequency ${formatFrequency(placed.axis.frequency)} inferred from its own times${unlike}.`;
      this.#add('inferred-frequency', id, placed.axis.length, detail);
      return;
    }
    const reason =
      rows === 1
        ? 'One row tells no frequency'
        : 'Its times lie on no regular grid, or fill too little of it';
    this.#add('irregular-axis', id, rows, `${reason}; kept as they are.`);
  }

  /** All repairs, those of the whole table first. */
  done(table: Frequency | undefined): readonly Repair[] {
    if (table !== undefined) {
      const detail = `Frequency ${formatFrequency(table)} inferred from the times of the longest series.`;
      this.#add('inferred-frequency', undefined, this.#onTableFrequency, detail);
    }
    const isWhole = ({ id }: Repair): boolean => id === undefined;
    return [...this.#repairs.filter(isWhole), ...this.#repairs.filter((each) => !isWhole(each))];
  }

  #add(kind: Repair['kind'], id: string | undefined, count: number, detail: string): void {
    this.#repairs.push({ kind, ...(id === undefined ? {} : { id }), count, detail });
  }
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
