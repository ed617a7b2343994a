import { readFile } from 'node:fs/promises';
import type { SeriesSet } from '@tessera/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { packageFile } from '../../src/embedded/package-file.js';
import { loadWeather } from '../../src/embedded/weather.js';
import { weatherKinds } from '../../src/embedded/weather-card.js';

const lines = async (path: string): Promise<string[]> =>
  (await readFile(packageFile({ package: 'vega-datasets', path }), 'utf8')).trim().split('\n').slice(1);

describe('daily weather', () => {
  let set: SeriesSet;

  beforeAll(async () => {
    set = await loadWeather();
  });

  it('gives every day exactly one kind of weather', () => {
    for (const frame of set) {
      const indicators = weatherKinds.map((kind) => frame.channel(`weather_${kind}`).values);
      for (let i = 0; i < frame.length; i++) {
        expect(indicators.reduce((sum, values) => sum + values[i], 0)).toBe(1);
      }
    }
  });

  it('counts the kinds of the file', async () => {
    for (const frame of set) {
      const own = (await lines('data/weather.csv')).filter((line) => line.startsWith(`${frame.id},`));
      for (const kind of weatherKinds) {
        const sum = frame.channel(`weather_${kind}`).values.reduce((total, value) => total + value, 0);
        expect(sum, `${frame.id} ${kind}`).toBe(own.filter((line) => line.endsWith(`,${kind}`)).length);
      }
    }
  });

  it('has a wind in m/s: in km/h the storm of 29 October 2012 would be a light breeze', () => {
    const frame = set.get('New York');
    const { values } = frame.channel('wind');
    const sandy = frame.time.indexOf(Date.UTC(2012, 9, 29));
    expect(values[sandy]).toBe(16.2);
    expect(Math.max(...values)).toBe(16.2);
  });

  it('holds the rows of seattle-weather.csv as Seattle, as the card says', async () => {
    const both = await lines('data/weather.csv');
    const seattle = both
      .filter((line) => line.startsWith('Seattle,'))
      .map((line) => line.slice('Seattle,'.length));
    expect(seattle).toEqual(await lines('data/seattle-weather.csv'));
    expect(set.get('Seattle').channel('temp_max').values[0]).toBe(12.8);
  });
});
