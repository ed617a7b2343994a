/**
 * `audit.json` as text and back. Indented, so that two audits can be compared line by line, but lists of numbers stay on one line.
 */
import { TesseraError } from '@tessera/core';
import { type AuditData, auditSchema } from './report-schema.js';

export function auditText(data: AuditData): string {
  const text = JSON.stringify(data, null, 2);
  // No quote is matched, so a match never begins or ends within a string; the line end tells it from a text like "[1, 2]".
  const compact = text.replace(/\[[\s\d.,+eEnul-]+\]/g, (list) =>
    list.includes('\n') ? list.replace(/\s+/g, '').replaceAll(',', ', ') : list,
  );
  return `${compact}\n`;
}

/**
 * The content of an audit from outside, its fields in the order of the schema.
 *
 * @throws TesseraError AUDIT_INVALID
 */
export function readAudit(content: unknown): AuditData {
  const result = auditSchema.safeParse(content);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new TesseraError({
    code: 'AUDIT_INVALID',
    argument: ['audit', ...issue.path.map(String)].join('.'),
    expected: 'the form of audit.json, version 1',
    found: issue.message,
    wayOut: 'Give a file that this version of Tessera wrote',
    cause: result.error,
  });
}

/** @throws TesseraError AUDIT_INVALID */
export function parseAudit(text: string): AuditData {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new TesseraError({
      code: 'AUDIT_INVALID',
      argument: 'audit',
      expected: 'JSON',
      found: cause instanceof Error ? cause.message : String(cause),
      wayOut: 'Give an audit.json that is whole',
      cause,
    });
  }
  return readAudit(content);
}
