import { describe, expect, it } from 'vitest';
import { type AuditOptions, audit, type Finding } from '../../../src/preservation/index.js';
import { chunks, frameOf, mean, remembering, uniform } from '../checks/check-fixtures.js';

describe('audit of series that hold no structure', () => {
  const alertsOf = async (values: Float64Array) => {
    const report = await audit(frameOf(values), uniform(values.length, 16), {
      season: 1,
      sizes: [],
      nullPoints: 0,
    });
    return report.findings.filter(({ severity }) => severity === 'error' || severity === 'warning');
  };

  // Of each kind an audit allows itself one wrong structure in 20 series; before memory counted, all 8 of .8 had some.
  it.for([
    ['memory .5', (seed: number) => remembering(0.5, 640, seed)],
    ['memory .8', (seed: number) => remembering(0.8, 640, seed)],
    ['memory .95', (seed: number) => remembering(0.95, 640, seed)],
    ['a random walk', (seed: number) => remembering(1, 640, seed)],
    [
      'a slow noise and a white one',
      (seed: number) => plus(remembering(0.9, 640, seed), remembering(0, 640, 100 + seed)),
    ],
    ['a line', (seed: number) => remembering(0, 640, seed).map((value, t) => value + 0.05 * t)],
    [
      'a slow wave',
      (seed: number) => remembering(0, 640, seed).map((value, t) => value + 10 * Math.sin(t / 58)),
    ],
  ] as const)('has hardly an alert: %s', async ([, values]) => {
    let alarmed = 0;
    for (let seed = 1; seed <= 8; seed++) alarmed += (await alertsOf(values(seed))).length > 0 ? 1 : 0;
    expect(alarmed).toBeLessThanOrEqual(2);
  });

  it.for([0, 0.8, 0.95, 1])('and finds a shift in noise of memory %d', async (memory) => {
    for (let seed = 1; seed <= 4; seed++) {
      const values = remembering(memory, 640, seed).map((value, t) => value + (t >= 320 ? 10 : 0));
      const { findings } = await audit(frameOf(values), uniform(640, 16), {
        season: 1,
        sizes: [],
        nullPoints: 0,
      });
      const shifts = findings.filter(({ kind }) => kind === 'mean-change');
      const shift = shifts.find(({ start }) => Math.abs(start - 320) <= 5);
      expect(shift).toBeDefined();
      // Near a random walk a jump may be certain while nobody can tell how far the level itself went.
      if (memory < 0.95) expect(['preserved', 'attenuated']).toContain(shift?.verdict);
      expect(shifts.length).toBeLessThanOrEqual(2);
    }
  });

  it.for([
    [24, 3],
    [7, 2],
  ] as const)(
    'and finds changes under a season of %d steps, of which %d deviations',
    async ([period, size]) => {
      const season = (t: number) => 6 * Math.sin((2 * Math.PI * t) / period);
      const values = remembering(0, 1200, 3).map(
        (value, t) => (t >= 900 ? 3 : 1) * value + season(t) + (t >= 400 ? size : 0),
      );
      const { findings } = await audit(frameOf(values), uniform(1200, 8), {
        season: period,
        sizes: [],
        nullPoints: 0,
      });
      expect(findings.map(({ kind, start }) => [kind, Math.round(start / 20) * 20])).toEqual(
        expect.arrayContaining([
          ['mean-change', 400],
          ['variance-change', 900],
        ]),
      );
      expect(findings.filter(({ kind }) => kind.endsWith('-change'))).toHaveLength(2);
      const shift = findings.find(({ kind }) => kind === 'mean-change');
      expect(shift?.verdict).toBe('preserved');
      expect(Math.abs((shift?.details.rawSize ?? 0) - size)).toBeLessThan(0.5);
      const spread = findings.find(({ kind }) => kind === 'variance-change');
      expect(spread?.details.rawVarianceRatio).toBeGreaterThan(5);
      expect(spread?.details.rawVarianceRatio).toBeLessThan(14);
    },
  );

  it('tells a jump of a line as one', async () => {
    const values = remembering(0, 640, 1).map((value, t) => value + 0.05 * t + (t >= 320 ? 8 : 0));
    const { findings } = await audit(frameOf(values), uniform(640, 16), {
      season: 1,
      sizes: [],
      nullPoints: 0,
    });
    expect(findings.map(({ kind, start }) => [kind, start])).toEqual([['mean-change', 320]]);
    expect(findings[0].measure).toMatch(/^jump/);
    // Not 8 and half of the slope over both sides.
    expect(Math.abs((findings[0].details.rawSize ?? 0) - 8)).toBeLessThan(1);
  });
});

describe('audit of changes among other things', () => {
  const step = (t: number, at: number) => (t >= at ? 1 : 0);
  const options = { season: 1, sizes: [], nullPoints: 0 };
  const changesOf = async (values: Float64Array, more: AuditOptions = {}, size = 16) => {
    const report = await audit(frameOf(values), uniform(values.length, size), { ...options, ...more });
    return report.findings.filter(({ kind }) => kind.endsWith('-change'));
  };
  const near = (found: readonly Finding[], kind: string, at: number) =>
    found.some((each) => each.kind === kind && Math.abs(each.start - at) <= 5);

  it('finds a shift beside a much larger one in noise that remembers', async () => {
    for (let seed = 1; seed <= 4; seed++) {
      const values = remembering(0.8, 640, seed).map((v, t) => v + 100 * step(t, 250) + 8 * step(t, 320));
      const found = await changesOf(values);
      expect(near(found, 'mean-change', 250)).toBe(true);
      expect(near(found, 'mean-change', 320)).toBe(true);
      expect(found.length).toBeLessThanOrEqual(3);
    }
  });

  it('finds a jump where the line bends as well', async () => {
    for (let seed = 1; seed <= 4; seed++) {
      const values = remembering(0, 640, seed).map(
        (v, t) => v + 0.1 * Math.max(0, t - 320) + 8 * step(t, 320),
      );
      expect(near(await changesOf(values), 'mean-change', 320)).toBe(true);
    }
  });

  it('takes no memory for changes in short series, under spikes, or where every third value is missing', async () => {
    let [found, inShort] = [0, 0];
    for (let seed = 1; seed <= 8; seed++) {
      const short = remembering(0.9, 60, seed).map((v, t) => v + 15 * step(t, 30));
      inShort += (await changesOf(short)).length;
      const slow = remembering(0.8, 640, seed);
      found += (await changesOf(slow.map((v, t) => v + (t % 200 === 100 ? 30 : 0)))).length;
      found += (await changesOf(slow.map((v, t) => (t % 3 === 2 ? Number.NaN : v)))).length;
    }
    // The eight shifts, and about one more in each series: sixty steps tell little. Without their memory it was six more.
    expect(inShort).toBeLessThanOrEqual(20);
    // Of 16 series, by each of three kinds of change one in 20.
    expect(found).toBeLessThanOrEqual(5);
  });

  it('makes no spike of a series that mostly stands still, and keeps its level and spread', async () => {
    const demand = remembering(0, 640, 1).map((v, t) => (v > (t < 320 ? 1.645 : 0) ? 1 + v : 0));
    for (const { details } of await changesOf(demand)) {
      expect(details.rawVarianceRatio ?? 1).not.toBeNull();
      expect(Math.abs(details.rawSize ?? 0)).toBeLessThan(5);
    }
  });

  it('calls a summary that somebody wrote with the values of the series alone', async () => {
    const strict = {
      name: 'strict mean',
      summarise: (part: Float64Array) => {
        if (part.some((value) => !(value > 0))) throw new Error('values of the series only');
        return [mean(part)];
      },
      rebuild: (figures: ArrayLike<number>, steps: number) => new Float64Array(steps).fill(figures[0]),
    };
    const season = (t: number) => 6 * Math.sin((2 * Math.PI * t) / 24);
    const spikes = [300, 310, 340];
    const values = remembering(0, 640, 2).map(
      (v, t) => 50 + v + season(t) + 6 * step(t, 320) + (spikes.includes(t) ? 20 : 0),
    );
    const found = await changesOf(values, { survives: strict, season: 24 }, 8);
    expect(near(found, 'mean-change', 320)).toBe(true);
  });

  it('judges a reconstruction without its season too', async () => {
    const season = (t: number) => 6 * Math.sin((2 * Math.PI * t) / 24);
    const values = remembering(0, 640, 2).map((v, t) => v + season(t) + 3 * step(t, 320));
    const found = await changesOf(values, { survives: { reconstruction: { y: values } }, season: 24 });
    expect(found.map(({ kind, verdict }) => [kind, verdict])).toEqual([['mean-change', 'preserved']]);
    const flat = values.map((_, t) => season(t));
    const lost = await changesOf(values, { survives: { reconstruction: { y: flat } }, season: 24 });
    expect(lost.find(({ detector }) => detector === 'mean-changes')?.verdict).toBe('erased');
  });

  it('does not call a shift erased by an encoder that keeps everything, whatever the season', async () => {
    const season = (t: number) => 6 * Math.sin((2 * Math.PI * t) / 24);
    const values = remembering(0, 640, 2).map((v, t) => v + season(t) + 5 * step(t, 320));
    const survives = { encode: (window: Float64Array) => chunks(window, 8), window: 64 };
    const found = await changesOf(values, { survives, season: 24 }, 8);
    expect(found.filter(({ verdict }) => verdict === 'erased')).toEqual([]);
  });
});

function plus(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, t) => value + b[t]);
}
