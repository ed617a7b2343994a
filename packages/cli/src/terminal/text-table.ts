/** A table for a person at a terminal: numbers to the right, words to the left, one line a row. Does not wrap. */

export interface TextTableOptions {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | undefined)[])[];
  /** Significant digits of numbers. Default 4. */
  readonly digits?: number;
}

/** The lines of the table, joined; an undefined cell is shown as `-`. */
export function textTable({ columns, rows, digits = 4 }: TextTableOptions): string {
  const cells = rows.map((row) => columns.map((_, i) => shown(row[i], digits)));
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

function shown(value: string | number | undefined, digits: number): string {
  if (value === undefined) return '-';
  return typeof value === 'number' ? formatNumber(value, digits) : oneLine(value);
}

/** A number with about `digits` significant digits, never in scientific notation for everyday sizes. */
export function formatNumber(value: number, digits = 4): string {
  if (Number.isNaN(value)) return '-';
  if (!Number.isFinite(value) || (Number.isInteger(value) && Math.abs(value) < 1e15)) return String(value);
  const magnitude = Math.floor(Math.log10(Math.abs(value)));
  if (magnitude > 12 || magnitude < -5) return value.toExponential(digits - 1);
  return value.toFixed(Math.max(0, digits - 1 - magnitude));
}

/** Control characters of a hostile name must not move the cursor or colour the terminal. */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, '�');
}

function displayWidth(text: string): number {
  return [...text].length;
}
