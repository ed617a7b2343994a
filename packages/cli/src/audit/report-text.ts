/** An audit for a person at a terminal: the outcome, the gravest alerts, and how much more there is. */
import {
  findingFigures,
  findingTitle,
  isAlert,
  outcomeText,
  type PreservationReport,
  summaryText,
} from '@tessera/patching';
import { oneLine, textTable } from '../terminal/text-table.js';

const shownAlerts = 20;

export function reportText(report: PreservationReport): string {
  const alerts = report.findings.filter((each) => isAlert(each) && each.suppression === null);
  const shown = alerts.slice(0, shownAlerts);
  const head = oneLine(`${report.data.series.id}: ${outcomeText(report.data)}. ${summaryText(report.data)}`);
  if (shown.length === 0) return head;
  const table = textTable({
    columns: ['severity', 'what', 'verdict'],
    rows: shown.map((finding) => [finding.severity, findingTitle(finding), findingFigures(finding)]),
  });
  const more = alerts.length - shown.length;
  return [head, '', table, ...(more > 0 ? [`… ${more} more alerts`] : [])].join('\n');
}
