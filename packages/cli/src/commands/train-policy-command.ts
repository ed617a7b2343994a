/** `tessera train-policy FILE...`: a patch policy trained by forecasting loss on the series of some tables, taken off and saved. */
import { SeriesSet, TesseraError } from '@tessera/core';
import { type JointTrainingOptions, scoutedLearning, trainJointly } from '@tessera/forecast';
import { Command, InvalidArgumentError, Option } from 'commander';
import { learningText } from '../report/learning-text.js';
import { ledgerText } from '../report/ledger-text.js';
import { prepareFile } from '../report/out-file.js';
import { watchFor, writePolicyCharts } from '../report/policy-charts.js';
import { progressView } from '../terminal/progress-view.js';
import type { Session } from '../terminal/terminal.js';
import { addReadingOptions, list, positiveInteger, readSeries, type TableOptions } from './table-options.js';

const methods = ['scout', 'groups'] as const;
type Method = (typeof methods)[number];

interface TrainPolicyOptions extends TableOptions {
  readonly horizon: number;
  readonly lookback: number;
  readonly rate: readonly number[];
  readonly steps: number;
  readonly method?: Method;
  readonly group?: number;
  readonly seed: number;
  readonly causal?: boolean;
  readonly checkpoint?: string;
  readonly out: string;
  readonly plot?: boolean;
  readonly quiet?: boolean;
}

export function trainPolicyCommand(session: Session): Command {
  const command = new Command('train-policy')
    .description('Train a policy that places patch boundaries, by the loss of a forecaster alone')
    .argument('<files...>', 'tables to learn from, each as for forecast');
  return addReadingOptions(command)
    .option('--horizon <steps>', 'steps ahead that its forecaster answers', positiveInteger, 96)
    .option('--lookback <steps>', 'steps of history that both see', positiveInteger, 336)
    .option('--rate <numbers>', 'steps per patch at least; several for levels, fine to coarse', rates, [8])
    .option('--steps <number>', 'steps of training', positiveInteger, 600)
    .addOption(
      new Option(
        '--method <name>',
        'scout: a first forecaster teaches the policy where something stands, then boundaries are judged one at a time (default for one rate); groups: whole plans are judged, faster (default for several rates)',
      ).choices(methods),
    )
    .option(
      '--group <number>',
      'plans drawn for each window by the method groups (default: 4)',
      positiveInteger,
    )
    .option('--seed <number>', 'seed of everything drawn', positiveInteger, 1)
    .option('--causal', 'place a boundary from what came before it alone')
    .option('--checkpoint <folder>', 'keep the state here and go on from it')
    .option('--out <file>', 'file of the policy', 'policy.safetensors')
    .option(
      '--plot',
      'draw how its boundaries moved and what its cuts earn: -boundaries and -patches as .png, .svg and .vl.json beside --out',
    )
    .option('--quiet', 'show no progress and no notes')
    .action(async (files: readonly string[], options: TrainPolicyOptions) => {
      await runTraining(files, options, session);
    });
}

async function runTraining(
  files: readonly string[],
  options: TrainPolicyOptions,
  session: Session,
): Promise<void> {
  const { horizon, lookback, steps, seed, checkpoint, out } = options;
  const quiet = options.quiet === true;
  const learning = learningOf(options);
  const set = await readAll(files, options, session, quiet);
  // A wrong path should not cost the time of the training.
  await prepareFile(out);
  const view = progressView(session.error, quiet);
  try {
    const {
      policy,
      fitted,
      learning: entries,
      watched,
    } = await trainJointly(
      set,
      { model: { horizon, lookback }, training: { steps, seed }, ...learning },
      {
        signal: session.signal,
        onProgress: view.onProgress,
        checkpoint,
        watch: options.plot === true ? watchFor(steps) : undefined,
      },
    );
    view.close();
    fitted.dispose();
    await policy.save(out);
    await policy.dispose();
    session.output.write(
      `${learningText(entries, checkpoint !== undefined)}\n${ledgerText(fitted.ledger)}\n`,
    );
    const base = out.replace(/\.safetensors$/, '');
    const charts = watched === undefined ? [] : await writePolicyCharts(base, watched, session.signal);
    if (!quiet) for (const path of [out, ...charts]) session.error.write(`wrote ${path}\n`);
  } finally {
    view.close();
  }
}

/** @throws TesseraError OPTIONS_INVALID where the method has no use for what is asked */
function learningOf({ rate, group, method, causal }: TrainPolicyOptions): JointTrainingOptions {
  const isScouted = (method ?? (rate.length === 1 && group === undefined ? 'scout' : 'groups')) === 'scout';
  const isCausal = causal === true;
  if (!isScouted) return { policy: { rates: rate, isCausal }, step: { group } };
  if (rate.length > 1 || group !== undefined) {
    throw new TesseraError({
      code: 'OPTIONS_INVALID',
      argument: '--method scout',
      expected: 'one rate and no --group',
      found: rate.length > 1 ? `--rate ${rate.join(',')}` : `--group ${group}`,
      wayOut:
        'Give --method groups, which learns coarser levels and draws groups of plans, or leave the other out',
    });
  }
  const scouted = scoutedLearning(rate[0]);
  return { ...scouted, policy: { ...scouted.policy, isCausal } };
}

/** All series of all files; those of several files are told apart by the place of their file. */
async function readAll(
  files: readonly string[],
  options: TrainPolicyOptions,
  session: Session,
  quiet: boolean,
): Promise<SeriesSet> {
  const sets: SeriesSet[] = [];
  for (const file of files) sets.push(await readSeries(file, options, session, quiet));
  if (sets.length === 1) return sets[0];
  return new SeriesSet(
    sets.flatMap(({ frames }, i) => frames.map((frame) => frame.withId(`${i + 1}/${frame.id}`))),
  );
}

/** Steps per patch, ascending. */
function rates(text: string): number[] {
  const values = list(text).map(Number);
  if (values.every((value, i) => value >= 1 && (i === 0 || value > values[i - 1]))) return values;
  throw new InvalidArgumentError('Give steps per patch, at least 1, from fine to coarse.');
}
