import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { qValues } from '../../../src/preservation/report/false-discovery.js';
import { gradeChecks, severityOf } from '../../../src/preservation/report/grade.js';
import { resolveRules } from '../../../src/preservation/report/rules.js';
import { check } from './example-audit.js';

const spikes = resolveRules().get('spike-survival');
if (spikes === undefined) throw new Error('the rule of spikes is missing');

describe('severity of a check', () => {
  it.each([
    ['preserved', 'none'],
    ['attenuated', 'warning'],
    ['displaced', 'warning'],
    ['merged', 'warning'],
    ['erased', 'error'],
    ['invented', 'warning'],
    ['not-assessable', 'note'],
  ] as const)('is by default that of its verdict: %s is %s', (verdict, severity) => {
    expect(severityOf(check({ verdict }), spikes)).toBe(severity);
  });

  it('is raised by thresholds on the ratio and never lowered', () => {
    const strict = { ...spikes, warnBelow: 0.95, errorBelow: 0.5 };
    expect(severityOf(check({ ratio: 0.96 }), strict)).toBe('none');
    expect(severityOf(check({ ratio: 0.95 }), strict)).toBe('none');
    expect(severityOf(check({ ratio: 0.94 }), strict)).toBe('warning');
    expect(severityOf(check({ ratio: 0.49 }), strict)).toBe('error');
    expect(severityOf(check({ ratio: -1 }), strict)).toBe('error');
    expect(severityOf(check({ ratio: 1, verdict: 'erased' }), strict)).toBe('error');
  });

  it('does not read a ratio that is not there', () => {
    const strict = { ...spikes, warnBelow: 0.95, errorBelow: 0.5 };
    expect(severityOf(check({ ratio: null }), strict)).toBe('none');
    expect(severityOf(check({ ratio: 0, verdict: 'not-assessable' }), strict)).toBe('note');
  });
});

describe('grading', () => {
  const erased = (start: number, pValue: number | null = null) => check({ start, verdict: 'erased', pValue });

  it('makes alerts notes where the rule keeps the share it asks for', () => {
    const checks = [erased(1), check({ start: 2 }), check({ start: 3 }), check({ start: 4 })];
    const at = (mostly: number) =>
      gradeChecks(checks, resolveRules({ 'spike-survival': { mostly } }), 1).map(({ severity }) => severity);
    expect(at(0.76)).toEqual(['error', 'none', 'none', 'none']);
    expect(at(0.75)).toEqual(['note', 'none', 'none', 'none']);
  });

  it('counts what is not assessable neither for nor against the share', () => {
    const checks = [erased(1), check({ start: 2 }), check({ start: 3, verdict: 'not-assessable' })];
    const graded = gradeChecks(checks, resolveRules({ 'spike-survival': { mostly: 0.6 } }), 1);
    expect(graded.map(({ severity }) => severity)).toEqual(['error', 'none', 'note']);
  });

  it('holds a structure that may be chance to a note, and never one without a p-value', () => {
    const graded = gradeChecks([erased(1, 0.2), erased(2, 0.01), erased(3)], resolveRules(), 0.05);
    expect(graded.map(({ severity }) => severity)).toEqual(['note', 'error', 'error']);
    expect(graded.map(({ qValue }) => qValue)).toEqual([0.2, 0.02, null]);
  });

  it('leaves out the checks of a rule that is turned off, and their p-values', () => {
    const other = check({ ruleId: 'gap-survival', kind: 'gap', pValue: 0.01 });
    const graded = gradeChecks(
      [erased(1, 0.01), other],
      resolveRules({ 'spike-survival': { enabled: false } }),
      0.05,
    );
    expect(graded.map(({ check: { ruleId }, qValue }) => [ruleId, qValue])).toEqual([['gap-survival', 0.01]]);
  });

  it('gives a way out with alerts alone', () => {
    const [bad, good] = gradeChecks([erased(1), check({ start: 2 })], resolveRules(), 1);
    expect(bad.hint).toContain('Cut shorter patches');
    expect(good.hint).toBe('');
  });

  it.each([
    [{ 'spike-survival': { mostly: 2 } }, 'mostly'],
    [{ 'spike-survival': { mostly: 0.5, warn: 1 } }, 'warn'],
    [{ 'spike-survival': { verdicts: { erased: 'fatal' } } }, 'verdicts'],
    [{ 'no-such-rule': {} }, 'no-such-rule'],
  ])('refuses settings that it does not know: %j', (settings, named) => {
    expect(() => Reflect.apply(resolveRules, undefined, [settings])).toThrowError(
      expect.objectContaining({ code: 'OPTIONS_INVALID', message: expect.stringContaining(named) }),
    );
  });
});

describe('q-values', () => {
  it('are those of Benjamini and Hochberg, worked by hand', () => {
    // p (i) * 4 / i: 0.04, 0.04, 0.0533, 0.8; from the end the running minimum.
    const q = qValues([0.02, 0.01, 0.8, null, 0.04]);
    expect(q.map((value) => (value === null ? null : Number(value.toFixed(10))))).toEqual([
      0.04,
      0.04,
      0.8,
      null,
      Number((0.16 / 3).toFixed(10)),
    ]);
  });

  it('follow the definition, keep the order of the p-values and lie between them and 1', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 }), (p) => {
        const q = qValues(p);
        for (const [i, value] of q.entries()) {
          // Slow and plain: the least rate over all p-values at least as large.
          const rates = p
            .filter((other) => other >= p[i])
            .map((other) => (other * p.length) / p.filter((x) => x <= other).length);
          expect(value).toBeCloseTo(Math.min(1, ...rates), 12);
          expect(value).toBeGreaterThanOrEqual(p[i] - 1e-12);
        }
      }),
    );
  });
});
