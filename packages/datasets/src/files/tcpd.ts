/**
 * The Turing change point dataset: short real series with the change points that several people marked. One step per
 * observation, so that the marks keep their places: regular where the dates are, irregular otherwise, and in order only
 * where there are no dates.
 */
import { basename } from 'node:path';
import {
  type LongWorkOptions,
  SeriesFrame,
  SeriesSet,
  TesseraError,
  type TimeAxis,
  throwIfAborted,
} from '@tessera/core';
import { z } from 'zod';
import { dataFiles, readJsonFile } from './data-files.js';
import { readFrom } from './file-origin.js';
import type { LabelledSet } from './labelled-set.js';
import { observationAxis, orderAxis } from './observation-axis.js';
import { parseCivilTime } from './parse-civil-time.js';

const origin = { what: 'The TCPD files', url: 'https://github.com/alan-turing-institute/TCPD' };

/** Change points by annotator: steps, from 0, at which a new segment begins. An empty list says that there is none. */
export type ChangePointMarks = Readonly<Record<string, readonly number[]>>;

const seriesSchema = z.object({
  name: z.string(),
  longname: z.string(),
  n_obs: z.int(),
  n_dim: z.int(),
  time: z.object({ raw: z.array(z.union([z.string(), z.number()])).optional() }),
  series: z.array(z.object({ label: z.string(), raw: z.array(z.number().nullable()) })).min(1),
});
const marksSchema = z.record(z.string(), z.record(z.string(), z.array(z.int().min(0))));

type TcpdSeries = z.output<typeof seriesSchema>;

/**
 * The series of a TCPD file, or of every JSON file below a folder but `annotations.json`; channels are targets named as
 * in the file, units are unknown, and the long name is the static `title`.
 *
 * Source: van den Burg and Williams, An Evaluation of Change Point Detection Algorithms (2020), arXiv:2003.06222.
 *
 * @param annotations path of `annotations.json`. Default none
 * @throws TesseraError FILE_UNREADABLE, TABLE_MALFORMED, TIME_UNPARSABLE, TIME_UNSORTED, SHAPE_MISMATCH, INDEX_INVALID
 * where a mark lies outside its series, OPERATION_ABORTED
 */
export function readTcpd(
  path: string,
  annotations?: string,
  options: Pick<LongWorkOptions, 'signal'> = {},
): Promise<LabelledSet<ChangePointMarks>> {
  return readFrom(origin, async () => {
    const marks =
      annotations === undefined ? {} : parsed(marksSchema, await readJsonFile(annotations), annotations);
    const frames: SeriesFrame[] = [];
    const labels = new Map<string, ChangePointMarks>();
    const files = await dataFiles(path, '.json');
    for (const file of files.filter((each) => basename(each) !== 'annotations.json')) {
      throwIfAborted(options.signal, 'readTcpd');
      const frame = frameOf(parsed(seriesSchema, await readJsonFile(file), file), file);
      frames.push(frame);
      if (!Object.hasOwn(marks, frame.id)) continue;
      checkMarks(marks[frame.id], frame, annotations ?? '');
      labels.set(frame.id, marks[frame.id]);
    }
    return { set: new SeriesSet(frames), labels };
  });
}

function frameOf(
  { name, longname, n_obs: length, n_dim: width, time, series }: TcpdSeries,
  file: string,
): SeriesFrame {
  if (series.length !== width) {
    throw malformed(file, `${width} channels, as n_dim says`, `${series.length}`);
  }
  return new SeriesFrame({
    id: name,
    time: time.raw === undefined ? orderAxis(length) : axisOf(time.raw, length, file),
    channels: series.map(({ label, raw }) => ({
      name: label,
      values: raw.map((value) => value ?? Number.NaN),
    })),
    statics: { title: longname },
  });
}

function axisOf(stamps: readonly (string | number)[], length: number, file: string): TimeAxis {
  if (stamps.length !== length) throw malformed(file, `${length} times, as n_obs says`, `${stamps.length}`);
  return observationAxis(
    stamps.map((stamp, i) => {
      const time = parseCivilTime(String(stamp));
      if (time !== undefined) return time;
      throw new TesseraError({
        code: 'TIME_UNPARSABLE',
        argument: `${file}, time.raw[${i}]`,
        expected: 'yyyy, yyyy-mm, yyyy-mm-dd or yyyy-mm-dd hh:mm:ss',
        found: JSON.stringify(stamp),
        wayOut: 'Correct the time',
      });
    }),
  );
}

function checkMarks(marks: ChangePointMarks, { id, length }: SeriesFrame, path: string): void {
  for (const [annotator, steps] of Object.entries(marks)) {
    const outside = steps.find((step) => step >= length);
    if (outside === undefined) continue;
    throw new TesseraError({
      code: 'INDEX_INVALID',
      argument: `${path}, ${id}, annotator ${annotator}`,
      expected: `steps of the series, from 0 to ${length - 1}`,
      found: String(outside),
      wayOut: 'Give series and annotations of the same edition',
    });
  }
}

function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown, path: string): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw malformed(
    path,
    'a file of TCPD',
    `${issue.message} at ${issue.path.map(String).join('.') || 'the top'}`,
  );
}

function malformed(path: string, expected: string, found: string): TesseraError {
  return new TesseraError({
    code: 'TABLE_MALFORMED',
    argument: path,
    expected,
    found,
    wayOut: 'Get the file again from where it is published',
  });
}
