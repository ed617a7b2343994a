/** A table of cells as Markdown. */
export interface Table {
  readonly header: readonly string[];
  readonly lines: readonly (readonly string[])[];
}

/** The first column stands left, the others right. */
export function markdown({ header, lines }: Table): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = header.map((_, i) => (i === 0 ? '---' : '---:'));
  return [line(header), line(rule), ...lines.map(line)].join('\n');
}

/** A figure in the unit that the table shows, a dash where there is none. */
export function metricCell(
  value: number | null | undefined,
  { digits, divideBy }: { readonly digits: number; readonly divideBy: number },
): string {
  if (value === undefined) return '–';
  return value === null ? 'not finite' : (value / divideBy).toFixed(digits);
}
