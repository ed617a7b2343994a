/**
 * The audit as Markdown for a pull-request comment. GitHub refuses comments of more than 65,536 characters, so alerts are listed
 * worst first until the room is used up, and what is left out is counted. Names from the data are text: they cannot become markup,
 * links, or mentions of people.
 */
import {
  brief,
  countOf,
  findingFigures,
  findingTitle,
  goneText,
  outcomeText,
  patchText,
  percent,
  summaryText,
} from './describe-finding.js';
import { isAlert } from './grade.js';
import { counts } from './outcome.js';
import type { AuditData, Finding } from './report-schema.js';
import { ruleOf } from './rules.js';

/** Under GitHub’s limit, with room for a line that a bot adds. */
const mostCharacters = 65_000;
/** Longest text of one cell: a name may have any length. */
const longestText = 300;

const marks = { error: '❌', warning: '⚠️', note: 'ℹ️', none: '✅' } as const;

export function markdownOf(data: AuditData): string {
  const alerts = data.findings.filter((each) => isAlert(each) && each.suppression === null);
  const open = alerts.filter(counts);
  const known = alerts.filter((each) => !counts(each));
  const head = [
    `## Audit of ${escaped(data.series.id)}: ${outcomeText(data)}`,
    '',
    `${summaryText(data)} ${countOf(data.patches.count, 'patch').replace('patchs', 'patches')} of ${brief(data.patches.compressionRate)} steps on average over ${data.series.length} steps; what survives: ${escaped(data.surviving.name)}.`,
    '',
  ];
  const tail = [...ruleTable(data), ...boundaryTable(data), ...notJudged(data), ...foot(data)];
  const room = mostCharacters - [...head, ...tail].join('\n').length - 500;
  const body = [
    ...findingTable('Alerts', open, room * 0.8),
    ...findingTable('Unchanged since the baseline', known, room * 0.1),
    ...goneList(data, room * 0.1),
  ];
  const text = `${[...head, ...body, ...tail].join('\n')}\n`;
  return text.length <= mostCharacters
    ? text
    : `${text.slice(0, mostCharacters - 40)}\n\nCut here: see audit.html.\n`;
}

function findingTable(title: string, findings: readonly Finding[], room: number): string[] {
  if (findings.length === 0) return [];
  const lines = [`### ${title}`, '', '| | What | Verdict | Patches | Way out |', '|---|---|---|---|---|'];
  const rows = findings.map((finding) => {
    const state = finding.baselineState === null ? '' : ` (${finding.baselineState})`;
    const cells = [
      `${marks[finding.severity]} ${finding.severity}${state}`,
      escaped(findingTitle(finding)),
      escaped(findingFigures(finding)),
      patchText(finding),
      escaped(finding.hint),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [...lines, ...fitting(rows, room), ''];
}

/** As many lines as the room holds, then how many are left out. */
function fitting(rows: readonly string[], room: number): string[] {
  const kept: string[] = [];
  let used = 0;
  for (const row of rows) {
    used += row.length + 1;
    if (used > room) break;
    kept.push(row);
  }
  const rest = rows.length - kept.length;
  return rest === 0 ? kept : [...kept, '', `${rest} more: see audit.html or audit.json.`];
}

function goneList({ gone }: AuditData, room: number): string[] {
  if (gone.length === 0) return [];
  return [
    '### Gone since the baseline',
    '',
    ...fitting(
      gone.map((each) => `* ${escaped(goneText(each))}`),
      room,
    ),
    '',
  ];
}

function ruleTable({ rules }: AuditData): string[] {
  const rows = rules
    .filter(({ judged, notAssessable }) => judged + notAssessable > 0)
    .map(({ ruleId, judged, notAssessable, keptShare, settings, severity }) => {
      const mark = judged === 0 ? 'not judged' : marks[severity];
      return `| ${mark} | ${ruleOf(ruleId).title} | ${judged} | ${percent(keptShare)} | ${percent(settings.mostly)} | ${notAssessable} |`;
    });
  if (rows.length === 0) return [];
  return [
    '### Rules',
    '',
    '| | Rule | Judged | Kept | Asked for | Not assessable |',
    '|---|---|---:|---:|---:|---:|',
    ...rows,
    '',
  ];
}

/** Channels listed in the smaller tables. */
const mostRows = 20;

function boundaryTable({ boundaries }: AuditData): string[] {
  const scored = boundaries.filter(({ changes }) => changes > 0);
  if (scored.length === 0) return [];
  const rows = scored.slice(0, mostRows).map((each) => {
    const figures = [
      each.recall,
      each.chanceRecall,
      each.correctedRecall,
      each.medianOffset,
      each.straddleRate,
      each.purity,
    ];
    return `| ${escaped(each.channel)} | ${each.changes} | ${figures.map(brief).join(' | ')} |`;
  });
  return [
    '### Boundaries against change points',
    '',
    '| Channel | Changes | Recall | By chance | Corrected | Offset | Straddled | Purity |',
    '|---|---:|---:|---:|---:|---:|---:|---:|',
    ...rows,
    ...(scored.length > mostRows ? ['', `${scored.length - mostRows} more channels: see audit.html.`] : []),
    '',
  ];
}

function notJudged({ skipped }: AuditData): string[] {
  if (skipped.length === 0) return [];
  const rows = skipped.slice(0, mostRows).map(({ check, channel, reason }) => {
    const where = channel === null ? '' : ` of ${escaped(channel)}`;
    return `* ${escaped(check)}${where}: ${escaped(reason)}`;
  });
  const more = skipped.length > mostRows ? [`* ${skipped.length - mostRows} more`] : [];
  return ['### Skipped, which is no pass', '', ...rows, ...more, ''];
}

function foot({ nullRun, provenance }: AuditData): string[] {
  const alarms =
    nullRun === null
      ? 'No run on a null series.'
      : `False alarms on a null series (${escaped(nullRun.method)}): ${brief(nullRun.alarmsPer1000)} per 1,000 points.`;
  const versions = Object.entries(provenance.versions)
    .slice(0, mostRows)
    .map(([name, version]) => `${escaped(name)} ${escaped(version)}`);
  return [
    `${alarms} Data ${provenance.dataHash.slice(0, 12)}, patches ${provenance.patchesHash.slice(0, 12)}${versions.length === 0 ? '' : `, ${versions.join(', ')}`}.`,
  ];
}

const wordJoiner = '\u2060';

/** A text that stays text in GitHub’s Markdown, on one line and of bounded length. */
function escaped(text: string): string {
  const characters = [...text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')];
  const short =
    characters.length > longestText ? `${characters.slice(0, longestText).join('')}…` : characters.join('');
  return (
    short
      .replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] ?? sign)
      .replace(/[\\`*_[\]#|~]/g, (sign) => `\\${sign}`)
      // Mentions, references to issues and bare addresses are found after escapes are gone: an invisible sign breaks them.
      .replace(/@|#(?=\d)|:(?=\/\/)|(?<=www)\./gi, (sign) => `${sign}${wordJoiner}`)
  );
}
