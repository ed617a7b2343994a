import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprints } from '../../../src/preservation/report/fingerprint.js';
import { assembleReport, isAlert } from '../../../src/preservation/report/index.js';
import { check, exampleChecks, exampleFrame, exampleInput, exampleReport } from './example-audit.js';

const alertsOf = (report: ReturnType<typeof exampleReport>) => report.findings.filter(isAlert);

describe('fingerprints', () => {
  it('do not change with float noise, nor with the order of findings', () => {
    const before = new Set(exampleReport().findings.map(({ fingerprint }) => fingerprint));
    fc.assert(
      fc.property(
        fc.shuffledSubarray(exampleChecks(), { minLength: exampleChecks().length }),
        fc.double({ min: 0.999, max: 1.001, noNaN: true }),
        (checks, noise) => {
          const noisy = checks.map((each) => ({ ...each, raw: each.raw === null ? null : each.raw * noise }));
          const after = assembleReport(exampleInput(exampleFrame(), noisy)).findings;
          expect(new Set(after.map(({ fingerprint }) => fingerprint))).toEqual(before);
        },
      ),
      { numRuns: 10 },
    );
  });

  it('tell series, rule, channel, detector and moment apart', () => {
    const subject = {
      series: 'a',
      ruleId: 'spike-survival',
      channel: 'b',
      detector: 'hampel',
      timestamps: [0, 1],
    } as const;
    const variants = [
      subject,
      { ...subject, series: 'b' },
      { ...subject, ruleId: 'gap-survival' },
      { ...subject, channel: 'c' },
      { ...subject, detector: 'given' },
      { ...subject, timestamps: [0, 2] as const },
      subject,
    ];
    expect(new Set(fingerprints(variants)).size).toBe(variants.length);
  });
});

describe('the comparison with a baseline', () => {
  it('calls the same audit unchanged, and lets it pass', () => {
    const again = exampleReport({ baseline: exampleReport() });
    expect(alertsOf(again).map(({ baselineState }) => baselineState)).toEqual(
      alertsOf(again).map(() => 'unchanged'),
    );
    expect(again.data.summary.baseline).toEqual({ new: 0, unchanged: 4, updated: 0, gone: 0 });
    expect(again.outcome).toBe('passed');
    expect(exampleReport().outcome).toBe('failed');
  });

  it('names what is new, what changed and what is gone', () => {
    const [erased, attenuated, preserved, ...rest] = exampleChecks();
    const changed = [
      { ...erased, verdict: 'preserved' as const },
      { ...attenuated, verdict: 'erased' as const },
      { ...preserved, verdict: 'attenuated' as const },
      ...rest,
    ];
    const { data } = assembleReport(exampleInput(exampleFrame(), changed), { baseline: exampleReport() });
    const states = new Map(data.findings.map(({ start, baselineState }) => [start, baselineState]));
    expect(states.get(60)).toBeNull();
    expect(states.get(201)).toBe('updated');
    expect(states.get(330)).toBe('new');
    expect(states.get(250)).toBe('unchanged');
    expect(data.gone.map(({ start, verdict }) => [start, verdict])).toEqual([[60, 'erased']]);
    expect(data.outcome).toBe('failed');
  });
});

describe('suppressions', () => {
  const reason = 'The outlier is a typing error';

  it('cover what agrees with all that is given, keep it in the report, and stop it from counting', () => {
    const report = exampleReport({
      suppressions: [
        { ruleId: 'spike-survival', channel: 'births', reason },
        { ruleId: 'spike-survival', channel: 'visits', reason: 'no such alert' },
        { channel: 'visits', reason: 'known', expires: '2024-01-31' },
      ],
      today: '2024-01-31',
    });
    expect(report.outcome).toBe('passed');
    expect(report.data.summary).toMatchObject({ errors: 0, warnings: 0, suppressed: 4 });
    expect(report.data.suppressions.map(({ state, covered }) => [state, covered])).toEqual([
      ['used', 2],
      ['unused', 0],
      ['used', 2],
    ]);
    expect(report.findings.find(({ start }) => start === 60)?.suppression).toEqual({ reason, expires: null });
  });

  it('expire on the day after their last', () => {
    const suppressions = [{ channel: 'visits', reason, expires: '2024-01-31' }];
    const report = exampleReport({ suppressions, today: '2024-02-01' });
    expect(report.data.suppressions[0]).toMatchObject({ state: 'expired', covered: 0 });
    expect(report.data.summary.suppressed).toBe(0);
  });

  it.each([
    [[{ reason: 'for everything' }], undefined, 'a fingerprint, a ruleId or a channel'],
    [[{ channel: 'a', reason: '  ' }], undefined, 'a reason that is not empty'],
    [[{ channel: 'a', reason, expires: '2024-02-30' }], '2024-01-01', 'a day as YYYY-MM-DD'],
    [[{ channel: 'a', reason, expires: '2024-02-28' }], undefined, 'because a suppression expires'],
  ])('need a reason, something to cover and a day to expire: %j', (suppressions, today, said) => {
    expect(() => exampleReport({ suppressions, today })).toThrowError(
      expect.objectContaining({ code: 'OPTIONS_INVALID', message: expect.stringContaining(said) }),
    );
  });
});

describe('the outcome', () => {
  const outcomeOf = (checks: Parameters<typeof exampleInput>[1], detections = exampleInput().detections) =>
    assembleReport({ ...exampleInput(exampleFrame(), checks), detections }).outcome;

  it('is never a pass for what was skipped or could not be judged', () => {
    const open = check({ verdict: 'not-assessable' });
    expect(outcomeOf([open])).toBe('not-assessed');
    expect(outcomeOf([], [])).toBe('not-assessed');
    expect(
      outcomeOf([], [{ detector: 'hampel', channel: 'births', status: 'not-assessable', structures: 0 }]),
    ).toBe('not-assessed');
  });

  it('tells nothing found apart from passed', () => {
    expect(outcomeOf([], [{ detector: 'hampel', channel: 'births', status: 'none', structures: 0 }])).toBe(
      'nothing-found',
    );
    expect(outcomeOf([check()])).toBe('passed');
    expect(outcomeOf([check({ verdict: 'attenuated' })])).toBe('warned');
    expect(outcomeOf([check({ verdict: 'erased' })])).toBe('failed');
  });

  it('lists a rule that is turned off as skipped', () => {
    const report = exampleReport({ rules: { 'gap-survival': { enabled: false } } });
    expect(report.findings.some(({ ruleId }) => ruleId === 'gap-survival')).toBe(false);
    expect(report.data.skipped).toContainEqual({
      check: 'gap-survival',
      channel: null,
      reason: 'turned off; it would have judged 1 structure',
    });
  });
});
