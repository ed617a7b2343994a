/** One suite for every data set of the catalogue: the card describes exactly what the loader returns. */
import { type Channel, countObserved, formatFrequency, type SeriesSet } from '@tessera/core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { cardInterventions } from '../../src/card/card-interventions.js';
import { datasetCardSchema } from '../../src/card/dataset-card.js';
import { datasetCatalogue } from '../../src/catalogue/dataset-catalogue.js';

/** Mean absolute difference between values `lag` steps apart, where both were observed. */
function roughness({ values, observed }: Channel, lag: number): number {
  let sum = 0;
  let pairs = 0;
  for (let i = lag; i < values.length; i++) {
    if (observed[i] === 0 || observed[i - lag] === 0) continue;
    sum += Math.abs(values[i] - values[i - lag]);
    pairs += 1;
  }
  return sum / pairs;
}

describe.each(datasetCatalogue.map((entry) => ({ name: entry.card.name, ...entry })))(
  'data set $name',
  ({ card, load }) => {
    let set: SeriesSet;

    beforeAll(async () => {
      vi.stubGlobal('fetch', () => {
        throw new Error('embedded data sets do not use the network');
      });
      set = await load({});
    });
    afterAll(() => {
      vi.unstubAllGlobals();
    });

    it('has a valid card', () => {
      expect(datasetCardSchema.parse(card)).toEqual(card);
    });

    it('has the series that the card names', () => {
      expect(set.ids).toEqual(card.entities.ids);
    });

    it('has the channels, roles and units of the card in every series', () => {
      const promised = card.channels.map(({ name, role, unit }) => ({ name, role, unit }));
      for (const { channels } of set) {
        expect(channels.map(({ name, role, unit }) => ({ name, role, unit }))).toEqual(promised);
      }
    });

    it('has the frequency and range of the card in every series', () => {
      for (const { time, length } of set) {
        expect(time.kind === 'regular' ? formatFrequency(time.frequency) : time.kind).toBe(card.frequency);
        expect(time.timeAt(0)).toBe(Date.parse(card.range.first));
        expect(time.timeAt(length - 1)).toBe(Date.parse(card.range.last));
        expect(length).toBe(card.range.steps);
      }
    });

    it('misses as many values as the card says', () => {
      const missing = set.frames
        .flatMap(({ channels }) => channels)
        .reduce((sum, channel) => sum + channel.values.length - countObserved(channel), 0);
      expect(missing).toBe(card.missing);
    });

    it('carries the interventions of the card', () => {
      for (const frame of set) expect(frame.interventions).toEqual(cardInterventions(card, frame.id));
    });

    it('dates its events within its range and names known series in them', () => {
      for (const { start, end, series } of card.events) {
        expect(Date.parse(start)).toBeGreaterThanOrEqual(Date.parse(card.range.first));
        expect(Date.parse(start)).toBeLessThanOrEqual(Date.parse(card.range.last));
        if (end !== undefined) expect(Date.parse(end)).toBeGreaterThan(Date.parse(start));
        for (const id of series ?? []) expect(card.entities.ids).toContain(id);
      }
    });

    it('has its interventions on the steps that they touch', () => {
      for (const { time, interventions } of set) {
        for (const { time: start } of interventions) expect(time.indexOf(start)).toBeGreaterThanOrEqual(0);
      }
    });

    it('has the season that the card puts first: a season apart is closer than half a season apart', () => {
      const [season] = card.seasons;
      if (season === undefined) return;
      const closer = set.frames[0].targets.filter(
        (channel) => roughness(channel, season) < roughness(channel, Math.floor(season / 2)),
      );
      expect(closer.length).toBeGreaterThan(0);
    });

    it('leaves room for a history of ten horizons', () => {
      expect(card.horizon * 10).toBeLessThanOrEqual(card.range.steps);
    });

    it('gives equal frames on every call', async () => {
      const again = await load({});
      expect(again.size).toBe(set.size);
      for (const frame of again) expect(frame.equals(set.get(frame.id))).toBe(true);
    });
  },
);
