/** The last section of the page: false alarms of the settings, and all that is needed to run the audit again. */
import type { PageBlock, PageSection } from '@tessera/core/charts';
import { brief, timeText } from './describe-finding.js';
import type { AuditData } from './report-schema.js';

/** A longer audit.json lies beside the page and not inside it, so that the page stays quick. */
const longestCarried = 2_000_000;

/** @param audit text of `audit.json` */
export function provenanceSection(data: AuditData, audit: string): PageSection {
  const { provenance, nullRun, falseDiscoveryRate, series } = data;
  const { source, dataHash, patchesHash, configuration, seed, versions, date } = provenance;
  const alarms =
    nullRun === null
      ? 'The settings were not run on a null series.'
      : `The same settings gave ${nullRun.alarms} alarms on ${nullRun.points} points that hold nothing (${nullRun.method}): ${brief(nullRun.alarmsPer1000)} per 1,000 points.`;
  const facts: readonly (readonly [string, string])[] = [
    ['Source', source ?? 'not told'],
    ['Data, SHA-256', dataHash],
    ['Patches, SHA-256', patchesHash],
    ['Seed', seed === null ? 'none' : String(seed)],
    ['Day', date ?? 'not told'],
    ['Frequency', series.frequency ?? 'irregular'],
    ['First step', series.first === null ? 'none' : timeText(series.first)],
    ['Last step', series.last === null ? 'none' : timeText(series.last)],
    ...Object.entries(versions).map(([name, version]): [string, string] => [`Version of ${name}`, version]),
  ];
  return {
    title: 'How it was made',
    blocks: [
      {
        kind: 'text',
        text: `${alarms}\n\nStructures with a q-value (Benjamini and Hochberg) above ${brief(falseDiscoveryRate)} are at most notes.`,
      },
      {
        kind: 'table',
        caption: 'Provenance',
        columns: [{ title: 'What' }, { title: 'Value' }],
        rows: facts.map(([label, value]) => [label, value]),
      },
      { kind: 'code', text: JSON.stringify(configuration, null, 2) },
      auditBlock(audit),
    ],
  };
}

function auditBlock(audit: string): PageBlock {
  if (audit.length > longestCarried) {
    return {
      kind: 'text',
      text: 'Everything else stands in audit.json, which is too long to be carried here.',
    };
  }
  return {
    kind: 'downloads',
    files: [{ name: 'audit.json', mediaType: 'application/json', content: audit }],
  };
}
