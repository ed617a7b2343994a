/**
 * The benchmark command: reads the words, picks the suite, prints what happens. Results go to a file, progress to
 * standard error, tables to standard output.
 */
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Progress, TesseraError } from '@tessera/core';
import { dataFolder, missingData, quickFolder, repository, resultsFolder } from './paths.js';
import { updateDocuments } from './results/documents.js';
import { metricCell } from './results/markdown-table.js';
import { updateMemoryChart } from './results/memory-chart.js';
import { readRows } from './results/result-file.js';
import { tableFromRows } from './results/table.js';
import { type RunEvent, runSuite } from './runner/run-suite.js';
import type { Suite } from './runner/suite.js';
import { readTaskFile, type TaskFile } from './runner/task-file.js';
import { suites as allSuites } from './suites/suites.js';

export const exitCodes = {
  done: 0,
  badUsage: 2,
  /** At least one arm failed; what came out of the others is stored. */
  failure: 3,
  /** The data of the suite is not on this machine: nothing was measured. */
  dataMissing: 4,
  interrupted: 130,
} as const;

const help = `npm run bench -- SUITE [options]

Runs every task of a suite with every arm and stores one line for each. A first part of several names, such as preservation,
runs all of them.

Suites
SUITES
  tables           writes the tables and charts of README and docs anew from what is stored

Options
  --quick          the same code on a small share, in under a minute; to out/bench/SUITE.json
  --out FILE       where the results go; default benchmarks/results/SUITE.json
  --resume         go on where an earlier run stopped (the default; with --quick: off)
  --fresh          run everything again, and drop what the file holds
  --task NAME      only this task; may be given again
  --arm NAME       only this arm; may be given again
  --help           this text

Exit codes: 0 done, 2 bad usage, 3 an arm failed, 4 data missing, 130 stopped by Ctrl-C.
`;

export interface CommandContext {
  readonly suites?: readonly Suite[] | undefined;
  readonly dataFolder?: string;
  /** Where results go without `--out`. */
  readonly resultsFolder?: string;
  readonly quickFolder?: string;
  readonly output?: (text: string) => void;
  readonly error?: (text: string) => void;
  /** Stops the run as Ctrl-C does. */
  readonly signal?: AbortSignal;
}

/** Runs the command and returns its exit code. */
export async function runCommand(words: readonly string[], context: CommandContext = {}): Promise<number> {
  const { suites = allSuites } = context;
  const output = context.output ?? ((text) => process.stdout.write(text));
  const error = context.error ?? ((text) => process.stderr.write(text));
  let parsed: ReturnType<typeof parseWords>;
  try {
    parsed = parseWords(words);
  } catch (cause) {
    error(`${cause instanceof Error ? cause.message : cause}\nTry npm run bench -- --help\n`);
    return exitCodes.badUsage;
  }
  const { name, values } = parsed;
  if (values.help) {
    output(await helpText(suites));
    return exitCodes.done;
  }
  if (name === 'tables') {
    const changed = [...(await updateDocuments()), ...(await updateMemoryChart())];
    output(
      changed.length === 0
        ? 'All tables and charts are as the rows give them.\n'
        : `Updated ${changed.join(', ')}.\n`,
    );
    return exitCodes.done;
  }
  // `preservation` stands for every suite whose name goes on from it.
  const exact = suites.filter((each) => each.name === name);
  const chosen = exact.length > 0 ? exact : suites.filter((each) => each.name.startsWith(`${name}-`));
  if (chosen.length === 0) {
    error(
      `${name === undefined ? 'No suite was named' : `There is no suite "${name}"`}.\n\n${await helpText(suites)}`,
    );
    return exitCodes.badUsage;
  }
  if (chosen.length > 1 && values.out !== undefined) {
    error(`--out is one file, and ${name} stands for ${chosen.map((each) => each.name).join(', ')}.\n`);
    return exitCodes.badUsage;
  }
  let worst: number = exitCodes.done;
  for (const suite of chosen) {
    const file = await readTaskFile(suite.name);
    const code = await runOne(suite, file, { ...context, output, error }, values);
    if (code === exitCodes.interrupted || code === exitCodes.badUsage) return code;
    worst = Math.max(worst, code);
  }
  return worst;
}

async function runOne(
  suite: Suite,
  file: TaskFile,
  context: CommandContext & Required<Pick<CommandContext, 'output' | 'error'>>,
  values: ReturnType<typeof parseWords>['values'],
): Promise<number> {
  const { output, error } = context;
  const folder = context.dataFolder ?? dataFolder;
  const missing = missingData(file.data, folder);
  if (missing.length > 0) {
    error(
      `${file.suite} was not run: it reads the folder ${missing.join(', ')} of the benchmark data, which is not here. ` +
        'Set TESSERA_DATA to the folder that holds it.\n',
    );
    return exitCodes.dataMissing;
  }
  const usual = values.quick
    ? (context.quickFolder ?? quickFolder)
    : (context.resultsFolder ?? resultsFolder);
  const out = values.out === undefined ? join(usual, `${file.suite}.json`) : resolve(values.out);
  // A share of the tasks is no match for figures of the whole.
  const shown = values.quick ? { ...file, published: [] } : file;
  const stop = new AbortController();
  const onInterrupt = () => stop.abort();
  process.once('SIGINT', onInterrupt);
  const signal = context.signal === undefined ? stop.signal : AbortSignal.any([context.signal, stop.signal]);
  try {
    const outcome = await runSuite(suite, file, {
      out,
      quick: values.quick,
      fresh: values.fresh || (values.quick && !values.resume),
      dataFolder: folder,
      ...(values.task === undefined ? {} : { tasks: values.task }),
      ...(values.arm === undefined ? {} : { arms: values.arm }),
      signal,
      onProgress: progressLine(process.stderr),
      onEvent: (event) => error(eventLine(event, file)),
    });
    output(
      `\n${tableFromRows(await readRows(out), shown)}\n\nResults: ${relative(repository, out) || out}\n`,
    );
    const { storedBefore, unavailable, failed } = outcome;
    if (storedBefore > 0) error(`${storedBefore} stored before; --fresh runs them again.\n`);
    if (unavailable > 0) error(`${unavailable} could not run on this machine.\n`);
    if (failed > 0) error(`${failed} failed.\n`);
    return failed > 0 ? exitCodes.failure : exitCodes.done;
  } catch (cause) {
    if (!TesseraError.is(cause)) throw cause;
    if (cause.code !== 'OPERATION_ABORTED') {
      error(`${cause.message}\n`);
      return exitCodes.badUsage;
    }
    error(
      `\nStopped. What was done is in ${relative(repository, out)}; the same command goes on from there.\n`,
    );
    return exitCodes.interrupted;
  } finally {
    process.removeListener('SIGINT', onInterrupt);
  }
}

function parseWords(words: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      out: { type: 'string' },
      resume: { type: 'boolean', default: false },
      fresh: { type: 'boolean', default: false },
      task: { type: 'string', multiple: true },
      arm: { type: 'string', multiple: true },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (positionals.length > 1) throw new Error(`One suite at a time, not ${positionals.join(' ')}.`);
  if (values.resume && values.fresh) throw new Error('--resume and --fresh exclude each other.');
  return { name: positionals[0], values };
}

async function helpText(suites: readonly Suite[]): Promise<string> {
  const files = await Promise.all(suites.map(({ name }) => readTaskFile(name)));
  const lines = files.map(({ suite, about }) => `  ${suite.padEnd(16)} ${about}`);
  return help.replace('SUITES', lines.join('\n'));
}

function eventLine({ number, total, task, arm, state, rows, reason }: RunEvent, file: TaskFile): string {
  const what = `[${number}/${total}] ${task} ${arm}`;
  if (state === 'begins') return `${what} …\n`;
  if (reason !== undefined) return `${what}: ${state}: ${reason}\n`;
  const shown = file.table.metrics.flatMap((metric) => {
    const row = rows.find((each) => each.metric === metric.name);
    return row === undefined ? [] : [`${metric.title ?? metric.name} ${metricCell(row.value, metric)}`];
  });
  return `${what}: ${state}: ${shown.join(', ')}\n`;
}

/** Redraws one line on a terminal; silent elsewhere, where the events are enough. */
function progressLine(stream: NodeJS.WriteStream): ((progress: Progress) => void) | undefined {
  if (!stream.isTTY) return undefined;
  return ({ done, total, remaining }) => {
    const left = remaining === undefined ? '' : `, ${Math.ceil(remaining / 1000)} s left`;
    stream.write(done === total ? '\r\u001b[K' : `\r\u001b[K  ${done} of ${total}${left}`);
  };
}
