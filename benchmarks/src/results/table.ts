/** Results as a Markdown table, with what others published for the same tasks beside ours. */
import { TesseraError } from '@tessera/core';
import type { TaskFile } from '../runner/task-file.js';
import { markdown, metricCell, type Table } from './markdown-table.js';
import { pairedTable, shortTable } from './paired-table.js';
import type { ResultRow } from './result-file.js';

/**
 * The table of a suite with the machine below it; says so where nothing was measured yet.
 *
 * @param part a group of tasks, or `short` for the short form of a paired table. Default all tasks
 * @throws TesseraError TABLE_MALFORMED
 */
export function tableFromRows(rows: readonly ResultRow[], file: TaskFile, part?: string): string {
  const tasks = file.tasks.filter(({ group }) => part === undefined || part === 'short' || group === part);
  if (tasks.length === 0) throw unknownPart(file, part);
  const names = new Set(tasks.map(({ name }) => name));
  const own = part === undefined ? rows : rows.filter(({ task }) => names.has(task));
  if (own.length === 0) return `_Not measured yet: run \`npm run bench -- ${file.suite}\`._`;
  return [markdown(tableOf(own, { ...file, tasks }, part)), '', ...footnotes(own, file)].join('\n');
}

function tableOf(rows: readonly ResultRow[], file: TaskFile, part: string | undefined): Table {
  switch (file.table.lines) {
    case 'arm':
      return armTable(rows, file);
    case 'task':
      return taskTable(rows, file);
    case 'paired':
      return part === 'short' ? shortTable(rows, file) : pairedTable(rows, file);
  }
}

function unknownPart({ suite, tasks }: TaskFile, part: string | undefined): TesseraError {
  return new TesseraError({
    code: 'TABLE_MALFORMED',
    argument: `table of ${suite}`,
    expected: `short, or one of ${[...new Set(tasks.flatMap(({ group }) => group ?? []))].join(', ')}`,
    found: JSON.stringify(part),
    wayOut: 'Name a group of tasks that the suite has',
  });
}

/** Who has numbers, ours first: an arm, or a published model. */
interface Model {
  readonly title: string;
  value(task: string, metric: string): number | null | undefined;
}

function models(rows: readonly ResultRow[], file: TaskFile): Model[] {
  const measured = file.arms.filter(({ name }) => rows.some((row) => row.arm === name));
  const sources = publishedSources(file);
  const others = [...new Set(file.published.map(({ model }) => model))];
  return [
    ...measured.map(({ name }) => ({
      title: name,
      value: (task: string, metric: string) =>
        rows.find((row) => row.arm === name && row.task === task && row.metric === metric)?.value,
    })),
    ...others.map((name) => {
      const own = file.published.filter(({ model }) => model === name);
      const marks = [...new Set(own.map(({ source }) => sources.indexOf(source) + 1))].join(',');
      return {
        title: `_${name}_ <sup>${marks}</sup>`,
        value: (task: string, metric: string) =>
          own.find((entry) => entry.task === task && entry.metric === metric)?.value,
      };
    }),
  ];
}

function armTable(rows: readonly ResultRow[], file: TaskFile): Table {
  const { metrics } = file.table;
  const tasks = file.tasks.filter(({ name }) => rows.some((row) => row.task === name));
  const lines = tasks.flatMap((task) =>
    models(rows, file).flatMap((model) => {
      const values = metrics.map(({ name }) => model.value(task.name, name));
      if (values.every((value) => value === undefined)) return [];
      const cells = values.map((value, i) => metricCell(value, metrics[i]));
      return [[...(tasks.length > 1 ? [task.name] : []), model.title, ...cells]];
    }),
  );
  const titles = metrics.map(({ name, title = name }) => title);
  return { header: [...(tasks.length > 1 ? ['task'] : []), 'model', ...titles], lines };
}

function taskTable(rows: readonly ResultRow[], file: TaskFile): Table {
  const { metrics } = file.table;
  const columns = models(rows, file);
  const lines = file.tasks
    .filter(({ name }) => rows.some((row) => row.task === name))
    .map((task) => [
      task.name,
      ...columns.map((model) => {
        const values = metrics.map(({ name }) => model.value(task.name, name));
        if (values.every((value) => value === undefined)) return '–';
        return values.map((value, i) => metricCell(value, metrics[i])).join(' / ');
      }),
    ]);
  const what = metrics.map(({ name, title = name }) => title).join(' / ');
  return { header: [`task (${what})`, ...columns.map(({ title }) => title)], lines };
}

function footnotes(rows: readonly ResultRow[], file: TaskFile): string[] {
  const machines = new Set(
    rows.map(({ machine, versions }) => {
      const { cpu, cores, memoryGiB, node } = machine;
      return `Tessera ${versions.tessera}, Node ${node}, ${cpu}, ${cores} cores, ${memoryGiB} GiB`;
    }),
  );
  const dates = rows.map(({ date }) => date.slice(0, 10)).sort();
  const from = dates[0];
  const to = dates[dates.length - 1];
  const when = from === to ? from : `${from} to ${to}`;
  const sources = publishedSources(file).map((source, i) => `<sup>${i + 1}</sup> ${source}.`);
  return [
    `Measured with ${[...machines].join('; ')}; ${when}.`,
    ...(sources.length === 0 ? [] : ['', `Published, not measured by us: ${sources.join(' ')}`]),
  ];
}

function publishedSources({ published }: TaskFile): string[] {
  return [...new Set(published.map(({ source }) => source))];
}
