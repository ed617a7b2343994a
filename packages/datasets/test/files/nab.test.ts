import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dataFolder, needs } from '../../../../testing/requirement.js';
import { readNab } from '../../src/files/nab.js';
import { temporaryFolder } from '../temporary-folder.js';

const stamp = (minutes: number): string =>
  new Date(Date.UTC(2015, 0, 1, 0, minutes)).toISOString().slice(0, 19).replace('T', ' ');
const table = (minutes: readonly number[]): string =>
  `timestamp,value\n${minutes.map((each, i) => `${stamp(each)},${i}`).join('\n')}\n`;
const everyFive = Array.from({ length: 20 }, (_, i) => i * 5);

describe('a NAB file', () => {
  it('is laid on its grid, and its window becomes a half-open range of steps beside the frame', async () => {
    const folder = await temporaryFolder({
      'real/a.csv': table(everyFive),
      'windows.json': JSON.stringify({
        'real/a.csv': [[`${stamp(10)}.000000`, `${stamp(25)}.000000`]],
        'real/other.csv': [],
      }),
    });
    const { set, labels } = await readNab(join(folder, 'real', 'a.csv'), join(folder, 'windows.json'));
    expect(set.ids).toEqual(['real/a']);
    expect(set.frames[0].time.kind).toBe('regular');
    expect(set.frames[0].interventions).toEqual([]);
    expect(labels).toEqual(new Map([['real/a', [{ from: 2, to: 6 }]]]));
  });

  it('keeps its few gaps as missing steps', async () => {
    const folder = await temporaryFolder({
      'real/a.csv': table(everyFive.filter((minute) => minute !== 40)),
    });
    const { set, labels } = await readNab(folder);
    const { length, channels } = set.get('real/a');
    expect(length).toBe(20);
    expect([...channels[0].observed.keys()].filter((i) => channels[0].observed[i] === 0)).toEqual([8]);
    expect(labels.size).toBe(0);
  });

  it('keeps its times as they are where a grid would be mostly gaps', async () => {
    const minutes = [0, 14, 15, 16, 31, 40, 52, 61, 73, 88];
    const folder = await temporaryFolder({ 'real/a.csv': table(minutes) });
    const { set } = await readNab(folder);
    const { time } = set.get('real/a');
    expect(time.kind).toBe('irregular');
    expect([...time.times()]).toEqual(minutes.map((minute) => Date.UTC(2015, 0, 1, 0, minute)));
    expect(set.repairs.map(({ kind, id }) => [kind, id])).toEqual([['irregular-axis', 'real/a']]);
  });

  it('keeps the first of rows with the same time stamp and counts the others', async () => {
    const folder = await temporaryFolder({ 'real/a.csv': table([0, 5, 10, 10, 10, 15, 20]) });
    const { set } = await readNab(folder);
    expect([...set.get('real/a').channel('value').values]).toEqual([0, 1, 2, 5, 6]);
    expect(set.repairs).toContainEqual({
      kind: 'duplicate',
      id: 'real/a',
      count: 2,
      detail: '2 rows repeat the time stamp before them and are left out.',
    });
  });

  it.each([
    ['no object of windows', '[1]', 'TABLE_MALFORMED'],
    ['no JSON', '{', 'TABLE_MALFORMED'],
    ['a time that is none', '{"real/a.csv": [["today", "2015-01-01 00:00:00"]]}', 'TIME_UNPARSABLE'],
  ])('is refused with %s', async (_, windows, code) => {
    const folder = await temporaryFolder({ 'real/a.csv': table(everyFive), 'w.json': windows });
    await expect(readNab(join(folder, 'real'), join(folder, 'w.json'))).rejects.toMatchObject({ code });
  });

  it('is missed with the place where it is to be had', async () => {
    const folder = await temporaryFolder({ 'readme.txt': 'no series' });
    await expect(readNab(folder)).rejects.toThrow(
      /FILE_UNREADABLE: .*expected a file, or a folder with \.csv files, found a folder without \.csv files\. Check the path\. The NAB files are at/,
    );
    await expect(readNab(join(folder, 'none'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  it('the benchmark: 30 series, each window on steps that exist, traffic at its own times', async (context) => {
    needs(context, 'data');
    const { set, labels } = await readNab(join(dataFolder, 'nab'), join(dataFolder, 'nab', 'windows.json'));
    expect([set.size, labels.size]).toEqual([30, 30]);
    for (const { id, length } of set) {
      for (const { from, to } of labels.get(id) ?? []) {
        expect(from).toBeLessThan(to);
        expect(to).toBeLessThanOrEqual(length);
      }
    }
    expect(set.get('artificialWithAnomaly/art_daily_flatmiddle').length).toBe(4032);
    expect(labels.get('artificialWithAnomaly/art_daily_flatmiddle')).toHaveLength(1);
    for (const { id, time } of set) {
      if (id.startsWith('realTraffic/')) expect(time.kind, id).toBe('irregular');
    }
  });
});
