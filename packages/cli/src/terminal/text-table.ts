/** A table for a person at a terminal: numbers to the right, words to the left, one line a row. Does not wrap. */

export interface TextTableOptions {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | undefined)[])[];
  /** Significant digits of the largest number of a column. Default 4. */
  readonly digits?: number;
}

/** The lines of the table, joined; an undefined cell is shown as `-`. */
export function textTable({ columns, rows, digits = 4 }: TextTableOptions): string {
  const decimals = columns.map((_, i) =>
    decimalsOf(
      rows.map((row) => row[i]),
      digits,
    ),
  );
  const cells = rows.map((row) => columns.map((_, i) => shown(row[i], decimals[i])));
  const isNumeric = columns.map((_, i) => rows.some((row) => typeof row[i] === 'number'));
  const widths = columns.map((name, i) =>
    Math.max(displayWidth(name), ...cells.map((row) => displayWidth(row[i] ?? ''))),
  );
  const line = (parts: readonly string[]) =>
    parts
      .map((part, i) => {
        const gap = ' '.repeat(Math.max(0, (widths[i] ?? 0) - displayWidth(part)));
        return isNumeric[i] ? gap + part : part + gap;
      })
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [line(columns), rule, ...cells.map(line)].join('\n');
}

function shown(value: string | number | undefined, decimals: number): string {
  if (value === undefined || Number.isNaN(value)) return '-';
  return typeof value === 'number' ? value.toFixed(decimals) : oneLine(value);
}

/** Decimals that a column shares, so that its points stand below each other: `digits` significant ones of the largest number. */
function decimalsOf(column: readonly (string | number | undefined)[], digits: number): number {
  const numbers = column.filter((value) => typeof value === 'number').filter(Number.isFinite);
  if (numbers.every(Number.isInteger)) return 0;
  const largest = Math.max(...numbers.map(Math.abs));
  return Math.min(6, Math.max(0, digits - 1 - Math.floor(Math.log10(largest))));
}

/** Control characters of a hostile name must not move the cursor or colour the terminal. */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, '�');
}

function displayWidth(text: string): number {
  return [...text].length;
}
