import {
  channel,
  foldIn,
  irregularTimeAxis,
  RandomStream,
  randomKey,
  SeriesFrame,
  TesseraError,
} from '@tessera/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };
import type { Patches } from '../../../src/patches/index.js';
import {
  type AuditOptions,
  audit,
  auditVersion,
  type LabelledEvent,
} from '../../../src/preservation/index.js';
import { chunks, frameOf, mean, uniform } from '../checks/check-fixtures.js';

const length = 600;

/** Noise of sd 1 with one structure of each kind that has values, far apart. */
function planted(): Float64Array {
  const stream = new RandomStream(foldIn(randomKey(3), 0));
  const values = Float64Array.from({ length }, (_, t) => {
    const noise = stream.normal();
    const loud = t >= 400 ? 4 : 1;
    return 20 + (t >= 200 ? 8 : 0) + loud * noise;
  });
  values[107] += 15;
  values.fill(Number.NaN, 301, 308);
  return values;
}

const events: readonly LabelledEvent[] = [
  { kind: 'spike', start: 107 },
  { kind: 'mean-change', start: 200 },
  { kind: 'gap', start: 301, end: 308 },
  { kind: 'variance-change', start: 400 },
];

async function verdicts(options: AuditOptions, patches: Patches, values = planted()) {
  const report = await audit(frameOf(values), patches, {
    detectors: [],
    nullPoints: 0,
    sizes: [],
    events,
    ...options,
  });
  return Object.fromEntries(report.data.findings.map(({ kind, verdict }) => [kind, verdict]));
}

describe('audit of known events', () => {
  it('finds nothing wrong with patches of one step, and with the identity', async () => {
    const kept = {
      spike: 'preserved',
      'mean-change': 'preserved',
      gap: 'preserved',
      'variance-change': 'preserved',
    };
    expect(await verdicts({ survives: 'mean' }, uniform(length, 1))).toEqual(kept);
    expect(await verdicts({ survives: 'identity' }, uniform(length, 32))).toEqual(kept);
  });

  it('flags everything under a constant', async () => {
    const constant = {
      name: 'constant',
      summarise: () => [7],
      rebuild: (_: ArrayLike<number>, steps: number) => new Float64Array(steps).fill(7),
    };
    const lost = { spike: 'erased', 'mean-change': 'erased', gap: 'erased', 'variance-change': 'erased' };
    expect(await verdicts({ survives: constant }, uniform(length, 16))).toMatchObject(lost);
    const reconstruction = { y: new Float64Array(length).fill(7) };
    expect(await verdicts({ survives: { reconstruction } }, uniform(length, 16))).toMatchObject(lost);
    const whole = { ...lost };
    expect(await verdicts({ survives: 'mean' }, uniform(length, length))).toEqual(whole);
  });

  it('preserves the spike with kept extremes where the mean erases it', async () => {
    expect((await verdicts({ survives: 'mean' }, uniform(length, 64))).spike).toBe('erased');
    expect((await verdicts({ survives: 'min-max-first-last' }, uniform(length, 64))).spike).toBe('preserved');
  });

  it('judges figures that cannot be drawn as tokens, and agrees with the mean', async () => {
    const summarise = (values: Float64Array) => [mean(values)];
    const of = (size: number) => verdicts({ survives: { name: 'own', summarise } }, uniform(length, size));
    expect((await of(4)).spike).toBe('attenuated');
    expect((await of(64)).spike).toBe('erased');
  });
});

describe('audit under a latent view', () => {
  const values = planted().map((value) => (Number.isNaN(value) ? 28 : value));
  const known = events.filter(({ kind }) => kind !== 'gap');

  it('reads tokens that copy their patch as preserved and tokens of nothing as erased', async () => {
    const copies = { encode: (window: Float64Array) => chunks(window, 8), window: 64 };
    const copied = await verdicts({ survives: copies, events: known }, uniform(length, 8), values);
    expect(copied.spike).toBe('preserved');
    const nothing = { encode: (window: Float64Array) => chunks(window, 8).map(() => [1]), window: 64 };
    expect(await verdicts({ survives: nothing, events: known }, uniform(length, 8), values)).toEqual({
      spike: 'erased',
      'mean-change': 'erased',
      'variance-change': 'erased',
    });
  });

  it('measures A / sqrt(P) of a spike in tokens that are means', async () => {
    const survives = {
      encode: (window: Float64Array) => chunks(window, 16).map((part) => [mean(part)]),
      window: 64,
    };
    const report = await audit(frameOf(values), uniform(length, 16), {
      survives,
      detectors: [],
      nullPoints: 0,
      events: [{ kind: 'spike', start: 107 }],
      edits: 512,
    });
    const [finding] = report.data.findings;
    expect((finding.surviving ?? 0) / ((finding.raw ?? 0) / 4)).toBeCloseTo(1, 0);
    expect(finding.ratio).toBeGreaterThan(0.2);
    expect(finding.ratio).toBeLessThan(0.3);
  });

  it('cannot assess an encoder that breaks on missing values', async () => {
    const survives = {
      encode: (window: Float64Array) => chunks(window, 8).map((part) => [part[0]]),
      window: 64,
    };
    const report = await audit(frameOf(planted()), uniform(length, 8), {
      survives,
      detectors: [],
      nullPoints: 0,
      events: [{ kind: 'gap', start: 301, end: 308 }],
    });
    expect(report.data.findings[0].verdict).toBe('not-assessable');
    expect(report.data.outcome).toBe('not-assessed');
  });
});

describe('audit', () => {
  it('names its version as the package does', () => {
    expect(auditVersion).toBe(manifest.version);
  });

  it('is the same in every byte when run again, and changes no input', async () => {
    const values = planted();
    const frame = frameOf(values);
    const before = frame.channels[0].values.slice();
    const run = async () => JSON.stringify((await audit(frame, uniform(length, 16), { events })).data);
    expect(await run()).toBe(await run());
    expect(frame.channels[0].values).toEqual(before);
  });

  it('reports progress, and stops where the signal says so', async () => {
    const stages: string[] = [];
    await audit(frameOf(planted()), uniform(length, 16), { onProgress: ({ stage }) => stages.push(stage) });
    expect(stages).toEqual(['audit']);
    const signal = AbortSignal.abort();
    await expect(audit(frameOf(planted()), uniform(length, 16), { signal })).rejects.toMatchObject({
      code: 'OPERATION_ABORTED',
    });
  });

  it('refuses what does not fit, by code', async () => {
    const frame = frameOf(planted());
    await expect(audit(frame, uniform(10, 2))).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
    await expect(audit(frame, uniform(length, 8), { threshold: -1 })).rejects.toMatchObject({
      code: 'OPTIONS_INVALID',
    });
    await expect(audit(frame, uniform(length, 8), { channels: ['x'] })).rejects.toMatchObject({
      code: 'CHANNEL_UNKNOWN',
    });
    const reconstruction = { y: new Float64Array(3) };
    await expect(audit(frame, uniform(length, 8), { survives: { reconstruction } })).rejects.toMatchObject({
      code: 'SHAPE_MISMATCH',
    });
    const beyond: LabelledEvent[] = [{ kind: 'spike', start: length }];
    await expect(audit(frame, uniform(length, 8), { events: beyond })).rejects.toMatchObject({
      code: 'RANGE_INVALID',
    });
  });

  it('tells of a null run where what survives can be made of any series, and why not elsewhere', async () => {
    const report = await audit(frameOf(planted()), uniform(length, 16), {});
    expect(report.data.nullRun?.points).toBe(length);
    const reconstruction = { y: planted() };
    const other = await audit(frameOf(planted()), uniform(length, 16), { survives: { reconstruction } });
    expect(other.data.nullRun).toBeNull();
    expect(other.data.skipped.map(({ check }) => check)).toContain('null-run');
  });
});

describe('audit of irregular times', () => {
  const hour = 3_600_000;
  const skippedAt = async (times: readonly number[]) => {
    const time = irregularTimeAxis(times);
    const values = times.map((_, t) => t % 3);
    const frame = new SeriesFrame({ id: 'a', time, channels: [channel({ name: 'y', values })] });
    const report = await audit(frame, uniform(times.length, 4), { nullPoints: 0, sizes: [] });
    return report.data.skipped.filter(({ check }) => check === 'gap-survival').map(({ reason }) => reason);
  };

  it('says that pauses between rows were not judged, and which is the longest', async () => {
    const times = Array.from(
      { length: 40 },
      (_, t) => t * hour + (t >= 10 ? 5 * hour : 0) + (t >= 20 ? 77 * hour : 0),
    );
    expect(await skippedAt(times)).toEqual([
      '2 pauses between rows of an irregular series, up to 3.25 days after 1970-01-02, where the usual one takes 1 hour: they hold no missing values and were not judged, as they would be on a regular grid',
    ]);
  });

  it('says nothing where rows are uneven, but none is far from the next', async () => {
    expect(await skippedAt(Array.from({ length: 40 }, (_, t) => t * hour + (t % 2) * 1000))).toEqual([]);
  });
});

describe('hostile series', () => {
  const value = fc.oneof(
    { weight: 5, arbitrary: fc.double({ min: -5, max: 5, noNaN: true }) },
    { weight: 2, arbitrary: fc.constant(Number.NaN) },
    { weight: 2, arbitrary: fc.constant(3) },
    { weight: 1, arbitrary: fc.constantFrom(Number.POSITIVE_INFINITY, 1e308, -1e308, 5e-324, 0, -0) },
  );
  const series = fc.oneof(
    fc.array(value, { minLength: 0, maxLength: 40 }),
    fc.array(fc.constantFrom(1, 1, 1, Number.NaN), { minLength: 2, maxLength: 120 }),
    fc.tuple(value, value),
  );
  const kinds = [
    'spike',
    'mean-change',
    'trend-change',
    'variance-change',
    'rare-regime',
    'gap',
    'intervention',
  ] as const;
  const forms = ['identity', 'mean', 'linear', 'first-last', 'min-max-first-last'] as const;
  const given = fc.array(
    fc.record({ kind: fc.constantFrom(...kinds), start: fc.nat(50), width: fc.nat(20) }),
    {
      maxLength: 4,
    },
  );

  it('5,000 of them end in a report or a coded error', async () => {
    const outcomes = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        series,
        given,
        fc.constantFrom(...forms),
        fc.integer({ min: 1, max: 50 }),
        async (values, list, survives, size) => {
          try {
            const frame = frameOf(values);
            const labelled = list.map(({ kind, start, width }) => ({ kind, start, end: start + 1 + width }));
            const report = await audit(frame, uniform(values.length, size), {
              survives,
              events: labelled,
              nullPoints: 0,
              sizes: [4],
            });
            outcomes.add(report.data.outcome);
          } catch (error) {
            if (!TesseraError.is(error)) throw error;
            outcomes.add(error.code);
          }
        },
      ),
      { numRuns: 5000, seed: 1 },
    );
    expect([...outcomes].sort()).toEqual(
      expect.arrayContaining(['NUMBER_INFINITE', 'RANGE_INVALID', 'SERIES_TOO_SHORT']),
    );
    expect(outcomes.has('failed')).toBe(true);
  }, 60_000);
});
