/** `tessera audit FILE`: what of each series survives its patches, as reports for people and pipelines, with an exit code to branch on. */
import { parseOptions, type SeriesFrame } from '@tessera/core';
import {
  type AuditOptions,
  audit,
  type DetectorName,
  detectorNames,
  type FailOn,
  type PreservationReport,
  policyNames,
  type ReportFormat,
  reportFormats,
  reportOptions,
  type SummaryName,
  summaryNames,
} from '@tessera/patching';
import { Command, InvalidArgumentError, Option } from 'commander';
import { readBaselines, seriesFolders } from '../audit/audit-folders.js';
import { readJsonFile } from '../audit/json-file.js';
import { eventsOf, type KnownEvents, readEvents, withInterventions } from '../audit/known-events.js';
import { patchesOf } from '../audit/patches-of.js';
import { reportText } from '../audit/report-text.js';
import { auditExitCodes } from '../terminal/exit-code.js';
import { progressView } from '../terminal/progress-view.js';
import type { Session } from '../terminal/terminal.js';
import { addTableOptions, list, positiveInteger, readSeries, type TableOptions } from './table-options.js';

interface AuditCommandOptions extends Omit<TableOptions, 'format'> {
  readonly tableFormat?: TableOptions['format'];
  readonly policy: string;
  readonly patches?: string;
  readonly level: number;
  readonly survives: SummaryName;
  readonly intervention: readonly string[];
  readonly controls: readonly string[];
  readonly season?: number;
  readonly events?: string;
  readonly detectors?: readonly DetectorName[];
  readonly config?: string;
  readonly today?: string;
  readonly seed: number;
  readonly format: readonly ReportFormat[];
  readonly baseline?: string;
  readonly failOn: FailOn;
  readonly out: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

export function auditCommand(session: Session): Command {
  return addTableOptions(new Command('audit'), { formatFlag: '--table-format' })
    .description('Tell which spikes, changes, regimes, gaps and intervention effects patches erase')
    .option(
      '--policy <name>',
      `policy that places the patches: a file of a learned one, or ${policyNames.join(', ')} with steps per patch`,
      'uniform:32',
    )
    .option('--patches <file>', 'audit the patches of this JSON file instead')
    .option('--level <number>', 'level of a tree of patches, 0 the finest', wholeNumber, 0)
    .addOption(
      new Option('--survives <summary>', 'what is kept of a patch').choices(summaryNames).default('mean'),
    )
    .option('--intervention <times>', 'moments of interventions, comma-separated', list, [])
    .option(
      '--controls <columns>',
      'columns that no intervention reaches and that share the course of the target',
      list,
      [],
    )
    .option(
      '--season <steps>',
      'season that effects of interventions are told from, 1 for none (default: the usual one of the frequency)',
      positiveInteger,
    )
    .option('--events <file>', 'JSON list of known events: kind, start, and end, channel, series')
    .option(
      '--detectors <names>',
      `detectors that run, or none: ${detectorNames.join(', ')} (default: all but the online one)`,
      detectors,
    )
    .option('--config <file>', 'JSON with rules, suppressions, falseDiscoveryRate')
    .option('--today <date>', 'day of the audit, YYYY-MM-DD; needed where a suppression expires')
    .option('--seed <number>', 'seed of the null series', wholeNumber, 0)
    .option('--format <names>', `forms of the report: ${reportFormats.join(',')}`, formats, [
      ...reportFormats,
    ])
    .option('--baseline <file>', 'earlier audit.json; of several series, the folder of the earlier run')
    .addOption(
      new Option('--fail-on <severity>', 'mildest severity that makes the exit code fail')
        .choices(['warn', 'error'])
        .default('error'),
    )
    .requiredOption('--out <folder>', 'folder for the reports (required)')
    .option('--json', 'print the audits as JSON and nothing else')
    .option('--quiet', 'show no progress and no notes')
    .addHelpText(
      'after',
      '\nExit codes: 0 pass, 1 warnings asked to fail, 2 failures, 3 bad usage or input, 4 internal error, 130 interrupted.',
    )
    .action(async (file: string, options: AuditCommandOptions) => {
      session.finish(await runAudit(file, options, session));
    });
}

/**
 * ```
 * table -> series -> patches, known events -> audit -> files, a summary, one exit code
 * ```
 */
async function runAudit(file: string, options: AuditCommandOptions, session: Session): Promise<number> {
  const { out, failOn, tableFormat, format: forms, controls, past = [], ...table } = options;
  const target = table.target ?? (table.wide === true ? [] : ['y']);
  const named = [...target, ...(table.future ?? []), ...past];
  const covariates = [...past, ...controls.filter((name) => !named.includes(name))];
  const quiet = options.quiet === true || options.json === true;
  const set = await readSeries(
    file,
    {
      ...table,
      ...(covariates.length === 0 ? {} : { past: covariates }),
      ...(tableFormat === undefined ? {} : { format: tableFormat }),
    },
    session,
    quiet,
  );
  const folders = seriesFolders(out, set.ids);
  const baselines = await readBaselines(options.baseline, set.ids);
  const events = options.events === undefined ? [] : await readEvents(options.events, set.ids);
  const config = await readConfig(options.config);
  const view = progressView(session.error, quiet);
  const work = { signal: session.signal, onProgress: view.onProgress };
  const reports: PreservationReport[] = [];
  try {
    for (const [index, frame] of set.frames.entries()) {
      const source = file === '-' ? undefined : file;
      const more = { ...config, source, baseline: baselines[index], ...work };
      const report = await auditOf(frame, options, events, more);
      const written = await report.write(folders[index], forms, { ...work, failOn });
      view.close();
      reports.push(report);
      if (options.json !== true) session.output.write(`${reportText(report)}\n`);
      if (!quiet) session.error.write(`${written.map((path) => `wrote ${path}`).join('\n')}\n`);
    }
  } finally {
    view.close();
  }
  if (options.json === true) session.output.write(`${JSON.stringify(reports)}\n`);
  return Math.max(...reports.map((report) => codeOf(report, failOn)));
}

async function auditOf(
  frame: SeriesFrame,
  options: AuditCommandOptions,
  events: KnownEvents,
  more: AuditOptions,
): Promise<PreservationReport> {
  const { survives, seed, today, intervention, controls, season } = options;
  const named = options.detectors === undefined ? {} : { detectors: options.detectors };
  return await audit(withInterventions(frame, intervention), await patchesOf(frame, options, more), {
    ...more,
    ...named,
    survives,
    seed,
    today,
    controls,
    season,
    events: eventsOf(frame, events),
  });
}

const configForm = reportOptions
  .pick({ rules: true, suppressions: true, falseDiscoveryRate: true, drawnChannels: true, closeUps: true })
  .partial();

async function readConfig(path: string | undefined): Promise<AuditOptions> {
  if (path === undefined) return {};
  return parseOptions(configForm, await readJsonFile(path, 'rules and suppressions'), 'configuration');
}

/** What was not assessed is no pass: it fails where warnings do. */
function codeOf({ outcome }: PreservationReport, failOn: FailOn): number {
  switch (outcome) {
    case 'failed':
      return auditExitCodes.failed;
    case 'warned':
    case 'not-assessed':
      return failOn === 'warn' ? auditExitCodes.warned : auditExitCodes.passed;
    case 'passed':
    case 'nothing-found':
      return auditExitCodes.passed;
  }
}

function formats(text: string): ReportFormat[] {
  return list(text).map((name) => {
    const format = reportFormats.find((each) => each === name);
    if (format === undefined) throw new InvalidArgumentError(`Allowed are ${reportFormats.join(', ')}.`);
    return format;
  });
}

function detectors(text: string): DetectorName[] {
  if (text === 'none') return [];
  return list(text).map((name) => {
    const detector = detectorNames.find((each) => each === name);
    if (detector === undefined)
      throw new InvalidArgumentError(`Allowed are none, ${detectorNames.join(', ')}.`);
    return detector;
  });
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0 || text.trim() === '') {
    throw new InvalidArgumentError('Give a whole number of at least 0.');
  }
  return value;
}
