/** `tessera segment FILE`: where one or several policies cut every series, as a table, as JSON that `audit` reads, and as a picture. */
import { writeFileAtomically } from '@tessera/core/io';
import { type PolicyWindow, policyNames, policyWindows } from '@tessera/patching';
import { Command, InvalidArgumentError } from 'commander';
import { writeChartFiles } from '../report/chart-files.js';
import { drawnSeries, segmentChart } from '../segment/segment-chart.js';
import { type Segmentation, segmentPolicies } from '../segment/segment-policies.js';
import { progressView } from '../terminal/progress-view.js';
import type { Session } from '../terminal/terminal.js';
import { textTable } from '../terminal/text-table.js';
import { addTableOptions, list, positiveInteger, readSeries, type TableOptions } from './table-options.js';

interface SegmentCommandOptions extends TableOptions {
  readonly policy: readonly string[];
  readonly rate?: number;
  readonly last?: number;
  readonly out?: string;
  readonly plot?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Rows of the table shown at a terminal; the rest stands in the file. */
const shownRows = 40;

export function segmentCommand(session: Session): Command {
  return addTableOptions(new Command('segment'))
    .description('Cut every series of a table into patches')
    .option(
      '--policy <names>',
      `files of learned policies, or ${policyNames.join(', ')}, comma-separated; with steps per patch as in uniform:16, with levels as in uniform:8/32 or calendar:week/month`,
      list,
      ['uniform'],
    )
    .option(
      '--rate <steps>',
      'steps per patch at least, where the name says none (default: 16, or as learned)',
      rate,
    )
    .option('--last <steps>', 'cut only the last steps of each series', positiveInteger)
    .option(
      '--out <file>',
      'write the patches here as JSON: by series id, and of several policies by policy first',
    )
    .option('--plot', 'draw them: .png, .svg and .vl.json beside --out, or as patches.*')
    .option('--json', 'print the patches as JSON and nothing else')
    .option('--quiet', 'show no progress and no notes')
    .action(async (file: string, options: SegmentCommandOptions) => {
      await runSegment(file, options, session);
    });
}

async function runSegment(file: string, options: SegmentCommandOptions, session: Session): Promise<void> {
  const { signal } = session;
  const quiet = options.quiet === true || options.json === true;
  const set = await readSeries(file, options, session, quiet);
  const windows = policyWindows(set).map((window) => lastSteps(window, options.last));
  const view = progressView(session.error, quiet);
  const written: string[] = [];
  try {
    const work = { signal, onProgress: view.onProgress };
    const segmentations = await segmentPolicies(options.policy, options.rate, windows, work);
    view.close();
    const content = storedForm(segmentations);
    if (options.json === true) session.output.write(`${JSON.stringify(content)}\n`);
    else session.output.write(`${segmentText(segmentations)}\n`);
    if (options.out !== undefined) {
      await writeFileAtomically(options.out, [JSON.stringify(content)], { signal });
      written.push(options.out);
    }
    if (options.plot === true) {
      const drawn = drawnSeries(segmentations).length;
      if (!quiet && drawn < windows.length) {
        session.error.write(`note: ${drawn} of ${windows.length} series are drawn\n`);
      }
      const unit = set.frames.length === 1 ? set.frames[0].targets[0]?.unit : undefined;
      const spec = segmentChart(`Patches of ${file === '-' ? 'standard input' : file}`, segmentations, unit);
      const base = (options.out ?? 'patches').replace(/\.json$/, '');
      written.push(...(await writeChartFiles(base, spec, signal)));
    }
    if (!quiet) for (const path of written) session.error.write(`wrote ${path}\n`);
  } finally {
    view.close();
  }
}

function lastSteps({ values, times, id }: PolicyWindow, last: number | undefined): PolicyWindow {
  const from = last === undefined ? 0 : Math.max(0, values.length - last);
  return { values: values.subarray(from), times: times?.subarray(from), id };
}

/** Trees by series id, each with the recipe of its policy; of several policies by the name of the policy first. */
function storedForm(segmentations: readonly Segmentation[]): Record<string, unknown> {
  const byId = ({ policy, windows, trees }: Segmentation) =>
    Object.fromEntries(
      trees.map((tree, i) => [windows[i].id ?? String(i), { policy: policy.recipe, ...tree.toJSON() }]),
    );
  const [first, ...others] = segmentations;
  if (others.length === 0) return byId(first);
  return Object.fromEntries(segmentations.map((each) => [each.name, byId(each)]));
}

function segmentText(segmentations: readonly Segmentation[]): string {
  const rows = segmentations.flatMap(({ name, windows, trees }) =>
    trees.flatMap((tree, i) =>
      tree.levels.map((level, depth) => {
        const { patches, compressionRate, minLength, medianLength, maxLength } = level.statistics();
        const series = windows[i].id ?? String(i);
        return [
          series,
          name,
          depth,
          level.length,
          patches,
          compressionRate,
          minLength,
          medianLength,
          maxLength,
        ];
      }),
    ),
  );
  const text = textTable({
    columns: [
      'series',
      'policy',
      'level',
      'steps',
      'patches',
      'steps/patch',
      'shortest',
      'median',
      'longest',
    ],
    rows: rows.slice(0, shownRows),
  });
  return rows.length > shownRows ? `${text}\n… ${rows.length - shownRows} more rows` : text;
}

/** Steps per patch, at least 1. */
function rate(text: string): number {
  const value = Number(text);
  if (!(value >= 1) || !Number.isFinite(value))
    throw new InvalidArgumentError('Give a number of at least 1.');
  return value;
}
