/**
 * A name for a finding that outlives reruns: a hash of what it is about (rule, series, channel, detector, moments) and of none of
 * its figures, so that neither float noise nor the order of findings changes it. A structure that a detector places elsewhere is
 * another finding.
 */
import { createHash } from 'node:crypto';

export interface FingerprintSubject {
  readonly series: string;
  readonly ruleId: string;
  readonly channel: string;
  readonly detector: string;
  /** First and last moment, UTC milliseconds. */
  readonly timestamps: readonly [number, number];
}

/**
 * SHA-256 of each subject in hexadecimal. Subjects that agree in everything are numbered, so that all are distinct.
 */
export function fingerprints(subjects: readonly FingerprintSubject[]): string[] {
  const seen = new Map<string, number>();
  return subjects.map(({ series, ruleId, channel, detector, timestamps }) => {
    const subject = [1, series, ruleId, channel, detector, ...timestamps];
    const key = JSON.stringify(subject);
    const before = seen.get(key) ?? 0;
    seen.set(key, before + 1);
    return sha256(before === 0 ? key : JSON.stringify([...subject, before]));
  });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
