import { RandomStream, randomKey, regularTimeAxis } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import { detectMissingness } from '../../../../src/preservation/detectors/missingness/detect-missingness.js';

const none = Number.NaN;
const time = regularTimeAxis({ start: Date.UTC(2001, 0, 1), frequency: 'h', length: 2400 });
const stream = new RandomStream(randomKey(1));
const values = Float64Array.from({ length: 2400 }, (_, t) => {
  const value = 5 * Math.sin((2 * Math.PI * t) / 24) + stream.normal();
  return t % 24 > 6 && t % 24 < 12 && stream.uniform() < 0.3 ? none : value;
});

describe('detectMissingness', () => {
  it('asks every question and keeps the answers apart', () => {
    const answers = detectMissingness('y', values, { period: 24 }, time);
    expect(answers.map(({ detector, status }) => [detector, status])).toEqual([
      ['gaps', 'found'],
      ['mask-memory', 'found'],
      ['mask-hour', 'found'],
      ['mask-weekday', 'none'],
      ['mask-month', 'none'],
      ['mask-period', 'found'],
      ['mask-values', 'none'],
      ['missing-not-at-random', 'not-assessable'],
    ]);
    expect(answers.at(-1)?.reason).toMatch(/cannot be tested/);
    for (const { detector, structures } of answers) {
      for (const each of structures) expect(each.detector).toBe(detector);
    }
  });

  it('takes the values for the cause where it knows no clock', () => {
    const answers = detectMissingness('y', values);
    expect(answers.map(({ detector }) => detector)).toEqual([
      'gaps',
      'mask-memory',
      'mask-values',
      'missing-not-at-random',
    ]);
    expect(answers[2].status).toBe('found');
  });

  it('finds nothing in a complete channel, and little to say of an empty one', () => {
    const complete = detectMissingness('y', new Float64Array(2400).fill(2), {}, time);
    expect(complete.every(({ status }) => status === 'none')).toBe(true);
    const empty = detectMissingness('y', new Float64Array(2400).fill(none), {}, time);
    expect(empty.map(({ status }) => status)).toEqual(['found', ...Array(6).fill('not-assessable')]);
  });

  it('refuses an axis of another length', () => {
    expect(() => detectMissingness('y', values.subarray(5), {}, time)).toThrow('SHAPE_MISMATCH');
  });
});
