/**
 * Alerts that a project accepts: for a stated reason, and until a day if it says so. A suppressed alert stays in the report and
 * stops counting. What expired covers nothing, and what covers nothing is told, so that old exceptions do not pile up unseen. The
 * day is the caller’s: no clock is read here.
 */
import { parseOptions, TesseraError } from '@tessera/core';
import { z } from 'zod';
import { isAlert } from './grade.js';
import type { AuditData, Finding, Suppression } from './report-schema.js';
import { ruleIds } from './rule-ids.js';

const day = z.iso.date('a day as YYYY-MM-DD');

const suppressionForm = z
  .strictObject({
    fingerprint: z
      .string('a fingerprint')
      .regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits')
      .optional(),
    ruleId: z.enum(ruleIds).optional(),
    channel: z.string('a channel').optional(),
    reason: z.string('a reason').trim().min(1, 'a reason that is not empty'),
    expires: day.optional(),
  })
  .refine(
    ({ fingerprint, ruleId, channel }) => [fingerprint, ruleId, channel].some((each) => each !== undefined),
    'a fingerprint, a ruleId or a channel',
  );

export const suppressionsForm = z.array(suppressionForm, 'a list of suppressions');

export interface SuppressedFindings {
  readonly findings: readonly Finding[];
  readonly suppressions: AuditData['suppressions'];
}

/**
 * Marks the alerts that are covered; the first suppression that agrees wins.
 *
 * @param today `YYYY-MM-DD`; needed where a suppression expires
 * @throws TesseraError OPTIONS_INVALID
 */
export function suppress(
  findings: readonly Finding[],
  given: readonly Suppression[],
  today: string | undefined,
): SuppressedFindings {
  const list = parseOptions(suppressionsForm, given, 'suppressions');
  if (today === undefined && list.some(({ expires }) => expires !== undefined)) {
    throw new TesseraError({
      code: 'OPTIONS_INVALID',
      argument: 'today',
      expected: 'the day of the audit, because a suppression expires',
      found: 'nothing',
      wayOut: 'Give the day as YYYY-MM-DD',
    });
  }
  const covered = list.map(() => 0);
  // Days in this form sort as texts.
  const isExpired = list.map(
    ({ expires }) => expires !== undefined && today !== undefined && expires < today,
  );
  const marked = findings.map((finding) => {
    if (!isAlert(finding)) return finding;
    const place = list.findIndex((each, index) => !isExpired[index] && covers(each, finding));
    if (place < 0) return finding;
    covered[place] += 1;
    const { reason, expires = null } = list[place];
    return { ...finding, suppression: { reason, expires } };
  });
  const suppressions = list.map(({ fingerprint, ruleId, channel, reason, expires }, index) => ({
    fingerprint: fingerprint ?? null,
    ruleId: ruleId ?? null,
    channel: channel ?? null,
    reason,
    expires: expires ?? null,
    state: isExpired[index]
      ? ('expired' as const)
      : covered[index] > 0
        ? ('used' as const)
        : ('unused' as const),
    covered: covered[index],
  }));
  return { findings: marked, suppressions };
}

function covers({ fingerprint, ruleId, channel }: Suppression, finding: Finding): boolean {
  return (
    (fingerprint === undefined || fingerprint === finding.fingerprint) &&
    (ruleId === undefined || ruleId === finding.ruleId) &&
    (channel === undefined || channel === finding.channel)
  );
}
