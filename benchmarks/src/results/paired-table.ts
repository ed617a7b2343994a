/**
 * Arms against the best of some reference arms, seed by seed: the mean of the first metric with its 95 % interval, and the difference to
 * the reference arm with the least mean. Bold where the interval of the difference leaves 0 out, whichever way it points. The reference
 * arm is picked by the same figures that it is compared by, which favours it.
 */
import type { TaskFile } from '../runner/task-file.js';
import { metricCell, type Table } from './markdown-table.js';
import { meanAndHalfWidth, pairedDifference } from './paired-difference.js';
import type { ResultRow } from './result-file.js';

type Metric = TaskFile['table']['metrics'][number];

/** One arm on one task. */
interface Contender {
  readonly arm: string;
  /** The first metric by seed. */
  readonly bySeed: ReadonlyMap<number, number>;
  /** Mean over the seeds; NaN without one. */
  readonly mean: number;
}

/** A line for each task and arm that was measured, the columns from the metrics. */
export function pairedTable(rows: readonly ResultRow[], file: TaskFile): Table {
  const [first, ...others] = file.table.metrics;
  const lines = file.tasks.flatMap(({ name }) => {
    const own = rows.filter(({ task }) => task === name);
    const contenders = contendersOf(own, file, first);
    const reference = referenceOf(contenders, file);
    const control = contenders.find(({ arm }) => arm === file.table.control);
    return contenders.map((contender) => [
      name,
      withSeeds(contender, own),
      meanCell(contender, first),
      differenceCell(contender, reference, first),
      ...(file.table.control === undefined ? [] : [differenceCell(contender, control, first)]),
      ...others.map((metric) => metricCell(rowValue(own, contender.arm, metric), metric)),
    ]);
  });
  const title = titleOf(first);
  return {
    header: [
      'task',
      'arm',
      title,
      `${title} less that of the better uniform arm`,
      ...(file.table.control === undefined ? [] : [`less that of ${file.table.control}`]),
      ...others.map(titleOf),
    ],
    lines,
  };
}

/** A line for each task: the reference, and the differences of the arms that the file calls short. */
export function shortTable(rows: readonly ResultRow[], file: TaskFile): Table {
  const [first] = file.table.metrics;
  const { short } = file.table;
  const lines = file.tasks.flatMap(({ name }) => {
    const contenders = contendersOf(
      rows.filter(({ task }) => task === name),
      file,
      first,
    );
    const reference = referenceOf(contenders, file);
    if (reference === undefined) return [];
    const differences = short.map((arm) => {
      const contender = contenders.find((each) => each.arm === arm);
      return contender === undefined ? '–' : differenceCell(contender, reference, first);
    });
    return [[name, reference.arm, meanCell(reference, first), ...differences]];
  });
  const title = titleOf(first);
  return {
    header: ['task', 'better uniform arm', `its ${title}`, ...short.map((arm) => `${arm}, less that`)],
    lines,
  };
}

function contendersOf(rows: readonly ResultRow[], file: TaskFile, { name }: Metric): Contender[] {
  return file.arms.flatMap(({ name: arm }) => {
    const bySeed = new Map<number, number>();
    for (const row of rows) {
      const seed = new RegExp(`^${name}_seed_(\\d+)$`).exec(row.metric)?.[1];
      // A seed that diverged has no finite error, and neither has the mean.
      if (row.arm === arm && seed !== undefined) bySeed.set(Number(seed), row.value ?? Number.NaN);
    }
    return bySeed.size === 0 ? [] : [{ arm, bySeed, mean: meanAndHalfWidth([...bySeed.values()])[0] }];
  });
}

/** The reference arm with the least mean. */
function referenceOf(contenders: readonly Contender[], { table }: TaskFile): Contender | undefined {
  return contenders
    .filter(({ arm, mean }) => table.references.includes(arm) && Number.isFinite(mean))
    .sort((a, b) => a.mean - b.mean)[0];
}

/** The name of the arm, and how many seeds are done where some are missing. */
function withSeeds({ arm, bySeed }: Contender, rows: readonly ResultRow[]): string {
  const asked = rows.find((row) => row.arm === arm)?.settings.seeds;
  const all = Array.isArray(asked) ? asked.length : bySeed.size;
  return bySeed.size < all ? `${arm} (${bySeed.size} of ${all} seeds)` : arm;
}

function meanCell({ bySeed, mean }: Contender, { digits }: Metric): string {
  const half = meanAndHalfWidth([...bySeed.values()])[1];
  if (!Number.isFinite(mean)) return 'not finite';
  return Number.isFinite(half) ? `${mean.toFixed(digits)} ± ${half.toFixed(digits)}` : mean.toFixed(digits);
}

function differenceCell(contender: Contender, reference: Contender | undefined, { digits }: Metric): string {
  if (reference === undefined) return '–';
  if (contender.arm === reference.arm) return 'reference';
  const [mean, half] = pairedDifference(contender.bySeed, reference.bySeed);
  if (!Number.isFinite(mean)) return '–';
  if (!Number.isFinite(half)) return signed(mean, digits);
  const text = `${signed(mean, digits)} [${signed(mean - half, digits)}, ${signed(mean + half, digits)}]`;
  return Math.abs(mean) > half ? `**${text}**` : text;
}

/** With its sign, and a true minus. */
function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  return Number(text) === 0 ? text : `${value < 0 ? '−' : '+'}${text}`;
}

function rowValue(rows: readonly ResultRow[], arm: string, { name }: Metric): number | null | undefined {
  return rows.find((row) => row.arm === arm && row.metric === name)?.value;
}

function titleOf({ name, title = name }: Metric): string {
  return title;
}
