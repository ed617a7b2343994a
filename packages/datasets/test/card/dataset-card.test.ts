import { describe, expect, it } from 'vitest';
import { cardInterventions } from '../../src/card/card-interventions.js';
import { type DatasetCard, datasetCardSchema } from '../../src/card/dataset-card.js';

const card: DatasetCard = {
  name: 'two-towns',
  title: 'Two towns',
  summary: 'Daily visitors of two towns.',
  source: { citation: 'The towns', url: 'https://example.org/towns' },
  file: { package: 'towns', path: 'data/towns.csv' },
  licence: { name: 'CC0-1.0', url: 'https://creativecommons.org/publicdomain/zero/1.0/' },
  frequency: 'D',
  channels: [{ name: 'visitors', role: 'target', unit: 'persons', meaning: 'Visitors of the day' }],
  entities: { what: 'town', ids: ['north', 'south'] },
  range: { first: '2020-01-01T00:00:00Z', last: '2020-12-31T00:00:00Z', steps: 366 },
  missing: 0,
  seasons: [7],
  horizon: 14,
  events: [
    { name: 'second', kind: 'intervention', start: '2020-06-01', source: 'The town crier' },
    {
      name: 'first',
      kind: 'intervention',
      start: '2020-03-01',
      end: '2020-03-02',
      series: ['north'],
      source: 'The town crier',
    },
    { name: 'storm', kind: 'event', start: '2020-02-10', source: 'The weather office' },
    { name: 'new counter', kind: 'measurement', start: '2020-04-01', source: 'The towns' },
  ],
  quirks: [],
};

describe('a data set card', () => {
  it('passes its own schema unchanged', () => {
    expect(datasetCardSchema.parse(card)).toEqual(card);
  });

  it.each<[string, object]>([
    ['a name with capitals', { name: 'Two-Towns' }],
    ['an unknown field', { colour: 'red' }],
    ['a frequency that cannot be read', { frequency: 'fortnight' }],
    [
      'an event without a source',
      { events: [{ name: 'x', kind: 'event', start: '2020-01-01', source: '' }] },
    ],
    ['an event at no day', { events: [{ name: 'x', kind: 'event', start: '2020-02-30', source: 'y' }] }],
    ['no channel', { channels: [] }],
    ['a channel without a unit', { channels: [{ name: 'a', role: 'target', unit: '', meaning: 'b' }] }],
    ['no entity', { entities: { what: 'town', ids: [] } }],
    ['a season of one step', { seasons: [1] }],
    ['a licence without a link', { licence: { name: 'CC0-1.0' } }],
  ])('is refused with %s', (_, change) => {
    expect(datasetCardSchema.safeParse({ ...card, ...change }).success).toBe(false);
  });
});

describe('the interventions of a card', () => {
  it('are its events of that kind, in order of time', () => {
    expect(cardInterventions(card, 'north')).toEqual([
      { name: 'first', time: Date.UTC(2020, 2, 1), end: Date.UTC(2020, 2, 2) },
      { name: 'second', time: Date.UTC(2020, 5, 1) },
    ]);
  });

  it('leave out those of other series', () => {
    expect(cardInterventions(card, 'south').map(({ name }) => name)).toEqual(['second']);
  });
});
