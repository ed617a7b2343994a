/**
 * The audit of the births: which holidays do weekly patches erase, and which do learned ones of the same rate keep? Both are asked about
 * the same known days, with noise and threshold frozen on the raw series. Holidays that do not stand out of it are not assessable
 * and count for neither.
 */
import { join } from 'node:path';
import type { LongWorkOptions, SeriesFrame } from '@tessera/core';
import type { PageSection } from '@tessera/core/charts';
import { loadDataset } from '@tessera/datasets';
import { trainJointly } from '@tessera/forecast';
import {
  audit,
  type PatchPolicy,
  type PreservationReport,
  policyFromName,
  policyWindows,
  reportFormats,
} from '@tessera/patching';
import { textTable } from '../terminal/text-table.js';
import type { Chapter } from './demo.js';

const week = 7;

/** Small enough to learn in seconds. The seed was fixed before the first run. */
const learning = {
  model: {
    lookback: 392,
    horizon: 28,
    width: 32,
    heads: 4,
    hidden: 64,
    layers: 2,
    embedding: { kind: 'crop', samples: week, convolution: { kernel: week, channels: 16 } },
  },
  training: {
    steps: 200,
    batchSize: 32,
    schedule: { peak: 3e-3 },
    validationShare: 0.08,
    evaluateEvery: 50,
    seed: 1,
  },
  policy: { rates: [week], width: 8, kernel: 3, spacing: 2 },
} as const;

const verdicts = ['preserved', 'attenuated', 'erased', 'not-assessable'] as const;

export const holidaysChapter: Chapter = async ({ folder, say, signal, onProgress }) => {
  const work = { signal, onProgress };
  const set = await loadDataset('us-births', work);
  const [frame] = set.frames;
  say('\nBirths on holidays: what do patches erase?');
  const { policy, fitted } = await trainJointly(set, learning, work);
  fitted.dispose();
  const policies = [policyFromName('uniform', week), policy];
  const reports: PreservationReport[] = [];
  const files: string[] = [];
  for (const each of policies) {
    const report = await auditHolidays(frame, each, work);
    reports.push(report);
    files.push(...(await report.write(join(folder, `audit-${each.name}`), reportFormats, { signal })));
  }
  await policy.dispose();
  const names = policies.map(({ name }) => name);
  const rows = [...new Set(frame.interventions.map(({ name }) => name))].map((holiday) => [
    holiday,
    ...reports.flatMap((report) => counts(frame, report, holiday)),
  ]);
  const columns = ['holiday', ...names.flatMap((name) => verdicts.map((verdict) => `${name}: ${verdict}`))];
  const total = (report: PreservationReport) =>
    report.findings.filter(({ verdict }) => verdict === 'erased').length;
  const answer = `Of ${frame.interventions.length} holidays, weekly patches erase ${total(reports[0])} from the means of their patches, and learned ones of the same rate ${total(reports[1])}.`;
  say(`\n${textTable({ columns, rows })}\n${answer}`);
  const section: PageSection = {
    title: 'Births on holidays: what do patches erase?',
    blocks: [
      {
        kind: 'text',
        text: `${answer} Both cut twenty years into patches of a week on average; the learned ones were trained by the loss of a forecaster alone and know of no holiday. A holiday is erased when the mean of its patch no longer stands out of the raw noise. One seed; the benchmarks tell how far it holds.`,
      },
      { kind: 'table', caption: 'Holidays by verdict', columns: columns.map((title) => ({ title })), rows },
      ...reports.flatMap((report, i) =>
        report
          .toVegaLite()
          .filter(({ kind }) => kind === 'channel')
          .map(({ spec }) => ({ kind: 'chart' as const, name: `audit-${names[i]}`, spec })),
      ),
    ],
  };
  return { sections: [section], files };
};

async function auditHolidays(
  frame: SeriesFrame,
  policy: PatchPolicy,
  work: LongWorkOptions,
): Promise<PreservationReport> {
  const [tree] = await policy.segment(policyWindows(frame));
  // Holidays last a day: they are judged as spikes, not as the beginning of a new level.
  return audit(frame.withInterventions([]), tree.finest, {
    ...work,
    detectors: [],
    events: frame.interventions.map(({ time }) => ({ kind: 'spike', start: stepOf(frame, time) })),
    sizes: [],
    nullPoints: 0,
  });
}

/** How many of a holiday’s days got each verdict. */
function counts(frame: SeriesFrame, report: PreservationReport, holiday: string): number[] {
  const steps = new Set(
    frame.interventions.filter(({ name }) => name === holiday).map(({ time }) => stepOf(frame, time)),
  );
  const own = report.findings.filter(({ start }) => steps.has(start));
  return verdicts.map((verdict) => own.filter((finding) => finding.verdict === verdict).length);
}

function stepOf({ time }: SeriesFrame, moment: number): number {
  const step = time.indexOf(moment);
  if (step === undefined) throw new RangeError('a holiday lies on a day of the series');
  return step;
}
