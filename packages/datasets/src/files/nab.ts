/**
 * The Numenta anomaly benchmark: monitored values with the windows in which people saw an anomaly. A series whose rows
 * nearly fill a regular grid is laid on it, with gaps marked missing; any other keeps its times as they are.
 */
import { basename, dirname } from 'node:path';
import { type LongWorkOptions, type Repair, type SeriesFrame, SeriesSet, TesseraError } from '@tessera/core';
import { readTable, type TableSource } from '@tessera/core/io';
import { z } from 'zod';
import { dataFiles, readJsonFile, stemOf } from './data-files.js';
import { readFrom } from './file-origin.js';
import type { LabelledSet } from './labelled-set.js';
import { parseCivilTime } from './parse-civil-time.js';
import { linesOf } from './text-lines.js';

const origin = { what: 'The NAB files', url: 'https://github.com/numenta/NAB' };

/** Of a grid with more gaps than this, an axis of the times as they are says more about the series. */
const mostGaps = 0.1;

/** A stretch of steps `[from, to)` in which an anomaly lies. */
export interface AnomalyWindow {
  readonly from: number;
  readonly to: number;
}

const windowsSchema = z.record(z.string(), z.array(z.tuple([z.string(), z.string()])));

/**
 * The series of a NAB file, or of every CSV file below a folder, with the target `value` of unknown unit; ids are the
 * last folder and the name, e.g. `realTraffic/speed_6005`.
 *
 * Where a time stamp occurs twice, the first row is kept and a repair counts the others.
 *
 * Source: Lavin and Ahmad, Evaluating Real-Time Anomaly Detection Algorithms: the Numenta Anomaly Benchmark (ICMLA 2015).
 *
 * @param windows path of the JSON file with the windows, `{file: [[first, last]]}`. Default none
 * @throws TesseraError FILE_UNREADABLE, TABLE_MALFORMED and whatever `readTable` finds in a file
 */
export function readNab(
  path: string,
  windows?: string,
  options: LongWorkOptions = {},
): Promise<LabelledSet<readonly AnomalyWindow[]>> {
  return readFrom(origin, async () => {
    const named = windows === undefined ? {} : await readWindows(windows);
    const frames: SeriesFrame[] = [];
    const repairs: Repair[] = [];
    const labels = new Map<string, readonly AnomalyWindow[]>();
    for (const file of await dataFiles(path, '.csv')) {
      const id = `${basename(dirname(file))}/${stemOf(file)}`;
      const set = await readNabFile(file, options);
      const [frame] = set.frames;
      frames.push(frame.withId(id));
      repairs.push(...set.repairs.map((repair) => ({ ...repair, id })));
      const spans = named[`${id}.csv`];
      if (spans !== undefined)
        labels.set(
          id,
          spans.map((span) => stepsOf(span, frame, windows ?? '')),
        );
    }
    return { set: new SeriesSet(frames, repairs), labels };
  });
}

async function readNabFile(file: string, options: LongWorkOptions): Promise<SeriesSet> {
  const table = { ...options, format: 'csv', time: 'timestamp', target: 'value' } as const;
  const repeats = await countRepeats(file);
  const source = (): TableSource => (repeats === 0 ? file : withoutRepeats(file));
  const gridded = await readTable(source(), table);
  const gaps = gridded.repairs.find(({ kind }) => kind === 'gap')?.count ?? 0;
  const isSparse = gaps > mostGaps * gridded.frames[0].length;
  const set = isSparse ? await readTable(source(), { ...table, irregular: true }) : gridded;
  const repairs = [...set.repairs];
  if (isSparse) {
    const detail = `A grid would have ${gaps} gaps in ${gridded.frames[0].length} steps; the times are kept as they are.`;
    repairs.push({ kind: 'irregular-axis', count: set.frames[0].length, detail });
  }
  if (repeats > 0) {
    const detail = `${repeats} rows repeat the time stamp before them and are left out.`;
    repairs.push({ kind: 'duplicate', count: repeats, detail });
  }
  return new SeriesSet(set.frames, repairs);
}

async function countRepeats(file: string): Promise<number> {
  let lines = 0;
  let kept = 0;
  for await (const _ of linesOf(file)) lines += 1;
  for await (const _ of withoutRepeats(file)) kept += 1;
  return lines - kept;
}

/** The lines of a file without those that repeat the time stamp of the line before. */
async function* withoutRepeats(file: string): AsyncGenerator<string> {
  let before = '';
  for await (const { text } of linesOf(file)) {
    const stamp = text.slice(0, text.indexOf(','));
    if (stamp === '' || stamp !== before) yield `${text}\n`;
    before = stamp;
  }
}

async function readWindows(
  path: string,
): Promise<Readonly<Record<string, readonly (readonly [string, string])[]>>> {
  const parsed = windowsSchema.safeParse(await readJsonFile(path));
  if (parsed.success) return parsed.data;
  throw new TesseraError({
    code: 'TABLE_MALFORMED',
    argument: path,
    expected: 'an object {file: [[first, last]]} of time stamps',
    found: parsed.error.issues[0].message,
    wayOut: 'Give the file of combined windows of NAB',
    cause: parsed.error,
  });
}

/** The window from its first to its last time stamp, both within. */
function stepsOf(
  [first, last]: readonly [string, string],
  { time }: SeriesFrame,
  path: string,
): AnomalyWindow {
  const from = parseStamp(first, path);
  const to = parseStamp(last, path);
  return { from: time.countBefore(from), to: time.countBefore(to + 1) };
}

function parseStamp(text: string, path: string): number {
  const time = parseCivilTime(text.replace(/\.0+$/, ''));
  if (time !== undefined) return time;
  throw new TesseraError({
    code: 'TIME_UNPARSABLE',
    argument: path,
    expected: 'a time yyyy-mm-dd hh:mm:ss',
    found: JSON.stringify(text),
    wayOut: 'Correct the window',
  });
}
