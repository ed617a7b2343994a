/** Sets: order, look-up, and what they refuse. */
import { describe, expect, it } from 'vitest';
import { SeriesFrame } from '../../src/frames/series-frame.js';
import { SeriesSet } from '../../src/frames/series-set.js';
import { regularTimeAxis } from '../../src/time/time-axis.js';

function frame(id: string, length = 2): SeriesFrame {
  const time = regularTimeAxis({ start: 0, frequency: 'D', length });
  return new SeriesFrame({ id, time, channels: [{ name: 'y', values: new Float64Array(length) }] });
}

const repairs = [{ kind: 'gap', id: 'b', count: 2, detail: '2 days without a row' }] as const;

describe('a series set', () => {
  it('keeps its frames in the order given', () => {
    const frames = [frame('b'), frame('a', 5)];
    const set = new SeriesSet(new Set(frames), repairs);
    expect(set.size).toBe(2);
    expect(set.ids).toEqual(['b', 'a']);
    expect([...set]).toEqual(frames);
    expect(set.frames).toEqual(frames);
    expect(set.get('a')).toBe(frames[1]);
    expect([set.has('a'), set.has('c'), set.has('constructor')]).toEqual([true, false, false]);
  });

  it('cannot be changed, not through what it was made of either', () => {
    const frames = [frame('a')];
    const list = [...repairs];
    const set = new SeriesSet(frames, list);
    frames.push(frame('b'));
    list.pop();
    expect([set.size, set.repairs.length]).toEqual([1, 1]);
    expect(Object.isFrozen(set.frames) && Object.isFrozen(set.repairs)).toBe(true);
  });

  it('is mapped and filtered with its repairs', () => {
    const set = new SeriesSet([frame('a'), frame('b'), frame('c')], repairs);
    const renamed = set.map((each, index) => each.withId(`${each.id}${index}`));
    expect(renamed.ids).toEqual(['a0', 'b1', 'c2']);
    const kept = set.filter((each, index) => index > 0 && each.id !== 'c');
    expect(kept.ids).toEqual(['b']);
    expect([renamed.repairs, kept.repairs, set.ids]).toEqual([repairs, repairs, ['a', 'b', 'c']]);
  });

  it('has no repairs where it was made by hand', () => {
    expect(new SeriesSet([]).repairs).toEqual([]);
  });

  it('refuses the same id twice, also by map', () => {
    const message =
      'SERIES_DUPLICATE: series ids: expected distinct ids, found "a" twice. Rename one of the two series.';
    expect(() => new SeriesSet([frame('a'), frame('a')])).toThrowError(message);
    expect(() => new SeriesSet([frame('a'), frame('b')]).map((each) => each.withId('a'))).toThrowError(
      message,
    );
  });

  it.each([
    [[], 'an id of the set, which is empty'],
    [['a', 'b'], 'one of a, b'],
    [['a', 'b', 'c', 'd', 'e', 'f'], 'one of 6 ids such as a, b, c, d, e'],
  ])('says which ids it has: %j', (ids, expected) => {
    expect(() => new SeriesSet(ids.map((id) => frame(id))).get('z')).toThrowError(
      `SERIES_UNKNOWN: series id: expected ${expected}, found "z". Use an id that the set has.`,
    );
  });
});
