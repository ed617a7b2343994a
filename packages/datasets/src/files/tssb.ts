/**
 * The time series segmentation benchmark: recordings joined from several states, one value a line, with the steps where
 * the state changes. There are no dates: steps are in order only.
 */
import { type LongWorkOptions, SeriesFrame, SeriesSet, TesseraError } from '@tessera/core';
import { dataFiles, stemOf } from './data-files.js';
import { readFrom } from './file-origin.js';
import type { LabelledSet } from './labelled-set.js';
import { orderAxis } from './observation-axis.js';
import { parseDecimal } from './parse-decimal.js';
import { linesOf } from './text-lines.js';

const origin = {
  what: 'The TSSB files',
  url: 'https://github.com/ermshaua/time-series-segmentation-benchmark',
};

export interface Segmentation {
  /** Length of the pattern that repeats within a segment, in steps, as the benchmark gives it. */
  readonly window: number;
  /** Steps, from 0, at which a new segment begins; empty where there is one segment. */
  readonly changePoints: readonly number[];
}

/**
 * The series of a TSSB file, or of every `.txt` file below a folder, named after the file, with the target `value`.
 *
 * Source: Schäfer, Ermshaus and Leser, ClaSP - Time Series Segmentation (CIKM 2021).
 *
 * @param description path of the table `name,window,change points...`. Default none
 * @throws TesseraError FILE_UNREADABLE, TABLE_EMPTY, TABLE_MALFORMED, NUMBER_UNPARSABLE, NUMBER_INFINITE, INDEX_INVALID,
 * OPERATION_ABORTED
 */
export function readTssb(
  path: string,
  description?: string,
  options: LongWorkOptions = {},
): Promise<LabelledSet<Segmentation>> {
  return readFrom(origin, async () => {
    const described =
      description === undefined ? new Map<string, Segmentation>() : await readDescription(description);
    const frames: SeriesFrame[] = [];
    const labels = new Map<string, Segmentation>();
    for (const file of await dataFiles(path, '.txt')) {
      const values = await readValues(file, options);
      const id = stemOf(file);
      frames.push(
        new SeriesFrame({ id, time: orderAxis(values.length), channels: [{ name: 'value', values }] }),
      );
      const segmentation = described.get(id);
      if (segmentation === undefined) continue;
      checkSteps(segmentation, id, values.length, description ?? '');
      labels.set(id, segmentation);
    }
    return { set: new SeriesSet(frames), labels };
  });
}

async function readValues(file: string, options: LongWorkOptions): Promise<number[]> {
  const values: number[] = [];
  for await (const { text, number } of linesOf(file, options)) {
    if (text.trim() === '') continue;
    values.push(parseDecimal(text, () => `${file}, line ${number}`));
  }
  if (values.length > 0) return values;
  throw new TesseraError({
    code: 'TABLE_EMPTY',
    argument: file,
    expected: 'one value a line',
    found: 'none',
    wayOut: 'Check that the file was written to its end',
  });
}

async function readDescription(path: string): Promise<Map<string, Segmentation>> {
  const described = new Map<string, Segmentation>();
  for await (const { text, number } of linesOf(path)) {
    if (text.trim() === '') continue;
    const [name, ...cells] = text.split(',');
    const [window, ...changePoints] = cells.map((cell) =>
      /^\d+$/.test(cell.trim()) ? Number(cell) : Number.NaN,
    );
    const isAscending = changePoints.every((step, i) => step > (i === 0 ? 0 : changePoints[i - 1]));
    if (!(window > 0) || !isAscending) {
      throw new TesseraError({
        code: 'TABLE_MALFORMED',
        argument: `${path}, line ${number}`,
        expected: 'a name, a window and ascending change points, all in steps',
        found: JSON.stringify(text),
        wayOut: 'Correct the line',
      });
    }
    described.set(name, { window, changePoints });
  }
  return described;
}

function checkSteps({ changePoints }: Segmentation, id: string, length: number, path: string): void {
  const last = changePoints.at(-1) ?? 0;
  if (last < length) return;
  throw new TesseraError({
    code: 'INDEX_INVALID',
    argument: `${path}, ${id}`,
    expected: `steps of the series, from 0 to ${length - 1}`,
    found: String(last),
    wayOut: 'Give series and description of the same edition',
  });
}
