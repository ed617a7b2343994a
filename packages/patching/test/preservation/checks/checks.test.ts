import { foldIn, RandomStream, randomKey } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import { Patches } from '../../../src/patches/index.js';
import { bestSplit } from '../../../src/preservation/checks/best-split.js';
import { boundaryScores } from '../../../src/preservation/checks/boundary-scores.js';
import { changeContrast, contrastOf } from '../../../src/preservation/checks/change-contrast.js';
import { byKind, checkStructure } from '../../../src/preservation/checks/check-structures.js';
import { findInvented } from '../../../src/preservation/checks/find-invented.js';
import { judgeSize } from '../../../src/preservation/checks/judge-size.js';
import { trigamma } from '../../../src/preservation/checks/spread-statistic.js';
import type { Structure } from '../../../src/preservation/structures/structure.js';
import { noiseScale } from '../../../src/preservation/surviving/noise-scale.js';
import type { ValueForm } from '../../../src/preservation/surviving/surviving-of.js';
import { contextOf, settings, structure, uniform } from './check-fixtures.js';

const length = 512;

function noise(seed: number, sd = 1): Float64Array {
  const stream = new RandomStream(foldIn(randomKey(21), seed));
  return Float64Array.from({ length }, () => sd * stream.normal());
}

function checkAll(
  values: Float64Array,
  form: ValueForm,
  patches: Patches,
  structures: readonly Structure[],
  keepsShare = false,
) {
  const context = contextOf(values, form, patches, structures);
  return structures.flatMap((each) => checkStructure(each, context, byKind(structures), keepsShare));
}

describe('judgeSize', () => {
  it.for([
    [8, 8, 'preserved'],
    [8, 5.66, 'preserved'],
    [8, 5.6, 'attenuated'],
    [8, 3, 'attenuated'],
    [8, 2.99, 'erased'],
    [-8, -4, 'attenuated'],
    [8, -8, 'erased'],
    [8, Number.NaN, 'erased'],
    [2.99, 2.99, 'not-assessable'],
    [Number.NaN, 3, 'not-assessable'],
  ] as const)('calls %d that becomes %d %s', ([raw, surviving, verdict]) => {
    expect(judgeSize(raw, surviving, settings).verdict).toBe(verdict);
  });
});

describe('a change of level', () => {
  const shifted = (at: number, height: number) => noise(1).map((value, t) => value + (t >= at ? height : 0));

  it('is a difference of means by its contrast', () => {
    const values = Float64Array.of(1, 3, Number.NaN, 10, 14);
    const contrast = changeContrast('level', { from: 0, at: 3, to: 5 }, (t) => !Number.isNaN(values[t]));
    expect(contrast === undefined ? 0 : contrastOf(values, contrast)).toBe(10);
    const short = changeContrast('level', { from: 2, at: 3, to: 5 }, (t) => !Number.isNaN(values[t]));
    expect(short).toBeUndefined();
  });

  it('survives means that are short against it, and is moved by one that straddles it', () => {
    const change = structure('mean-change', 248, 249);
    const [near] = checkAll(shifted(248, 6), 'mean', uniform(length, 8), [change]);
    expect(near.verdict).toBe('preserved');
    expect(near.details.offset).toBe(0);
    const patches = Patches.fromEnds([200, 232, 264, 296, length], length);
    const [far] = checkAll(shifted(248, 6), 'mean', patches, [change]);
    expect(far.verdict).toBe('displaced');
    expect(Math.abs(far.details.offset ?? 0)).toBe(16);
    expect(far.details.straddles).toBe(1);
  });

  it('is merged with another in one patch', () => {
    const changes = [248, 253].map((at) => structure('mean-change', at, at + 1));
    const values = noise(2, 0.1).map((value, t) => value + (t >= 248 ? 20 : 0) + (t >= 253 ? 20 : 0));
    const results = checkAll(values, 'linear', uniform(length, 32), changes);
    expect(results.map(({ verdict }) => verdict)).toContain('merged');
  });

  it('of no size cannot be assessed', () => {
    const [result] = checkAll(noise(3), 'mean', uniform(length, 8), [structure('mean-change', 256, 257)]);
    expect(result.verdict).toBe('not-assessable');
    expect(result.reason).toMatch(/^nothing to lose/);
  });

  it('is found by the best split where the brute force finds it', () => {
    const values = noise(4).map((value, t) => value + (t >= 300 ? 3 : 0));
    values[280] = Number.NaN;
    for (const hasSlope of [false, true]) {
      const split = bestSplit(values, { from: 200, at: 290, to: 400 }, 60, hasSlope);
      let [best, least] = [0, Number.POSITIVE_INFINITY];
      for (let t = 230; t <= 350; t++) {
        const squares = residualSquares(values, 200, t, hasSlope) + residualSquares(values, t, 400, hasSlope);
        expect(split.squaresAt(t)).toBeCloseTo(squares, 8);
        if (squares < least) [best, least] = [t, squares];
      }
      expect(split.at).toBe(best);
    }
  });
});

/** Sum of squares around the mean or the line, by the normal equations. */
function residualSquares(values: Float64Array, from: number, to: number, hasSlope: boolean): number {
  const steps = Array.from({ length: to - from }, (_, i) => from + i).filter((t) => !Number.isNaN(values[t]));
  const mean = steps.reduce((sum, t) => sum + values[t], 0) / steps.length;
  const centre = steps.reduce((sum, t) => sum + t, 0) / steps.length;
  const spread = steps.reduce((sum, t) => sum + (t - centre) ** 2, 0);
  const slope = hasSlope ? steps.reduce((sum, t) => sum + (t - centre) * values[t], 0) / spread : 0;
  return steps.reduce((sum, t) => sum + (values[t] - mean - slope * (t - centre)) ** 2, 0);
}

describe('a change of trend', () => {
  it('survives in level and slope of each patch, and a single mean loses it', () => {
    const values = noise(5).map((value, t) => value + 0.2 * Math.max(0, t - 256));
    const change = structure('trend-change', 256, 257);
    expect(checkAll(values, 'linear', uniform(length, 32), [change])[0].verdict).toBe('preserved');
    expect(checkAll(values, 'mean', uniform(length, length), [change])[0].verdict).toBe('erased');
  });
});

describe('a change of variance', () => {
  const louder = noise(6).map((value, t) => (t < 256 ? value : 3 * value));
  const change = structure('variance-change', 256, 257);

  it('keeps its ratio under means and loses the evidence for it', () => {
    const [short] = checkAll(louder, 'mean', uniform(length, 4), [change]);
    expect(short.verdict === 'preserved' || short.verdict === 'attenuated').toBe(true);
    expect(
      (short.details.survivingVarianceRatio ?? 0) / (short.details.rawVarianceRatio ?? 1),
    ).toBeGreaterThan(0.4);
    expect(checkAll(louder, 'mean', uniform(length, 64), [change])[0].verdict).toBe('erased');
  });

  it('is erased where all noise is', () => {
    const [result] = checkAll(
      louder,
      { reconstruction: { y: new Float64Array(length) } },
      uniform(length, 8),
      [change],
    );
    expect(result.verdict).toBe('erased');
    expect(result.surviving).toBe(0);
  });

  it('is compared with the trigamma function', () => {
    // pi^2 / 6 and pi^2 / 2; the recurrence trigamma(x) - trigamma(x + 1) = 1 / x^2.
    expect(trigamma(1)).toBeCloseTo(Math.PI ** 2 / 6, 8);
    expect(trigamma(0.5)).toBeCloseTo(Math.PI ** 2 / 2, 8);
    expect(trigamma(20.5) - trigamma(21.5)).toBeCloseTo(1 / 20.5 ** 2, 10);
  });
});

describe('a rare regime', () => {
  const values = noise(7).map((value, t) => value + (t >= 250 && t < 262 ? 8 : 0));
  const regime = structure('rare-regime', 250, 262);

  it('is erased where no patch is at least half made of it', () => {
    const [diluted] = checkAll(values, 'mean', uniform(length, 64), [regime]);
    expect(diluted.verdict).toBe('erased');
    expect(diluted.reason).toBe('no patch is at least half made of it');
    expect(diluted.details.purity).toBe(6 / 64);
    expect(checkAll(values, 'mean', Patches.fromEnds([250, 262, length], length), [regime])[0].verdict).toBe(
      'preserved',
    );
  });

  it('by its oscillation is erased by means over whole cycles', () => {
    const shaken = noise(8).map(
      (value, t) => value + (t >= 240 && t < 272 ? 5 * Math.sin((2 * Math.PI * t) / 8) : 0),
    );
    const oscillation = structure('rare-regime', 240, 272);
    expect(checkAll(shaken, 'mean', uniform(length, 8), [oscillation])[0].verdict).toBe('erased');
    expect(checkAll(shaken, 'min-max-first-last', uniform(length, 8), [oscillation])[0].verdict).not.toBe(
      'erased',
    );
  });
});

describe('a gap', () => {
  const values = noise(9);
  values.fill(Number.NaN, 100, 120);
  const gap = structure('gap', 100, 120);

  it('is recovered exactly, in part, as a share, or not at all', () => {
    const verdictOf = (form: ValueForm, patches: Patches, keepsShare = false) => {
      const [{ verdict, ratio, reason }] = checkAll(values, form, patches, [gap], keepsShare);
      return { verdict, ratio, reason };
    };
    expect(verdictOf('identity', uniform(length, 32)).verdict).toBe('preserved');
    expect(verdictOf('mean', Patches.fromEnds([100, 120, length], length))).toEqual({
      verdict: 'preserved',
      ratio: 1,
      reason: 'the mask can be recovered exactly',
    });
    // Whole patches [104, 112) and [112, 120) are missing, and 100 to 103 are filled.
    expect(verdictOf('mean', uniform(length, 8))).toMatchObject({ verdict: 'attenuated', ratio: 0.8 });
    expect(verdictOf('mean', uniform(length, 64)).verdict).toBe('erased');
    expect(verdictOf('mean', uniform(length, 64), true)).toMatchObject({
      verdict: 'attenuated',
      reason: 'the mask can be recovered as a share per patch',
    });
  });
});

describe('an intervention', () => {
  it('is judged in level and slope apart, with a flag where a patch straddles it', () => {
    const values = noise(10).map((value, t) => value + (t >= 250 ? 5 + 0.1 * (t - 250) : 0));
    const effect = structure('intervention', 250, length);
    const results = checkAll(values, 'first-last', uniform(length, 4), [effect]);
    expect(results.map(({ ruleId }) => ruleId)).toEqual(['intervention-level', 'intervention-slope']);
    const [level, slope] = results;
    expect(level.details.rawEffect).toBeGreaterThan(4);
    expect(slope.details.rawEffect).toBeCloseTo(0.1, 1);
    expect(level.details.straddles).toBe(1);
    expect(level.details.boundaryOffset).toBe(-2);
    const [lost] = checkAll(values, 'mean', uniform(length, length), [effect]);
    expect(lost.verdict).toBe('erased');
    expect(lost.details.intervalsOverlap).toBe(0);
  });
});

describe('what a reconstruction invents', () => {
  it('is found where the raw series is quiet, and nothing else is', () => {
    const values = noise(11);
    const drawn = values.slice();
    drawn[77] = 12;
    for (let t = 256; t < 288; t++) drawn[t] += 6;
    const patches = uniform(length, 32);
    const context = contextOf(values, { reconstruction: { y: drawn } }, patches);
    const found = findInvented(context, noiseScale(values, context.level));
    expect(found.map(({ kind, start, verdict }) => ({ kind, start, verdict }))).toEqual(
      expect.arrayContaining([
        { kind: 'spike', start: 77, verdict: 'invented' },
        { kind: 'mean-change', start: 256, verdict: 'invented' },
        { kind: 'mean-change', start: 288, verdict: 'invented' },
      ]),
    );
    const same = contextOf(values, { reconstruction: { y: values } }, patches);
    expect(findInvented(same, noiseScale(values, same.level))).toEqual([]);
  });
});

describe('boundaryScores', () => {
  it('computes by hand', () => {
    // Boundaries at 40 and 80 of 120; changes at 42 (2 off, share 2/40) and 60 (20 off, share 1/2).
    const scores = boundaryScores('y', [42, 60], uniform(120, 40), 5);
    expect(scores.recall).toBe(0.5);
    expect(scores.chanceRecall).toBeCloseTo(11 / 40, 12);
    expect(scores.correctedRecall).toBeCloseTo((0.5 - 11 / 40) / (1 - 11 / 40), 12);
    expect(scores.straddleRate).toBeCloseTo((0.1 + 1) / 2, 12);
    expect(scores.medianOffset).toBeCloseTo((-2 / 40 - 20 / 40) / 2, 12);
    // The middle patch holds pieces of 2, 18 and 20 steps.
    expect(scores.purity).toBeCloseTo((1 + 0.5 + 1) / 3, 12);
  });

  it('says nothing of recall without changes, nor where chance finds all', () => {
    expect(boundaryScores('y', [], uniform(120, 40), 5).recall).toBeNull();
    const fine = boundaryScores('y', [42], uniform(120, 8), 5);
    expect(fine).toMatchObject({ recall: 1, chanceRecall: 1, correctedRecall: null });
  });

  it('gives boundaries at random no credit on average', () => {
    const stream = new RandomStream(foldIn(randomKey(22), 0));
    let sum = 0;
    const runs = 2000;
    for (let run = 0; run < runs; run++) {
      const change = stream.integer(1000, 9000);
      sum += boundaryScores('y', [change], uniform(10_000, 40), 5).correctedRecall ?? Number.NaN;
    }
    // One hit or miss has an sd of sqrt(p (1 - p)) / (1 - p) with p = 11 / 40.
    expect(Math.abs(sum / runs)).toBeLessThan((4 * 0.62) / Math.sqrt(runs));
  });
});
