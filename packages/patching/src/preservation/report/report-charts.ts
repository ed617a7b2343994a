/** The charts of an audit as Vega-Lite specifications, from `audit.json` alone; building them loads no Vega. */
import {
  missingnessStrip,
  type SeverityBand,
  seriesAuditChart,
  survivalHeatmap,
  type TopLevelSpec,
} from '@tessera/core/charts/specifications';
import { brief, findingTitle, kindWords } from './describe-finding.js';
import type { AuditData, Finding, Trace } from './report-schema.js';

export interface ReportChart {
  readonly kind: 'channel' | 'close-up' | 'missingness' | 'survival';
  /** Name of the file it is saved as, without an ending. */
  readonly name: string;
  readonly spec: TopLevelSpec;
}

/** Bands drawn in one chart; with more, the gravest. */
const mostBands = 400;
const closeUpHeight = 190;

/** All charts, close-ups of alerts first. */
export function reportCharts(data: AuditData): ReportChart[] {
  const closeUps = data.traces.filter(({ focus }) => focus !== null);
  const channels = data.traces.filter(({ focus }) => focus === null);
  return [
    ...closeUps.map((trace, index) => closeUpChart(data, trace, index)),
    ...channels.map(
      (trace, index): ReportChart => ({
        kind: 'channel',
        name: `channel-${index + 1}`,
        spec: traceSpec(data, trace, trace.channel),
      }),
    ),
    ...missingnessChart(data, channels),
    ...survivalChart(data),
  ];
}

function closeUpChart(data: AuditData, trace: Trace, index: number): ReportChart {
  const finding = data.findings.find(({ fingerprint }) => fingerprint === trace.focus);
  const title = finding === undefined ? trace.channel : `${findingTitle(finding)}: ${finding.verdict}`;
  return {
    kind: 'close-up',
    name: `alert-${index + 1}`,
    spec: traceSpec(data, trace, title, closeUpHeight),
  };
}

function traceSpec(data: AuditData, trace: Trace, title: string, height?: number): TopLevelSpec {
  const { raw, surviving, boundaries, boundaryCount, missing, unit, channel } = trace;
  const [from, to] = [raw.times[0], raw.times[raw.times.length - 1]];
  const inside = data.findings.filter(
    (finding) => finding.channel === channel && finding.timestamps[1] >= from && finding.timestamps[0] <= to,
  );
  const bands = inside.flatMap(bandOf);
  const drawn = bands.slice(0, mostBands);
  const subtitle = [
    boundaryCount === 0
      ? ''
      : boundaries.length < boundaryCount
        ? `Grey rules: ${boundaries.length} of ${boundaryCount} patch boundaries, those around alerts.`
        : 'Grey rules: a patch begins.',
    missing.length === 0 ? '' : 'Dark strip below: missing.',
    bands.length > drawn.length ? `The gravest ${drawn.length} of ${bands.length} findings are marked.` : '',
  ];
  return seriesAuditChart(
    {
      title,
      subtitle: subtitle.filter((part) => part !== '').join(' '),
      unit: unit ?? undefined,
      raw,
      surviving: surviving ?? undefined,
      boundaries,
      bands: drawn,
      missing,
    },
    height === undefined ? {} : { height },
  );
}

function bandOf(finding: Finding): SeverityBand[] {
  const { severity, timestamps, verdict, ratio } = finding;
  if (severity === 'none' || verdict === 'not-assessable') return [];
  const ratioText = ratio === null ? '' : `, ratio ${brief(ratio)}`;
  const label = `${kindWords[finding.kind]} ${verdict}${ratioText}${finding.suppression === null ? '' : ', suppressed'}`;
  return [{ from: timestamps[0], to: timestamps[1], severity, label }];
}

function missingnessChart({ series }: AuditData, channels: readonly Trace[]): ReportChart[] {
  const { first, last } = series;
  if (first === null || last === null || channels.every(({ missing }) => missing.length === 0)) return [];
  const rows = channels.map(({ channel, missing }) => ({ channel, missing }));
  return [
    {
      kind: 'missingness',
      name: 'missing-values',
      spec: missingnessStrip(rows, [first, last], { title: 'Missing values by channel' }),
    },
  ];
}

function survivalChart({ survivalBySize }: AuditData): ReportChart[] {
  if (survivalBySize.length === 0) return [];
  const cells = survivalBySize.map(({ kind, patchSize, ratio, structures }) => ({
    structure: kindWords[kind],
    patchSize,
    ratio,
    count: structures,
  }));
  return [
    {
      kind: 'survival',
      name: 'survival-by-patch-size',
      spec: survivalHeatmap(cells, { title: 'Survival by structure and patch size' }),
    },
  ];
}
