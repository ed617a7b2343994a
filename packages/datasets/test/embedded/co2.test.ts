import type { SeriesSet } from '@tessera/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadCo2 } from '../../src/embedded/co2.js';

describe('carbon dioxide at Mauna Loa', () => {
  let set: SeriesSet;

  beforeAll(async () => {
    set = await loadCo2();
  });

  it('marks the months that the file leaves out as missing, and fills none', () => {
    const { channels, time } = set.frames[0];
    const missing = [...channels[0].observed.keys()].filter((i) => channels[0].observed[i] === 0);
    expect(missing.map((i) => new Date(time.timeAt(i)).toISOString().slice(0, 7))).toEqual([
      '1958-06',
      '1958-10',
      '1964-02',
      '1964-03',
      '1964-04',
    ]);
  });

  it('is that of the file', () => {
    const { values } = set.get('mauna-loa').channel('CO2');
    expect(values[0]).toBe(315.7);
    expect(values.at(-1)).toBe(416.18);
  });

  it('says in its repairs which column it leaves out and which steps are gaps', () => {
    expect(set.repairs).toEqual([
      { kind: 'dropped-column', count: 1, detail: 'Columns not read: "adjusted CO2".' },
      { kind: 'gap', id: 'mauna-loa', count: 5, detail: expect.any(String) },
    ]);
  });
});
