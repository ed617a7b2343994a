import { join } from 'node:path';
import { formatFrequency } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import { dataFolder, needs } from '../../../../testing/requirement.js';
import { readTcpd } from '../../src/files/tcpd.js';
import { temporaryFolder } from '../temporary-folder.js';

const nile = {
  name: 'nile',
  longname: 'Nile Volume at Aswan',
  n_obs: 4,
  n_dim: 1,
  time: { type: 'string', format: '%Y', index: [0, 1, 2, 3], raw: ['1871', '1872', '1873', '1874'] },
  series: [{ label: 'Volume at Aswan', type: 'int', raw: [1120, 1160, null, 1210] }],
};
const marks = { nile: { 6: [], 7: [2, 3] }, apple: { 6: [319] } };
const json = JSON.stringify;

describe('a TCPD file', () => {
  it('becomes a series with the marks of every annotator beside it', async () => {
    const folder = await temporaryFolder({ 'nile.json': json(nile), 'annotations.json': json(marks) });
    const { set, labels } = await readTcpd(folder, join(folder, 'annotations.json'));
    expect(set.ids).toEqual(['nile']);
    const [frame] = set.frames;
    expect(frame.time.kind === 'regular' ? formatFrequency(frame.time.frequency) : '').toBe('Y');
    expect([...frame.channel('Volume at Aswan').values]).toEqual([1120, 1160, Number.NaN, 1210]);
    expect(frame.statics).toEqual({ title: 'Nile Volume at Aswan' });
    expect(labels).toEqual(new Map([['nile', { 6: [], 7: [2, 3] }]]));
  });

  it('without dates is in order only, with gaps between dates keeps one step per observation', async () => {
    const raw = ['2000-01-04', '2000-01-18', '2000-02-04', '2000-02-05'];
    const folder = await temporaryFolder({
      'a.json': json({ ...nile, name: 'a', time: { index: [0, 1, 2, 3] } }),
      'b.json': json({ ...nile, name: 'b', time: { raw } }),
    });
    const { set, labels } = await readTcpd(folder);
    expect([set.get('a').time.kind, set.get('a').length]).toEqual(['regular', 4]);
    expect([set.get('b').time.kind, set.get('b').length]).toEqual(['irregular', 4]);
    expect(labels.size).toBe(0);
  });

  it.each<[string, object, RegExp]>([
    [
      'a channel too few',
      { ...nile, n_dim: 2 },
      /TABLE_MALFORMED: .*expected 2 channels, as n_dim says, found 1/,
    ],
    ['a time too few', { ...nile, n_obs: 5 }, /TABLE_MALFORMED: .*expected 5 times, as n_obs says, found 4/],
    [
      'a time that is none',
      { ...nile, time: { raw: ['1871', '1872', 'x', '1874'] } },
      /TIME_UNPARSABLE: .*nile\.json, time\.raw\[2\]: .*found "x"/,
    ],
    ['times that go back', { ...nile, time: { raw: ['1871', '1873', '1872', '1874'] } }, /TIME_UNSORTED/],
    [
      'values too few',
      { ...nile, series: [{ label: 'a', raw: [1] }] },
      /SHAPE_MISMATCH: channel "a" of series "nile": expected 4 values/,
    ],
    [
      'text for a value',
      { ...nile, series: [{ label: 'a', raw: ['1'] }] },
      /TABLE_MALFORMED: .* at series\.0\.raw\.0/,
    ],
  ])('is refused with %s', async (_, content, message) => {
    const folder = await temporaryFolder({ 'nile.json': json(content) });
    await expect(readTcpd(join(folder, 'nile.json'))).rejects.toThrow(message);
  });

  it('is refused with a mark outside the series', async () => {
    const folder = await temporaryFolder({
      'nile.json': json(nile),
      'annotations.json': json({ nile: { 9: [4] } }),
    });
    await expect(readTcpd(join(folder, 'nile.json'), join(folder, 'annotations.json'))).rejects.toThrow(
      /INDEX_INVALID: .*annotations\.json, nile, annotator 9: expected steps of the series, from 0 to 3, found 4/,
    );
  });

  it('the dataset: 32 series of their stated lengths, every one annotated', async (context) => {
    needs(context, 'data');
    const folder = join(dataFolder, 'tcpd');
    const { set, labels } = await readTcpd(folder, join(folder, 'annotations.json'));
    expect([set.size, labels.size]).toEqual([32, 32]);
    expect(set.get('nile').length).toBe(100);
    expect(set.get('run_log').channels.map(({ name }) => name)).toEqual(['Pace', 'Distance']);
    expect(set.get('us_population').length).toBe(816);
    expect(set.get('uk_coal_employ').channels[0].observed.filter((flag) => flag === 0)).toHaveLength(2);
  });
});
