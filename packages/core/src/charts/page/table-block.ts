/** A table of a page: numbers aligned by their decimals and written in the page’s language, what is missing as a dash. */
import { dataError } from '../chart-data.js';
import { type Html, html } from './html.js';
import type { TableBlock, TableCell } from './page-data.js';
import { toneWords } from './tone-words.js';

const mostDecimals = 6;

type CellData = Exclude<TableCell, string | number | null>;

/** @throws TesseraError CHART_DATA_INVALID where a row does not have one cell per column */
export function tableBlock(block: TableBlock, id: string, language: string): Html {
  const { caption, columns } = block;
  const rows = block.rows.map((row, index) => {
    if (row.length !== columns.length) {
      const where = `row ${index} of table "${caption}"`;
      throw dataError(
        where,
        `${columns.length} cells, one per column`,
        String(row.length),
        'Complete the row',
      );
    }
    return row.map(cellData);
  });
  const formats = columns.map(({ decimals }, place) =>
    columnFormat(
      rows.map((row) => row[place]),
      decimals,
      language,
    ),
  );
  const head = columns.map(
    ({ title }, place) => html`<th scope="col"${numberClass(formats[place])}>${title}</th>`,
  );
  const body = rows.map(
    (row) => html`<tr>${row.map((cell, place) => tableCell(cell, place, formats[place]))}</tr>
`,
  );
  return html`<div class="scroll" role="region" tabindex="0" aria-labelledby="${id}"><table>
<caption id="${id}">${caption}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${body}</tbody>
</table></div>
`;
}

function cellData(cell: TableCell): CellData {
  return typeof cell === 'object' && cell !== null ? cell : { value: cell };
}

/** How the numbers of a column are written; undefined for a column that also holds texts or has no number. */
function columnFormat(
  cells: readonly CellData[],
  decimals: number | undefined,
  language: string,
): Intl.NumberFormat | undefined {
  if (cells.some(({ value }) => typeof value === 'string')) return undefined;
  const numbers = cells
    .map(({ value }) => value)
    .filter((value) => typeof value === 'number' && !Number.isNaN(value));
  if (numbers.length === 0) return undefined;
  const needed = decimals ?? Math.max(...numbers.map((value) => decimalsOf(Number(value))));
  return new Intl.NumberFormat(language, { minimumFractionDigits: needed, maximumFractionDigits: needed });
}

function decimalsOf(value: number): number {
  for (let decimals = 0; decimals < mostDecimals; decimals++) {
    if (Number(value.toFixed(decimals)) === value) return decimals;
  }
  return mostDecimals;
}

function numberClass(format: Intl.NumberFormat | undefined): Html {
  return format === undefined ? html`` : html` class="number"`;
}

function tableCell(
  { value, strong, tone }: CellData,
  place: number,
  format: Intl.NumberFormat | undefined,
): Html {
  const missing = value === null || (typeof value === 'number' && Number.isNaN(value));
  const text = typeof value === 'number' && format !== undefined ? format.format(value) : String(value);
  let content = missing ? html`<span class="none" role="img" aria-label="missing">–</span>` : html`${text}`;
  if (strong === true) content = html`<span class="strong">${content}</span>`;
  if (tone !== undefined)
    content = html`<span class="badge ${tone}" title="${toneWords[tone]}">${content}</span>`;
  return place === 0
    ? html`<th scope="row"${numberClass(format)}>${content}</th>`
    : html`<td${numberClass(format)}>${content}</td>`;
}
