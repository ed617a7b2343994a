import { join } from 'node:path';
import { formatFrequency } from '@tessera/core';
import { describe, expect, it } from 'vitest';
import { dataFolder, needs } from '../../../../testing/requirement.js';
import { readEtt } from '../../src/files/ett.js';
import { temporaryFolder } from '../temporary-folder.js';

const header = 'date,HUFL,HULL,MUFL,MULL,LUFL,LULL,OT';

describe('an ETT file', () => {
  it('becomes one series of seven targets, named after the file', async () => {
    const rows = ['2016-07-01 00:00:00,1,2,3,4,5,6,30.5', '2016-07-01 01:00:00,2,3,4,5,6,7,27.8'];
    const folder = await temporaryFolder({ 'ETTh9.csv': [header, ...rows].join('\n') });
    const set = await readEtt(join(folder, 'ETTh9.csv'));
    expect(set.ids).toEqual(['ETTh9']);
    const [{ channels }] = set.frames;
    expect(channels.map(({ name, role }) => `${name} ${role}`)).toEqual(
      ['HUFL', 'HULL', 'MUFL', 'MULL', 'LUFL', 'LULL', 'OT'].map((name) => `${name} target`),
    );
    expect(channels.map(({ unit }) => unit)).toEqual([...new Array(6).fill(undefined), '°C']);
    expect([...set.frames[0].channel('OT').values]).toEqual([30.5, 27.8]);
  });

  it('may call its time column datetime', async () => {
    const text = `${header.replace('date', 'datetime')}\n2016-07-01 00:00:00,1,2,3,4,5,6,7\n2016-07-01 00:15:00,1,2,3,4,5,6,7`;
    const folder = await temporaryFolder({ 'ETTm9.csv': text });
    expect((await readEtt(join(folder, 'ETTm9.csv'))).frames[0].length).toBe(2);
  });

  it('is refused where a column is missing', async () => {
    const folder = await temporaryFolder({ 'a.csv': 'date,HUFL,OT\n2016-07-01 00:00:00,1,2' });
    await expect(readEtt(join(folder, 'a.csv'))).rejects.toMatchObject({
      code: 'COLUMN_UNKNOWN',
      found: '"HULL"',
    });
  });

  it('is missed with the place where it is to be had', async () => {
    await expect(readEtt('/no/such/ETTh1.csv')).rejects.toThrow(
      /^FILE_UNREADABLE: \/no\/such\/ETTh1\.csv: .* The ETT files are at https:\/\/github\.com\/zhouhaoyi\/ETDataset\.$/,
    );
  });

  it('ETTh1 has 17,420 hours, ETTm1 and ETTm2 69,680 quarters of an hour, of seven channels without a gap', async (context) => {
    needs(context, 'data');
    for (const [file, length, frequency] of [
      ['ETTh1.csv', 17_420, 'h'],
      ['ETTm1.parquet', 69_680, '15min'],
      ['ETTm2.parquet', 69_680, '15min'],
    ] as const) {
      const [frame] = (await readEtt(join(dataFolder, 'ett', file))).frames;
      expect([frame.length, frame.channels.length]).toEqual([length, 7]);
      expect(frame.time.kind === 'regular' ? formatFrequency(frame.time.frequency) : '').toBe(frequency);
      expect(new Date(frame.time.timeAt(0)).toISOString()).toBe('2016-07-01T00:00:00.000Z');
      for (const { observed } of frame.channels) expect(observed.includes(0)).toBe(false);
    }
  });
});
